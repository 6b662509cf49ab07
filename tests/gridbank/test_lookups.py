"""Many keys as one parameter."""

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from customers import models
from customers.models import Customer
from customers.selectors import customer_list
from gridbank.lookups import AnyOf, KeyList
from gridbank.scoping import waive_scope
from grids.models import Grid
from tests.factories import CustomerFactory, GridFactory, HouseholdFactory

pytestmark = pytest.mark.django_db


def test_any_of_finds_what_in_finds():
    people = [CustomerFactory() for _ in range(3)]
    wanted = f"{people[0].household.grid_id},{people[2].household.grid_id}"
    with waive_scope("a test compares two conditions"):
        found = Customer.objects.filter(Q(AnyOf("household__grid_id", wanted))).order_by("pk")
        assert list(found) == [people[0], people[2]]
        assert not Customer.objects.filter(Q(AnyOf("household__grid_id", ""))).exists()
        negated = Customer.objects.filter(~Q(AnyOf("household__grid_id", wanted)))
        assert list(negated) == [people[1]]


def test_the_keys_of_rows_come_as_one_text():
    keys = [GridFactory(tier="head_office", parent=None).pk for _ in range(3)]
    rows = QuerySet(Grid).filter(pk__in=keys)
    found = rows.aggregate(
        every=KeyList("pk"), one=KeyList("pk", filter=Q(pk=keys[1])), none=KeyList("pk", filter=Q(pk=0))
    )
    assert sorted(map(int, found["every"].split(","))) == keys
    assert (found["one"], found["none"]) == (str(keys[1]), None)


def test_conditions_with_other_keys_are_other_conditions():
    assert AnyOf("grid_id", "1,2") == AnyOf("grid_id", "1,2")
    assert AnyOf("grid_id", "1,2") != AnyOf("grid_id", "1,3")


def test_a_whole_bank_is_one_parameter_and_shows_what_a_list_of_keys_showed(cast, monkeypatch):
    other = HouseholdFactory(grid=GridFactory(parent=GridFactory(tier="branch")))
    CustomerFactory(household=other)  # another bank's: it could leak
    mine = {person.pk for person in customer_list(actor=cast.zhao)}
    monkeypatch.setattr(models, "MANY_GRIDS", 1)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert {person.pk for person in customer_list(actor=cast.zhao)} == mine
    assert any("ANY(" in one["sql"] or "json_each" in one["sql"] for one in asked)
