"""A database knows the keys it is sealed with; others neither read nor write it."""

from dataclasses import replace

import pytest
from django.db import connection

from customers.services.rekey import personal_data_rekey
from gridbank import fingerprints
from gridbank.fingerprints import WrongKeysError, prove
from gridbank.models import KeyFingerprint

pytestmark = pytest.mark.django_db
OTHER = b"o" * 32


def known():
    return set(
        KeyFingerprint.objects.filter(retired_at=None)
        .exclude(name=fingerprints.FORM)
        .values_list("name", flat=True)
    )


def test_the_keys_are_remembered_with_the_tables_and_never_themselves(settings):
    assert known() == {"index", "seal", "field:k1"}
    stored = set(KeyFingerprint.objects.values_list("fingerprint", flat=True))
    assert not stored & {
        key.hex() for key in [settings.KEYS.index_key, settings.SEAL_KEY, *settings.KEYS.field_keys.values()]
    }
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
    right = settings.SEAL_KEY
    settings.SEAL_KEY = OTHER
    with pytest.raises(WrongKeysError, match="The seal key is not the one"):
        prove()
    # nor does a new index key bring one along
    with pytest.raises(WrongKeysError, match="The seal key"):
        fingerprints.take_index_key()
    settings.SEAL_KEY = right
    assert prove()


def test_a_new_first_key_is_remembered_and_the_old_one_goes_after_everything_was_sealed_again(settings):
    before = settings.KEYS
    settings.KEYS = replace(before, field_keys={"k2": OTHER, **before.field_keys})
    prove()
    assert known() == {"index", "seal", "field:k1", "field:k2"}
    personal_data_rekey()
    assert known() == {"index", "seal", "field:k2"}
    settings.KEYS = replace(before, field_keys={"k2": OTHER})
    assert prove()
    settings.KEYS = before
    with pytest.raises(WrongKeysError, match="'k2' is missing"):
        prove()


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
