"""Whether this process could serve people now: schema, keys, files and a place to write."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from gridbank import fingerprints
from gridbank.models import KeyFingerprint
from gridbank.outages import has_room, is_away

PROBE = "probe"


def schema_is_ours() -> bool:
    """Say whether the database has exactly the tables of this code. Raises DatabaseError when it is away.

    A newer version's aren't: its triggers refuse what this one writes.
    """
    applied = MigrationRecorder(connection).applied_migrations().keys()
    known = _known()
    apps = {app for app, _name in known}
    return _ours() <= applied and not {key for key in applied if key[0] in apps} - known


@cache
def _known() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


@cache
def _ours() -> set[tuple[str, str]]:
    """Return the migrations of this code: as long as the process runs, they stay what they are."""
    graph = MigrationLoader(None).graph
    return {key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)}


def files_are_there() -> bool:
    """Say whether the static files were collected; while debugging they come from their places."""
    if settings.DEBUG or not isinstance(staticfiles_storage, ManifestFilesMixin):
        return True
    try:
        paths, _hash = staticfiles_storage.load_manifest()
    # collected by somebody who kept them to himself
    except OSError:
        return False
    return bool(paths)


def keys_are_right() -> bool:
    """Say whether the keys at hand are this database's."""
    try:
        return fingerprints.prove()
    except ImproperlyConfigured:
        return False


def can_write() -> bool:
    """Say whether the database takes a row and keeps it: what is taken back never reaches the disk."""
    now = timezone.now()
    try:
        if not _has_room():
            return False
        KeyFingerprint.objects.update_or_create(
            # retired: no key
            name=PROBE,
            defaults={"fingerprint": "", "created_at": now, "retired_at": now},
        )
    except DatabaseError:
        return False
    return True


def _has_room() -> bool:
    """Say whether there is room beyond the pages that a database already has. Raises DatabaseError."""
    if connection.vendor != "postgresql":
        return has_room()
    with transaction.atomic(), connection.cursor() as cursor:
        # what doesn't fit into this memory goes to the disk and is gone at once
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(
            "SELECT count(*) FROM (SELECT g FROM generate_series(1, 40000) g ORDER BY -g OFFSET 0) s"
        )
    return True


def lacking() -> list[str]:
    """Return what is missing: `schema`, `keys`, `index`, `files`, `write`; empty when people can work."""
    try:
        found = {"schema": schema_is_ours()}
        if found["schema"]:
            found |= {"keys": keys_are_right(), "index": fingerprints.is_indexed(), "write": can_write()}
    # the first connection refuses wrong keys
    except ImproperlyConfigured:
        found = {"keys": False}
    except (DatabaseError, InterfaceError) as error:
        if not is_away(error):
            raise
        return ["database"]
    found["files"] = files_are_there()
    return sorted(name for name, good in found.items() if not good)


SENTENCES = {
    "schema": "The database's tables are not those of this version. Run manage.py migrate, or start the version they were made by.",
    "index": "ID numbers and phones are not all indexed yet. Run manage.py reindex_personal_data.",
    "files": "The static files are not collected, or not for this user. Run manage.py collectstatic --noinput as he.",
}


def faults(*, files: bool = True) -> list[str]:
    """Return what is missing, a sentence each. Raises WrongKeysError, and DatabaseError when the database is away."""
    missing = [] if schema_is_ours() else ["schema"]
    if not missing:
        fingerprints.prove()
        missing += [] if fingerprints.is_indexed() else ["index"]
    if files and not files_are_there():
        missing.append("files")
    return [SENTENCES[fault] for fault in missing]
