"""Whether this process could serve people now: schema, keys, files and a place to write."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from gridbank import environment, fingerprints
from gridbank.models import KeyFingerprint
from gridbank.outages import DATABASE_AWAY

# a key of nobody, retired from the beginning
PROBE = "probe"


def schema_is_ours() -> bool:
    """Say whether the database has exactly the tables of this code. Raises DatabaseError when it is away.

    Newer tables are no more ours than older ones: their guards refuse what this code would write.
    """
    ours, applied = _ours(), MigrationRecorder(connection).applied_migrations().keys()
    rooms = {room for room, _name in ours}
    return ours <= applied and not {key for key in applied - ours if key[0] in rooms}


@cache
def _ours() -> set[tuple[str, str]]:
    """Return the migrations of this code: as long as the process runs, they stay what they are."""
    graph = MigrationLoader(None).graph
    return {key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)}


def files_are_there() -> bool:
    """Say whether the static files were collected; while debugging they come from their places."""
    if settings.DEBUG or not isinstance(staticfiles_storage, ManifestFilesMixin):
        return True
    paths, _hash = staticfiles_storage.load_manifest()
    return bool(paths)


def keys_are_right() -> bool:
    """Say whether the keys at hand are this database's."""
    try:
        return fingerprints.prove()
    except ImproperlyConfigured:
        return False


def can_write() -> bool:
    """Say whether the database takes a row: what is taken back never reaches the disk, so one row is written anew."""
    now = timezone.now()
    try:
        KeyFingerprint.objects.update_or_create(
            name=PROBE, defaults={"fingerprint": "", "created_at": now, "retired_at": now}
        )
    except DatabaseError:
        return False
    return True


def lacking() -> list[str]:
    """Return what is missing: `schema`, `keys`, `index`, `files`, `write`; empty when people can work."""
    try:
        found = {"schema": schema_is_ours()}
        if found["schema"]:
            found |= {"keys": keys_are_right(), "index": fingerprints.is_indexed(), "write": can_write()}
    except DATABASE_AWAY:
        return ["database"]
    # a process that began while the database was away proves its keys when it comes back
    except ImproperlyConfigured:
        return ["keys"]
    found["files"] = files_are_there()
    return sorted(name for name, good in found.items() if not good)


SENTENCES = {
    "schema": "The database's tables are not those of this version. Run manage.py migrate.",
    "index": "ID numbers and phones are not all indexed yet. Run manage.py reindex_personal_data.",
    "files": "The static files are not collected. Run manage.py collectstatic --noinput.",
}


def require(*, files: bool = True) -> None:
    """End the process in words when tables, keys or files are missing; a database that is away comes back."""
    try:
        faults = [] if schema_is_ours() else ["schema"]
        if not faults:
            fingerprints.prove()
            faults += [] if fingerprints.is_indexed() else ["index"]
    except DATABASE_AWAY:
        return
    except ImproperlyConfigured as error:
        environment.end(str(error))
    if files and not files_are_there():
        faults.append("files")
    if faults:
        environment.end("\n".join(SENTENCES[fault] for fault in faults))
