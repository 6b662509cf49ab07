"""Keys known by their fingerprints in the database, so that wrong, lost or exchanged ones never seal a row."""

import hashlib
import hmac
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from gridbank.keys import Keys
from gridbank.models import KeyFingerprint
from gridbank.sealing import is_sealed, witnesses

INDEX = "index"
SEAL = "seal"
FIELD = "field:"
TABLE = KeyFingerprint._meta.db_table
# Beside the index key's fingerprint: in which form values are written before they are indexed. It is counted up
# when that form changes; `reindex_personal_data` brings a database after it.
FORM, FORM_NOW = "index form", "2"


class WrongKeysError(ImproperlyConfigured):
    """The keys at hand are not the ones this database was sealed with."""


def of(keys: Keys, seal_key: bytes) -> dict[str, str]:
    """Return each key's fingerprint by its name: HMAC-SHA256 of the name under the key, so nothing tells the key."""
    named = {
        INDEX: keys.index_key,
        SEAL: seal_key,
        **{FIELD + key_id: key for key_id, key in keys.field_keys.items()},
    }
    return {
        name: hmac.new(key, f"gridbank key {name}".encode(), hashlib.sha256).hexdigest()
        for name, key in named.items()
    }


def faults(known: dict[str, str], mine: dict[str, str]) -> list[str]:
    """Return what is wrong with my keys' fingerprints beside those the database knows, a sentence each."""
    found = []
    for name, print_ in sorted(known.items()):
        if name == FORM:
            continue
        named = {INDEX: "The index key", SEAL: "The seal key"}
        key = named.get(name) or f"The field key {name.removeprefix(FIELD)!r}"
        if name not in mine:
            found.append(f"{key} is missing: this database holds values sealed with it.")
        elif mine[name] != print_:
            found.append(f"{key} is not the one this database was sealed with. Put the right one back.")
    return found


def _known(on: BaseDatabaseWrapper) -> dict[str, str] | None:
    """Return the fingerprints in use; None where the table isn't there yet."""
    try:
        with on.cursor() as cursor:
            cursor.execute(f"SELECT name, fingerprint FROM {TABLE} WHERE retired_at IS NULL")  # noqa: S608  our table
            return dict(cursor.fetchall())
    except DatabaseError:
        return None


def _seals_anew(known: dict[str, str], on: BaseDatabaseWrapper) -> list[str]:
    """Return a sentence where the database doesn't know its seal key yet, but holds seals, and none is of the key at hand."""
    if SEAL in known:
        return []
    try:
        sealed = [pair for witness in witnesses for pair in witness(on)]
    # no such table yet
    except DatabaseError:
        return []
    if not sealed or any(is_sealed(text, given) for text, given in sealed):
        return []
    return ["The seal key is not the one this database was sealed with. Put the right one back."]


def prove(on: BaseDatabaseWrapper | None = None) -> bool:
    """Compare the keys at hand with the database's; say whether there was a table to ask. Nothing is written.

    Raises WrongKeysError, in words for the operator, when they are not its keys.
    """
    known, mine = _known(on or connection), of(settings.KEYS, settings.SEAL_KEY)
    if known is None:
        return False
    wrong = faults(known, mine) + _seals_anew(known, on or connection)
    if wrong:
        raise WrongKeysError("\n".join(wrong))
    # the secret key has no fingerprint: each process would have made another one
    if not settings.KEYS.is_kept:
        raise WrongKeysError(
            "The keys at hand are kept nowhere: no database answered when they were made. Start again."
        )
    at_first_connection.known = set(known)
    return True


def enrol() -> None:
    """Remember the keys of a database that knows none of their kind yet. Raises WrongKeysError.

    Later field keys are remembered as they begin to seal, never by a question: one that was only looked at, and taken
    back, is missed by nobody.
    """
    if not prove():
        return
    known, mine = _known(connection) or {}, of(settings.KEYS, settings.SEAL_KEY)
    has_field_key = KeyFingerprint.objects.filter(name__startswith=FIELD).exists()
    fresh = {
        name: print_
        for name, print_ in mine.items()
        if name not in known and not (has_field_key and name.startswith(FIELD))
    }
    if INDEX in fresh:
        # nothing is indexed yet
        fresh[FORM] = FORM_NOW
    _remember(fresh)
    at_first_connection.known = {*known, *fresh}


def before_sealing(key_id: str) -> None:
    """Remember a field key before it seals its first row: from then on its loss is noticed. A retired one is taken back."""
    name, once = FIELD + key_id, at_first_connection
    if not once.proven or name in once.known:
        return
    _remember({name: of(settings.KEYS, settings.SEAL_KEY)[name]})
    # rolled back, it is forgotten with what was sealed
    transaction.on_commit(partial(once.known.add, name))


def is_indexed() -> bool:
    """Say whether everything can be found by the index key and the form at hand."""
    return KeyFingerprint.objects.filter(name=FORM, fingerprint=FORM_NOW).exists()


def indexed() -> None:
    """Remember that everything was indexed anew."""
    _remember({FORM: FORM_NOW})


def take_index_key() -> None:
    """Put the index key at hand in the place of the database's. Until all is indexed anew, nothing serves.

    To be called before the process's first connection, which would refuse it. Raises WrongKeysError where a field
    key is wrong: values that don't open can't be indexed.
    """
    # said before anything connects, so no decorator may open the transaction
    at_first_connection.proven = True
    with transaction.atomic():
        known, mine = _known(connection) or {}, of(settings.KEYS, settings.SEAL_KEY)
        wrong = faults({name: print_ for name, print_ in known.items() if name != INDEX}, mine)
        wrong += _seals_anew(known, connection)
        if wrong:
            raise WrongKeysError("\n".join(wrong))
        if known.get(INDEX) != mine[INDEX]:
            KeyFingerprint.objects.filter(name=FORM).delete()
            _remember({INDEX: mine[INDEX], SEAL: mine[SEAL]})


def _remember(fresh: dict[str, str]) -> None:
    for name, print_ in fresh.items():
        KeyFingerprint.objects.update_or_create(
            name=name, defaults={"fingerprint": print_, "retired_at": None, "created_at": timezone.now()}
        )


def retire_all_but_first() -> None:
    """Let the older field keys go: nothing is sealed with them any more, and from now on the first alone seals."""
    first = FIELD + next(iter(settings.KEYS.field_keys))
    _remember({first: of(settings.KEYS, settings.SEAL_KEY)[first]})
    at_first_connection.known = {first}
    KeyFingerprint.objects.filter(name__startswith=FIELD, retired_at=None).exclude(name=first).update(
        retired_at=timezone.now()
    )


class _Once:
    """Prove the keys at a process's first connection: what can't be proven never reads or writes a row."""

    proven = False

    def __init__(self) -> None:
        """Know of no key yet."""
        # the names of those that the database knows
        self.known: set[str] = set()

    def __call__(self, connection: BaseDatabaseWrapper, **_: Any) -> None:
        if self.proven:
            return
        try:
            # while the question itself is asked, nobody asks again
            self.proven = True
            self.proven = prove(connection)
        except BaseException:
            self.proven = False
            connection.close()
            raise


at_first_connection = _Once()


def after_migrate(**_: Any) -> None:
    """Remember the keys as soon as there is a table for it."""
    enrol()
