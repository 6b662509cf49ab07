"""In how many of the households somebody was met: the visit for who led on its day, the household by days led."""

from datetime import date

from customers.models import Household
from gridbank.scoping import waive_scope
from tests.people import assign
from tests.performance.indicators.counted import counted
from tests.performance.world import customer, household, visit

KEY = "visit_coverage"


def rows(cast):
    return {
        (fact.staff_id, fact.grid_id): (fact.source, fact.numerator_micros, fact.denominator_micros)
        for fact in counted(cast, KEY)
    }


def test_a_household_that_was_met_is_counted_on_both_sides(cast):
    person = customer(household(cast.grid_li))
    made = visit(cast.wang, person, 6)
    visit(cast.li, person, 8)
    (fact,) = counted(cast, KEY)
    assert (fact.numerator, fact.denominator, fact.staff_id) == (1, 1, cast.li.pk)
    assert (fact.source, fact.source_id, fact.subject, fact.day) == (
        "visit", made.pk.hex, str(person.household_id), date(2026, 9, 6),
    )  # fmt: skip


def test_a_household_that_was_not_met_is_in_the_denominator_alone(cast):
    person = customer(household(cast.grid_li, version=4))
    visit(cast.li, person, 6, met=False)
    visit(cast.li, person, 7, is_late=True)
    (fact,) = counted(cast, KEY)
    assert (fact.numerator, fact.denominator) == (0, 1)
    assert (fact.source, fact.source_id, fact.source_version, fact.day) == (
        "household", str(person.household_id), 1, date(2026, 9, 30),
    )  # fmt: skip


def test_after_a_hand_over_one_has_the_visit_and_both_their_days(cast):
    with waive_scope("a test ends an assignment"):
        cast.li.assignments.update(valid_to=date(2026, 9, 15))
    assign(cast.sun, cast.grid_li, since=date(2026, 9, 16))
    visit(cast.li, customer(household(cast.grid_li)), 20)
    grid = cast.grid_li.pk
    assert rows(cast) == {
        (cast.li.pk, grid): ("household", 0, 500_000),
        (cast.sun.pk, grid): ("visit", 1_000_000, 500_000),
    }


def test_a_household_that_moved_is_met_where_it_was_and_owed_where_it_is(cast):
    person = customer(household(cast.grid_li))
    visit(cast.li, person, 6)
    with waive_scope("a test moves a household"):
        Household.objects.filter(pk=person.household_id).update(grid=cast.grid_wu)
    assert rows(cast) == {
        (cast.li.pk, cast.grid_li.pk): ("visit", 1_000_000, 0),
        (cast.wu.pk, cast.grid_wu.pk): ("household", 0, 1_000_000),
    }


def test_a_grid_without_a_lead_counts_for_nobody(cast):
    visit(cast.chen, customer(household(cast.east)), 6)
    assert rows(cast) == {(0, cast.east.pk): ("visit", 1_000_000, 1_000_000)}


def test_members_of_one_household_are_met_once(cast):
    home = household(cast.grid_li)
    for day in (6, 7):
        visit(cast.li, customer(home), day)
    assert len(counted(cast, KEY)) == 1
