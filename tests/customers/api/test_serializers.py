"""What the API says of the archive: numbers masked, ages instead of dates of birth, no field by accident."""

from datetime import date

from django.utils import timezone

from customers import services
from customers.api.serializers import CustomerSerializer, HouseholdSerializer
from customers.catalogue import CATALOGUE
from customers.models import Customer, Household
from gridbank.days import age_on
from tests.customers.filling import ADULT, API


def test_numbers_are_masked_and_the_address_is_absent(li, cast, home):
    person = services.customer_create(
        actor=cast.li, household=home,
        data={"name": "王五", "id_type": "resident", "id_number": ADULT, "phone": "13800138000"},
    )  # fmt: skip
    body = li.get(f"{API}/customers/{person.pk}/").json()
    assert (body["id_number"], body["phone"]) == ("*" * 16 + ADULT[-2:], "138****8000")
    assert body["age"] == age_on(date(1980, 5, 17), timezone.localdate())
    assert "birth_date" not in body
    for path in ("customers", "households", f"households/{home.pk}"):
        text = li.get(f"{API}/{path}/").text
        assert ADULT not in text
        assert "13800138000" not in text
        assert "秘密" not in text
        assert "digest" not in text


KEPT_TO_OURSELVES = ("digest", "pinyin", "initials", "name_key", "created_by", "opened_by", "activated_by")


def test_what_is_worked_out_and_by_whom_is_not_told():
    told = set(CustomerSerializer().fields)
    assert not [name for name in told for word in KEPT_TO_OURSELVES if word in name]
    assert {"id", "household", "version", "name", "id_number", "phone", "guardian"} <= told
    assert told - {"age"} <= {field.name for field in Customer._meta.concrete_fields}


def test_a_households_address_and_what_is_thought_of_it_are_not_told():
    told = set(HouseholdSerializer().fields)
    assert not told & {"address", "soft_information", "other_banks", "longitude", "latitude", "archived_by"}
    assert told <= set(CATALOGUE["Household"])


def test_nothing_can_be_written_through_them():
    for serializer in (CustomerSerializer(), HouseholdSerializer()):
        assert all(field.read_only for field in serializer.fields.values())


def test_a_person_without_numbers_tells_empty_ones():
    body = CustomerSerializer(Customer(name="甲", household=Household(pk=1))).data
    assert (body["id_number"], body["phone"], body["age"]) == ("", "", None)
