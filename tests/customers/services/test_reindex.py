"""What is sealed opens, and is found by its number, whatever index key or form it was written under."""

from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit.models import AuditEvent
from customers.models import Customer
from customers.pii import id_digest, phone_digests
from customers.services import reindex
from customers.services.reindex import personal_data_reindex, personal_data_verify
from gridbank import fingerprints
from gridbank.scoping import waive_scope
from tests.customers.numbers import id_number
from tests.factories import CustomerFactory, HouseholdFactory

PHONE = "13800138000"


@pytest.fixture
def person(cast):
    number = id_number(serial=903)
    return CustomerFactory(
        household=HouseholdFactory(grid=cast.grid_li, address="一号"),
        phone=PHONE, phone_digest="old", phone_tail_digest="old",
        id_type="resident", id_number=number, id_digest="old",
    )  # fmt: skip


def indexes(pk):
    with waive_scope("test"):
        return Customer.objects.values_list("id_digest", "phone_digest", "phone_tail_digest").get(pk=pk)


def right(person):
    return (id_digest(person.id_number, person.household.grid.root_id), *phone_digests(PHONE))


def spoil(person):
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set phone = %s where id = %s", ["aes.k1.AAAA", person.pk])


def test_every_index_is_worked_out_anew_and_once_is_enough(person):
    assert personal_data_reindex().stale == 1
    assert indexes(person.pk) == right(person)
    assert personal_data_reindex().stale == 0
    assert AuditEvent.objects.filter(action="data.reindexed").count() == 1
    assert fingerprints.is_indexed()


def test_under_a_new_key_too(person, settings, monkeypatch, capsys):
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    settings.KEYS = replace(settings.KEYS, index_key=b"n" * 32)
    with pytest.raises(CommandError, match="GRIDBANK_SEAL_KEY first"):
        call_command("reindex_personal_data", "--new-key")
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"seal_key": "x"})
    call_command("reindex_personal_data", "--new-key")
    assert "Indexed anew: 1 people" in capsys.readouterr().out
    assert indexes(person.pk) == right(person)
    assert fingerprints.prove()


def test_it_goes_on_where_it_was_stopped(person, monkeypatch, settings):
    monkeypatch.setattr(fingerprints.at_first_connection, "proven", True)
    monkeypatch.setattr(reindex, "BATCH", 1)
    other = CustomerFactory(household=person.household, phone="13900139000")
    settings.KEYS = replace(settings.KEYS, index_key=b"n" * 32)
    fingerprints.take_index_key()
    batch, steps = reindex._batch, iter([1])

    def stopped(pks, found):
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return batch(pks, found)

    monkeypatch.setattr(reindex, "_batch", stopped)
    with pytest.raises(KeyboardInterrupt):
        personal_data_reindex()
    assert not fingerprints.is_indexed()
    monkeypatch.setattr(reindex, "_batch", batch)
    assert personal_data_reindex().stale == 1
    assert indexes(person.pk) == right(person)
    assert indexes(other.pk)[1:] == phone_digests("13900139000")
    assert fingerprints.is_indexed()


def test_two_archives_of_one_person_are_named_and_the_first_keeps_the_number(person):
    twin = CustomerFactory(
        household=person.household, id_type="resident", id_number=person.id_number, id_digest="older"
    )
    assert personal_data_reindex().doubled == [f"{person.pk} = {twin.pk}"]
    assert (indexes(person.pk)[0], indexes(twin.pk)[0]) == (right(person)[0], None)
    again = personal_data_reindex()
    assert (again.stale, again.doubled) == (0, [f"{person.pk} = {twin.pk}"])


def test_a_value_that_does_not_open_is_named_and_the_others_are_counted(person, capsys):
    personal_data_reindex()
    call_command("verify_keys")
    assert "customers.customer.phone: 1" in capsys.readouterr().out
    spoil(person)
    with pytest.raises(CommandError, match="1 values can't be opened"):
        call_command("verify_keys")
    said = capsys.readouterr()
    assert f"can't be opened: customers.customer.phone {person.pk}" in said.err
    assert "customers.customer.id_number: 1" in said.out
    assert PHONE not in said.out + said.err


def test_a_value_that_does_not_open_stops_no_other_from_being_indexed(person):
    spoil(person)
    other = CustomerFactory(household=person.household, phone=PHONE)
    found = personal_data_reindex()
    assert found.broken == [f"customers.customer {person.pk}"]
    assert indexes(person.pk) == ("old", "old", "old")
    assert indexes(other.pk)[1:] == phone_digests(PHONE)


def test_a_stale_index_is_told_by_the_drill(person):
    assert personal_data_verify().stale == 1
    with pytest.raises(CommandError, match="reindex_personal_data"):
        call_command("verify_keys")
    assert indexes(person.pk) == ("old", "old", "old"), "looked at, not changed"


def test_of_two_archives_put_together_the_one_that_stayed_has_the_number(cast, person):
    gone = CustomerFactory(
        household=person.household,
        id_type="resident",
        id_number=person.id_number,
        merged_into=person,
        phone=PHONE,
    )
    early = personal_data_reindex()
    assert early.doubled == []
    assert indexes(person.pk)[0] == right(person)[0]
    assert indexes(gone.pk)[0] is None
    assert personal_data_reindex().stale == 0
    assert personal_data_verify().doubled == []
