"""A database knows the keys it is sealed with; others neither read nor write it."""

import base64
import hashlib
import hmac
import os
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection

from audit.services import record
from customers.pii import encrypt
from customers.services.rekey import personal_data_rekey
from gridbank import fingerprints, readiness
from gridbank.ciphers import sealed_bytes
from gridbank.fingerprints import WrongKeysError, prove
from gridbank.models import KeyFingerprint
from tests.gates import each_on_its_own
from tests.upgrade import states

pytestmark = pytest.mark.django_db
OTHER = b"o" * 32


@pytest.fixture(autouse=True)
def _proven(monkeypatch):
    """Be a process that has proven its keys; what it learns in a test it doesn't know afterwards."""
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    monkeypatch.setattr(fingerprints.at_first_connection, "known", {"index", "seal", "field:k1"})


def known():
    return set(
        KeyFingerprint.objects.filter(retired_at=None)
        .exclude(name=fingerprints.FORM)
        .values_list("name", flat=True)
    )


def test_the_keys_are_remembered_with_the_tables_and_never_themselves(settings):
    assert known() == {"index", "seal", "field:k1"}
    stored = set(KeyFingerprint.objects.values_list("fingerprint", flat=True))
    keys = [settings.KEYS.index_key, settings.SEAL_KEY, *settings.KEYS.field_keys.values()]
    assert not stored & {key.hex() for key in keys}
    assert prove()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"index_key": OTHER}, "The index key is not the one"),
        ({"field_keys": {"k1": OTHER}}, "The field key 'k1' is not the one"),
        ({"field_keys": {"k2": OTHER}}, "The field key 'k1' is missing"),
    ],
)
def test_wrong_exchanged_and_lost_keys_are_refused(settings, change, told):
    settings.KEYS = replace(settings.KEYS, **change)
    with pytest.raises(WrongKeysError, match=told):
        prove()
    assert known() == {"index", "seal", "field:k1"}, "a wrong key is not remembered"


def test_another_seal_key_seals_nothing(settings):
    """What it sealed would never be believed again, and an append-only row can't be sealed anew."""
    right, settings.SEAL_KEY = settings.SEAL_KEY, OTHER
    with pytest.raises(WrongKeysError, match="The seal key is not the one"):
        prove()
    settings.SEAL_KEY = right
    assert prove()


def test_a_new_index_key_brings_no_other_seal_key_along(settings, monkeypatch):
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    settings.KEYS, settings.SEAL_KEY = replace(settings.KEYS, index_key=OTHER), OTHER
    with pytest.raises(WrongKeysError, match="The seal key"):
        fingerprints.take_index_key()


def test_a_trail_of_before_fingerprints_knows_its_seal_key(settings, monkeypatch):
    """An upgraded database has seals and no fingerprint of the key: the first start must not believe any."""
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    record(actor=None, action="test.first")
    KeyFingerprint.objects.filter(name="seal").delete()
    right, settings.SEAL_KEY = settings.SEAL_KEY, OTHER
    for asked in (prove, fingerprints.take_index_key):
        with pytest.raises(WrongKeysError, match="The seal key is not the one"):
            asked()
    assert "seal" not in known()
    # somebody sealed with a wrong key once: the right one is still the right one
    record(actor=None, action="test.wrong")
    settings.SEAL_KEY = right
    fingerprints.enrol()
    assert "seal" in known()


@pytest.mark.slow
@each_on_its_own
def test_the_documented_command_takes_a_new_index_key_in_a_process_of_its_own(tmp_path, kind):
    """The first connection, which refuses a wrong key, is the command's own."""
    server = os.environ.get("DATABASE_URL", "")
    url = (
        states.new_postgresql(server, "new_index_key")
        if kind == "postgresql"
        else f"sqlite:///{tmp_path}/bank.sqlite3"
    )
    seal_key = hmac.new(
        base64.b64decode(states.KEYS["GRIDBANK_INDEX_KEY"]), b"gridbank.seal", hashlib.sha256
    ).digest()
    new = {"GRIDBANK_INDEX_KEY": base64.b64encode(OTHER).decode()}
    sealed = {"GRIDBANK_SEAL_KEY": base64.b64encode(seal_key).decode(), "GRIDBANK_VAR": str(tmp_path)}
    states.run(url, "manage.py", "migrate", "-v0", GRIDBANK_VAR=str(tmp_path))
    with pytest.raises(AssertionError, match="The index key is not the one"):
        states.run(url, "manage.py", "verify_keys", **new, **sealed)
    wrong = {"GRIDBANK_SEAL_KEY": base64.b64encode(b"w" * 32).decode()}
    with pytest.raises(AssertionError, match="The seal key is not the one"):
        states.run(url, "manage.py", "reindex_personal_data", "--new-key", **new, **sealed | wrong)
    assert "Indexed anew" in states.run(
        url, "manage.py", "reindex_personal_data", "--new-key", **new, **sealed
    )
    assert "opens" in states.run(url, "manage.py", "verify_keys", **new, **sealed)
    with pytest.raises(AssertionError, match="The index key is not the one"):
        states.run(url, "manage.py", "verify_keys", **sealed)
    if kind == "postgresql":
        states.drop_postgresql(server, "new_index_key")


def test_a_new_first_key_is_remembered_and_the_old_one_goes_after_everything_was_sealed_again(settings):
    before = settings.KEYS
    settings.KEYS = replace(before, field_keys={"k2": OTHER, **before.field_keys})
    prove()
    sealed_bytes(b"", "a place")
    assert known() == {"index", "seal", "field:k1", "field:k2"}
    personal_data_rekey()
    assert known() == {"index", "seal", "field:k2"}
    settings.KEYS = replace(before, field_keys={"k2": OTHER})
    assert prove()
    settings.KEYS = before
    with pytest.raises(WrongKeysError, match="'k2' is missing"):
        prove()


def test_a_retired_key_that_is_seen_again_stays_retired_until_it_seals(settings):
    """Everything that runs has both keys until it is started again without the old one."""
    before = settings.KEYS
    both, new = {"k2": OTHER, **before.field_keys}, replace(before, field_keys={"k2": OTHER})
    settings.KEYS = replace(before, field_keys=both)
    prove()
    personal_data_rekey()
    prove()
    assert known() == {"index", "seal", "field:k2"}
    settings.KEYS = new
    assert prove()
    # the old one in front again: it seals
    settings.KEYS = replace(before, field_keys={**before.field_keys, "k2": OTHER})
    prove()
    assert known() == {"index", "seal", "field:k2"}
    sealed_bytes(b"", "a place")
    assert known() == {"index", "seal", "field:k1", "field:k2"}
    settings.KEYS = new
    with pytest.raises(WrongKeysError, match="'k1' is missing"):
        prove()


def test_keys_that_are_kept_nowhere_seal_nothing(settings):
    """Made while no database answered: the empty one that answers later would know keys that nobody has."""
    settings.KEYS = replace(settings.KEYS, is_kept=False)
    with pytest.raises(WrongKeysError, match="kept nowhere"):
        prove()
    KeyFingerprint.objects.all().delete()
    for asked in (prove, fingerprints.enrol):
        with pytest.raises(WrongKeysError, match="kept nowhere"):
            asked()
    assert known() == set()


@pytest.mark.parametrize("keys", [{"k2": OTHER}, {"k2": b"w" * 32}], ids=["a good one", "one pasted wrongly"])
def test_a_key_that_was_only_looked_at_is_not_remembered(settings, keys):
    """Taken back, or put right, it is missed by nobody: nothing was sealed with it."""
    right = settings.KEYS
    settings.KEYS = replace(right, field_keys={**keys, **right.field_keys})
    for _ in range(2):
        assert prove()
        call_command("check")
        assert readiness.lacking() in ([], ["files"])
        fingerprints.enrol()
    assert known() == {"index", "seal", "field:k1"}
    settings.KEYS = right
    assert prove()


def test_a_key_is_remembered_before_it_first_seals_and_asked_for_once(settings, django_assert_num_queries):
    sealed_bytes(b"", "a place")
    with django_assert_num_queries(0):
        sealed_bytes(b"", "a place")
    settings.KEYS = replace(settings.KEYS, field_keys={"k2": OTHER, **settings.KEYS.field_keys})
    encrypt("", "a place")
    assert "field:k2" in known()


def test_a_process_with_wrong_keys_gets_no_connection(settings, monkeypatch):
    monkeypatch.setattr(fingerprints, "prove", lambda _on: (_ for _ in ()).throw(WrongKeysError("no")))
    closed = []
    once = fingerprints._Once()
    wrapper = type("Wrapper", (), {"close": lambda self: closed.append(1)})()
    for _ in range(2):
        with pytest.raises(WrongKeysError):
            once(connection=wrapper)
    assert len(closed) == 2


def test_a_process_proves_its_keys_once(monkeypatch):
    asked = []
    monkeypatch.setattr(fingerprints, "prove", lambda on: asked.append(on) or True)
    once = fingerprints._Once()
    once(connection=connection)
    once(connection=connection)
    assert asked == [connection]


def test_a_new_index_key_is_taken_on_purpose_only_and_nothing_is_indexed_until_all_is(settings, monkeypatch):
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    assert fingerprints.is_indexed()
    settings.KEYS = replace(settings.KEYS, index_key=OTHER)
    fingerprints.take_index_key()
    assert prove()
    assert not fingerprints.is_indexed()
    # asked again, after it was cut short: the same
    fingerprints.take_index_key()
    assert not fingerprints.is_indexed()
    fingerprints.indexed()
    assert fingerprints.is_indexed()
    fingerprints.take_index_key()
    assert fingerprints.is_indexed()


def test_a_new_index_key_is_not_taken_beside_a_wrong_field_key(settings, monkeypatch):
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    settings.KEYS = replace(settings.KEYS, index_key=OTHER, field_keys={"k1": OTHER})
    with pytest.raises(WrongKeysError, match="field key 'k1'"):
        fingerprints.take_index_key()
