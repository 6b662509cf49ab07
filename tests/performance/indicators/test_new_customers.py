"""Who became a customer counts once, for who opened the account."""

from datetime import UTC, date, datetime

import pytest

from customers.models import IdentitySpan
from gridbank.scoping import waive_scope
from tests.factories import GridFactory
from tests.people import assign
from tests.performance.indicators.counted import counted, earn
from tests.performance.world import customer, household

KEY = "new_customers"


def rows(cast):
    return [(fact.source_id, fact.staff_id, fact.grid_id, fact.branch_id) for fact in counted(cast, KEY)]


def test_whoever_opened_the_account_is_credited_wherever_the_household_is(cast):
    person = customer(household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.wu)
    assert rows(cast) == [(str(person.pk), cast.wu.pk, cast.grid_li.pk, cast.east.pk)]


def test_where_that_is_not_known_whoever_led_the_grid_on_the_day_is(cast):
    with waive_scope("a test ends an assignment"):
        cast.li.assignments.update(valid_to=date(2026, 9, 10))
    assign(cast.sun, cast.grid_li, since=date(2026, 9, 12))
    people = [customer(household(cast.grid_li), customer_since=date(2026, 9, day)) for day in (10, 11, 12)]
    found = {int(source_id): staff_id for source_id, staff_id, *_rest in rows(cast)}
    assert found == dict(zip([one.pk for one in people], [cast.li.pk, 0, cast.sun.pk], strict=True))


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (date(2026, 8, 31), 0),
        (date(2026, 9, 1), 1),
        (date(2026, 9, 30), 1),
        (date(2026, 10, 1), 0),
        (None, 0),
    ],
)
def test_the_days_of_the_month_count(cast, day, counts):
    customer(household(cast.grid_li), customer_since=day, opened_by=cast.li)
    assert len(counted(cast, KEY)) == counts


def test_a_count_is_a_numerator_alone_and_freezes_which_row_it_was(cast):
    person = customer(household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.li, version=3)
    (fact,) = counted(cast, KEY)
    assert (fact.numerator, fact.denominator) == (1, 0)
    assert (fact.source, fact.source_version, fact.subject, fact.day) == (
        "customer", 1, str(person.pk), date(2026, 9, 5),
    )  # fmt: skip


def test_what_a_final_month_counted_earns_nothing_again(cast):
    person = customer(household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.li)
    earn(cast, KEY, "customer", str(person.pk))
    assert rows(cast) == []


def test_another_banks_customers_are_its_own(cast):
    customer(household(GridFactory()), customer_since=date(2026, 9, 5), opened_by=cast.li)
    assert rows(cast) == []


def test_facts_are_numbered_by_branch_and_person(cast):
    for grid, who in (
        (cast.grid_wu, cast.wu),
        (cast.grid_li, cast.wang),
        (cast.grid_li, cast.li),
        (cast.root, cast.zhao),
    ):
        customer(household(grid), customer_since=date(2026, 9, 5), opened_by=who)
    found = counted(cast, KEY)
    order = [(fact.branch_id or 0, fact.staff_id) for fact in found]
    assert order == sorted(order)
    assert order[0][0] == 0
    assert [fact.number for fact in found] == list(range(found[0].number, found[0].number + 4))


def test_without_an_identity_document_nobody_is_a_new_customer(cast):
    """Whoever has none yet earns when he has, while the month isn't published."""
    person = customer(
        household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.li, id_type="none", id_digest=None
    )  # fmt: skip
    assert rows(cast) == []
    with waive_scope("test"):
        type(person).objects.filter(pk=person.pk).update(id_type="resident", id_digest="7" * 64)
    assert [row[0] for row in rows(cast)] == [str(person.pk)]


@pytest.mark.parametrize(("before", "counts"), [(None, 1), (date(2026, 9, 1), 1), (date(2026, 8, 31), 0)])
def test_whoever_was_a_customer_before_the_month_is_no_new_one(cast, before, counts):
    customer(
        household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.li, customer_before=before
    )
    assert len(rows(cast)) == counts


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        ({}, 1),
        ({"customer_since": date(2026, 9, 2)}, 2),
        ({"customer_since": date(2026, 8, 31)}, 0),
        ({"customer_before": date(2026, 8, 31)}, 0),
    ],
)
def test_a_second_archive_of_an_earlier_customer_is_no_new_one(cast, other, counts):
    """He is known by the document that the first archive had."""
    first = customer(household(cast.grid_li), opened_by=cast.li, **other)
    had(cast, first)
    second = customer(
        household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.li, id_digest="8" * 64
    )
    found = rows(cast)
    assert len(found) == counts
    assert (str(second.pk) in {row[0] for row in found}) == bool(counts)


def test_a_second_archive_of_who_earned_in_a_final_month_earns_nothing(cast):
    """Though its day was put into this month by now."""
    first = customer(household(cast.grid_li), customer_since=date(2026, 9, 3), opened_by=cast.li)
    earn(cast, KEY, "customer", str(first.pk))
    had(cast, first)
    customer(household(cast.grid_li), customer_since=date(2026, 9, 5), opened_by=cast.li, id_digest="8" * 64)
    assert rows(cast) == []


def had(cast, person):
    """Say that somebody had the document of eights."""
    IdentitySpan(
        customer=person, id_digest="8" * 64, valid_from=date(2024, 1, 1), valid_to=date(2026, 9, 4),
        changed_by=cast.li, changed_at=datetime(2026, 9, 5, tzinfo=UTC),
    ).save()  # fmt: skip
