"""The trail calls archives by the household's number, and finds nobody by name."""

import pytest

from audit import subjects
from tests.factories import CustomerFactory, HouseholdFactory

pytestmark = pytest.mark.django_db


def test_people_are_called_and_found_by_their_households_number_only(cast):
    home = HouseholdFactory(grid=cast.grid_li, head_name="罗守成")
    person = CustomerFactory(household=home, name="罗守成")
    household, customer = ("customers.household", str(home.pk)), ("customers.customer", str(person.pk))
    assert subjects.names([household, customer]) == {
        household: home.code,
        customer: f"{home.code} #{person.pk}",
    }
    found = subjects.found_by(home.code.lower())
    assert (found["customers.household"], found["customers.customer"]) == ([household[1]], [customer[1]])
    assert not {"customers.household", "customers.customer"} & set(subjects.found_by("罗守成"))
