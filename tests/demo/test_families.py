"""The made-up people are nobody."""

import pytest

from customers.identity import parse_id_number, parse_phone
from customers.models import Customer, Household
from gridbank.scoping import waive_scope
from tests.demo.seeded import TODAY, seed

pytestmark = pytest.mark.django_db


def test_every_number_is_valid_and_nobody_is_real():
    seed()
    with waive_scope("a test looks at every row"):
        people = list(Customer.objects.all())
        assert Household.objects.count() == 150
    assert len(people) > 350
    with_id = [person for person in people if person.id_number]
    for person in with_id:
        found = parse_id_number(person.id_number, id_type=person.id_type, today=TODAY)
        assert (found.birth_date, found.gender) == (person.birth_date, person.gender)
        assert person.id_number.startswith("522727")
        assert person.id_number[14] == "9"
    assert len({person.id_number for person in with_id}) == len(with_id)
    phones = [parse_phone(person.phone) for person in people if person.phone]
    assert all(phone.startswith("19900") for phone in phones)
    assert len(set(phones)) == len(phones)
