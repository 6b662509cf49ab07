from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection, models

from audit.models import AuditEvent
from customers.models import Customer, Household
from customers.services import rekey
from customers.services.rekey import encrypted_models, personal_data_rekey
from gridbank.scoping import waive_scope
from tests.customers.untying import untie
from tests.factories import CustomerFactory, HouseholdFactory


def prefixes():
    with connection.cursor() as cursor:
        cursor.execute(
            "select phone, id_number from customers_customer union all select address, '' from customers_household"
        )
        return {value.rpartition(".")[0] for row in cursor.fetchall() for value in row}


def test_everything_is_sealed_again_with_the_new_key_and_opens_without_the_old(cast, settings, capsys):
    home = HouseholdFactory(grid=cast.grid_li, address="一号")
    person = CustomerFactory(household=home, phone="13800138000", id_number="x")
    CustomerFactory(household=home)
    settings.KEYS = replace(settings.KEYS, field_keys={"k9": b"9" * 32, **settings.KEYS.field_keys})
    settings.FIELD_CIPHER = "sm4"
    assert personal_data_rekey() == {"customers.household": 1, "customers.customer": 1}
    assert prefixes() == {"t.sm4.k9", ""}
    settings.KEYS = replace(settings.KEYS, field_keys={"k9": b"9" * 32})
    with waive_scope("test"):
        again = Customer.objects.get(pk=person.pk)
    assert (again.phone, again.id_number, again.household.address) == ("13800138000", "x", "一号")
    call_command("rekey_personal_data")
    assert "current key" in capsys.readouterr().out


def test_every_model_with_a_sealed_field_is_known():
    found = {model.__name__: names for model, names in encrypted_models()}
    assert found == {
        "Household": ["address"],
        "Customer": ["id_number", "phone"],
        "Visit": ["note"],
        "VisitVersion": ["body"],
        "HeldVisit": ["body"],
        "PersonMerge": ["kept"],
    }


def test_it_goes_in_batches_and_goes_on_where_it_was_stopped(cast, settings, monkeypatch):
    monkeypatch.setattr(rekey, "BATCH", 2)
    HouseholdFactory.create_batch(5, grid=cast.grid_li, address="一号")
    settings.KEYS = replace(settings.KEYS, field_keys={"k9": b"9" * 32, **settings.KEYS.field_keys})
    batch = rekey._batch
    steps = iter(range(2))

    def stopped(*given):
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return batch(*given)

    monkeypatch.setattr(rekey, "_batch", stopped)
    with pytest.raises(KeyboardInterrupt):
        personal_data_rekey()
    monkeypatch.setattr(rekey, "_batch", batch)
    assert personal_data_rekey() == {"customers.household": 1}
    rows = [event.details["rows"] for event in AuditEvent.objects.filter(action="data.rekeyed")]
    assert rows == [2, 2, 1]
    assert personal_data_rekey() == {}


def test_another_cipher_under_the_same_key_is_old_too(cast, settings):
    home = HouseholdFactory(grid=cast.grid_li, address="一号")
    settings.FIELD_CIPHER = "sm4" if settings.FIELD_CIPHER != "sm4" else "aes"
    assert personal_data_rekey() == {"customers.household": 1}
    with waive_scope("test"):
        assert Household.objects.get(pk=home.pk).address == "一号"


def test_who_was_there_before_is_tied_to_his_row_and_what_is_broken_stays(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    old, hurt = (CustomerFactory(household=home, phone=f"1380013800{number}") for number in range(2))
    untie()
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set salt = NULL")
    models.QuerySet(Customer).update(phone="13800138000")
    with connection.cursor() as cursor:
        cursor.execute("update customers_customer set phone = 'broken' where id = %s", [hurt.pk])
    assert personal_data_rekey() == {"customers.customer": 2}
    assert AuditEvent.objects.latest("pk").details == {
        "model": "customers.customer",
        "rows": 2,
        "unreadable": 1,
    }
    with connection.cursor() as cursor:
        cursor.execute("select phone, salt from customers_customer order by id")
        (phone, salt), (broken, _salt) = cursor.fetchall()
    assert phone.startswith("t.")
    assert len(salt) == 16
    assert broken == "broken"
    with waive_scope("test"):
        assert Customer.objects.get(pk=old.pk).phone == "13800138000"
