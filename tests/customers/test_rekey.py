from dataclasses import replace

from django.core.management import call_command
from django.db import connection

from customers.models import Customer
from customers.services.rekey import personal_data_rekey
from gridbank.scoping import waive_scope
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
    assert prefixes() == {"sm4.k9", ""}
    settings.KEYS = replace(settings.KEYS, field_keys={"k9": b"9" * 32})
    with waive_scope("test"):
        again = Customer.objects.get(pk=person.pk)
    assert (again.phone, again.id_number, again.household.address) == ("13800138000", "x", "一号")
    call_command("rekey_personal_data")
    assert "current key" in capsys.readouterr().out
