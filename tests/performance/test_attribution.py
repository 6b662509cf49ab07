"""A month asks where each household was: on the day of an act, and on its last day; not where it is today."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from customers.models import Attribution, CompleteSpan, Household
from customers.services import customer_create, death_record, person_resettle
from gridbank.scoping import waive_scope
from performance import facts, services
from tests.factories import OfferFactory
from tests.performance.world import MONTH, customer, fill, household, visit

LAST = date(2026, 9, 30)


def moved(home, grid, *, since: date = date(2024, 1, 1), until: date) -> None:
    """Let the household have been in its grid until a day, and be in another one now."""
    with waive_scope("test"):
        Attribution(household=home, grid_id=home.grid_id, valid_from=since, valid_to=until).save()
        Household.objects.filter(pk=home.pk).update(grid=grid)
    home.refresh_from_db()


def sums(cast):
    run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    return {
        (row.indicator, row.staff_id): (row.numerator, row.denominator) for row in facts.sums_of(run.pk)
    }, run


def test_moves_after_the_month_change_no_byte_of_it(cast):
    """Everybody moves, twice, and the month is computed again next year."""
    fill(cast)
    with waive_scope("test"):
        people = list(Household.objects.order_by("pk"))
    customer(people[0], customer_since=date(2026, 9, 9))
    before, run = sums(cast)
    for home in people:
        moved(home, cast.grid_wu if home.grid_id != cast.grid_wu.pk else cast.grid_li, until=LAST)
        moved(home, cast.east, since=date(2026, 10, 1), until=date(2026, 10, 9))
    with waive_scope("test"):
        Household.objects.update(version=12)
    after, again = sums(cast)
    assert after == before
    assert (again.pk == run.pk, again.root_hash, again.scores_hash) == (False, run.root_hash, run.scores_hash)


@pytest.mark.parametrize(("until", "whose"), [(date(2026, 9, 29), "wu"), (LAST, "li")])
def test_a_state_asks_for_the_last_day(cast, until, whose):
    """Households that leave for the night of the count are counted where they were."""
    home = household(cast.grid_li, complete_since=date(2026, 8, 1))
    customer(home)
    moved(home, cast.grid_wu, until=until)
    found, _run = sums(cast)
    staff = getattr(cast, whose).pk
    for key, top in (("archive_rate", 1), ("app_activation", 0), ("visit_coverage", 0)):
        assert {place: pair for place, pair in found.items() if place[0] == key} == {(key, staff): (top, 1)}


@pytest.mark.parametrize(("day", "whose"), [(5, "li"), (20, "wu")])
def test_an_act_is_the_grids_of_its_day(cast, day, whose):
    """A visit, an offer and an account of the day; before the archive was opened it belonged where it was opened."""
    home = household(cast.grid_li)
    person = customer(home, customer_since=date(2026, 9, day))
    moved(home, cast.grid_wu, until=date(2026, 9, 10))
    where = cast.grid_li if whose == "li" else cast.grid_wu
    visit(cast.chen, person, day, grid=where)
    OfferFactory(
        customer=person, staff=cast.chen, grid=where, result="accepted", offered_on=date(2026, 9, day)
    )
    found, run = sums(cast)
    staff = getattr(cast, whose).pk
    assert found["new_customers", staff] == (1, 0)
    assert found["visit_coverage", staff][0] == 1
    branches = {(row.indicator, row.branch_id) for row in facts.sums_of(run.pk) if row.numerator}
    assert branches == {
        (key, where.branch_id) for key in ("new_customers", "visit_coverage", "marketing_success")
    }


def test_who_became_a_customer_before_the_archive_was_opened_did_so_where_it_was_opened(cast):
    home = household(cast.grid_li)
    customer(home, customer_since=date(2026, 9, 2))
    moved(home, cast.grid_wang, since=date(2026, 9, 5), until=date(2026, 9, 7))
    moved(home, cast.grid_wu, since=date(2026, 9, 8), until=date(2026, 9, 9))
    assert sums(cast)[0]["new_customers", cast.li.pk] == (1, 0)


SPANS = {
    "complete on the last day, emptied since": ((date(2026, 8, 1), LAST), None, 1),
    "emptied on the last day": ((date(2026, 8, 1), date(2026, 9, 29)), None, 0),
    "complete after it": (None, date(2026, 10, 1), 0),
    "complete on it": (None, LAST, 1),
    "emptied within the month and filled again": ((date(2026, 8, 1), date(2026, 9, 4)), date(2026, 9, 9), 1),
    "filled again after it": ((date(2026, 8, 1), date(2026, 9, 4)), date(2026, 10, 3), 0),
}


@pytest.mark.parametrize("case", SPANS)
def test_an_archive_counts_when_it_is_complete_on_the_last_day(cast, case):
    span, since, top = SPANS[case]
    home = household(cast.grid_li, complete_since=since, archived_on=date(2026, 8, 1))
    if span:
        CompleteSpan(household=home, valid_from=span[0], valid_to=span[1]).save()
    found, _run = sums(cast)
    assert found["archive_rate", cast.li.pk] == (top, 1)


def test_a_month_computed_again_after_an_archive_was_emptied_is_the_same_bytes(cast):
    home = household(cast.grid_li, complete_since=date(2026, 8, 1))
    before, run = sums(cast)
    with waive_scope("test"):
        Household.objects.filter(pk=home.pk).update(completeness=54, complete_since=None)
    CompleteSpan(household=home, valid_from=date(2026, 8, 1), valid_to=date(2026, 10, 7)).save()
    after, again = sums(cast)
    assert (after, again.root_hash, again.scores_hash) == (before, run.root_hash, run.scores_hash)


@pytest.mark.parametrize("how", ["a child is told of", "somebody moves in"])
def test_a_household_of_which_nobody_lived_counts_in_no_month_that_was_over_when_somebody_came(cast, how):
    home, other = household(cast.grid_li), household(cast.grid_li)
    person, stranger = customer(home), customer(other)
    customer(other)
    with time_machine.travel(datetime(2026, 9, 21, 4, tzinfo=UTC), tick=False):
        death_record(actor=cast.li, customer=person, day=date(2026, 9, 20))
    before, run = sums(cast)
    assert before["visit_coverage", cast.li.pk] == (0, 1)
    if how == "somebody moves in":
        person_resettle(actor=cast.li, customer=stranger, household=home, relation="other")
    else:
        customer_create(actor=cast.li, household=home, data={"name": "曾小"})
    after, again = sums(cast)
    assert (after, again.root_hash) == (before, run.root_hash)


def test_a_death_told_late_ends_no_household_before_its_last_one_left(cast):
    """Who left it in October was there in September, whenever the other one's death is told."""
    home, other = household(cast.grid_li), household(cast.grid_wang)
    dead, wife = customer(home), customer(home)
    with time_machine.travel(datetime(2026, 10, 5, 4, tzinfo=UTC), tick=False):
        person_resettle(actor=cast.chen, customer=wife, household=other, relation="other")
    death_record(actor=cast.li, customer=dead, day=date(2026, 9, 20))
    found, _run = sums(cast)
    assert found["visit_coverage", cast.li.pk] == (0, 1)
    assert found["app_activation", cast.li.pk] == (0, 1)
