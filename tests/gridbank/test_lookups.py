"""Many keys as few ranges or one parameter."""

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Household
from customers.models import archive as models
from customers.selectors import customer_list
from gridbank import lookups
from gridbank.lookups import PORTION, AnyOf, KeyList, portions, runs
from gridbank.scoping import waive_scope
from grids.models import Grid
from tests.factories import CustomerFactory, GridFactory, HouseholdFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("", ()),
        ("7", ((7, 7),)),
        ("3,1,2", ((1, 3),)),
        ("9,2,1,8,5", ((1, 2), (5, 5), (8, 9))),
        ("4,4,5", ((4, 5),)),
    ],
)
def test_keys_that_follow_one_another_are_one_run(keys, found):
    assert runs(keys) == found


@pytest.mark.parametrize("most_runs", [0, 1, 20])
def test_any_of_finds_what_in_finds(most_runs, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_RUNS", most_runs)
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


def test_the_gap_between_two_ranges_stays_hidden():
    homes = [HouseholdFactory(grid=GridFactory()) for _ in range(5)]
    kept = [homes[0], homes[1], homes[3]]
    keys = ",".join(str(home.grid_id) for home in kept)
    with waive_scope("a test looks between two ranges"):
        rows = Household.objects.filter(Q(AnyOf("grid_id", keys))).order_by("pk")
        assert (list(rows), "BETWEEN" in str(rows.query)) == (kept, True)


@pytest.mark.parametrize(("most_runs", "words"), [(20, ["BETWEEN"]), (0, ["ANY(", "json_each"])])
def test_a_whole_bank_is_no_list_of_parameters_and_shows_what_one_showed(cast, monkeypatch, most_runs, words):
    other = HouseholdFactory(grid=GridFactory(parent=GridFactory(tier="branch")))
    # another bank's: it could leak
    CustomerFactory(household=other)
    mine = {person.pk for person in customer_list(actor=cast.zhao)}
    monkeypatch.setattr(models, "MANY_GRIDS", 1)
    monkeypatch.setattr(lookups, "MOST_RUNS", most_runs)
    with CaptureQueriesContext(connection) as asked:
        assert {person.pk for person in customer_list(actor=cast.zhao)} == mine
    assert any(word in one["sql"] for word in words for one in asked)


def test_portions_hold_every_key_once_and_in_order():
    cut = list(portions([*range(2 * PORTION, 0, -1), 1]))
    assert [len(each) for each in cut] == [PORTION, PORTION]
    assert [key for each in cut for key in each] == list(range(1, 2 * PORTION + 1))
    assert list(portions(set[int]())) == []
