"""What was said of people that moves what is counted, as whoever publishes a month is told."""

from datetime import UTC, date, datetime

import pytest

from customers.models import Customer, Death, IdentitySpan, PersonMerge, Residence
from customers.turnover import turnover
from gridbank.scoping import waive_scope
from tests.performance.world import customer, household

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
AT = datetime(2026, 10, 2, tzinfo=UTC)


def told(actor, until=None):
    found, count = turnover(actor=actor, first=FIRST, last=LAST, until=until, most=100)
    return [(one.turn, one.first, one.last, one.grid, one.entered, one.by, one.count) for one in found], count


@pytest.fixture
def people(cast):
    home = household(cast.grid_li)
    return [customer(home) for _ in range(3)]


def died(cast, people, day=date(2026, 9, 25), **fields):
    for person in people:
        values = {"day": day, "told_by": cast.li, "told_at": AT, "was": "other", **fields}
        Death(customer=person, **values).save()


def span(model, cast, person, until, **fields):
    who = (
        {"moved_by": cast.chen, "moved_at": AT}
        if model is Residence
        else {"changed_by": cast.chen, "changed_at": AT}
    )
    model(customer=person, valid_from=date(2024, 1, 1), valid_to=until, **who, **fields).save()


def test_deaths_are_told_with_who_told_them_and_those_taken_back_with_who_did(cast, people):
    died(cast, people[:2])
    died(cast, people[2:], undone_by=cast.chen, undone_at=AT, undone_because="录错")
    assert told(cast.zhao) == (
        [
            ("died", date(2026, 9, 25), date(2026, 9, 25), cast.grid_li, None, cast.li, 2),
            ("undone", date(2026, 9, 25), date(2026, 9, 25), cast.grid_li, None, cast.chen, 1),
        ],
        3,
    )


@pytest.mark.parametrize(
    ("told_of", "published", "count"),
    [
        # told in the month, or after it, of a day until its end
        ((date(2026, 8, 5), datetime(2026, 9, 2, tzinfo=UTC)), None, 1),
        ((date(2026, 9, 5), AT), None, 1),
        ((date(2026, 8, 5), datetime(2026, 8, 6, tzinfo=UTC)), None, 0),
        ((date(2026, 10, 1), AT), None, 0),
        # once it is published, what comes is listed by itself
        ((date(2026, 9, 5), AT), AT, 1),
        ((date(2026, 9, 5), AT), datetime(2026, 10, 1, tzinfo=UTC), 0),
    ],
)
def test_a_death_is_told_where_it_is_counted(cast, people, told_of, published, count):
    day, at = told_of
    died(cast, people[:1], day, told_at=at)
    assert told(cast.zhao, published)[1] == count


@pytest.mark.parametrize(
    ("until", "count"),
    [(date(2026, 8, 30), 0), (date(2026, 8, 31), 1), (date(2026, 9, 29), 1), (LAST, 0)],
)
def test_who_went_to_another_grid_and_whose_birth_date_changed_in_the_month(cast, people, until, count):
    elsewhere = household(cast.grid_wang)
    # within one grid nothing moves
    span(Residence, cast, people[0], until, household=household(cast.grid_li))
    span(Residence, cast, people[1], until, household=elsewhere)
    span(IdentitySpan, cast, people[2], until, birth_date=None)
    found, number = told(cast.zhao)
    assert number == 2 * count
    if count:
        day = date(2026, 9, 1) if until.month == 8 else LAST
        assert found == [
            ("identity", day, day, cast.grid_li, None, cast.chen, 1),
            ("moved", day, day, cast.grid_wang, cast.grid_li, cast.chen, 1),
        ]


def test_who_came_and_went_is_told_twice_with_whither(cast, people):
    """For the night of the count."""
    there = household(cast.grid_wang)
    span(Residence, cast, people[0], date(2026, 9, 24), household=people[0].household)
    Residence(
        customer=people[0], household=there, valid_from=date(2026, 9, 25), valid_to=date(2026, 9, 28),
        moved_by=cast.chen, moved_at=AT,
    ).save()  # fmt: skip
    found = {(grid, entered) for _turn, _first, _last, grid, entered, _by, _count in told(cast.zhao)[0]}
    assert found == {(cast.grid_li, cast.grid_wang), (cast.grid_wang, cast.grid_li)}


def test_nobody_is_told_of_others_people(cast, people):
    died(cast, people)
    with waive_scope("test"):
        assert Customer.objects.filter(household__grid=cast.grid_li).count() == 3
    assert told(cast.wu) == ([], 0)
    assert told(cast.li)[1] == 3


def test_archives_put_together_and_taken_apart_are_told_with_who_did_it(cast, people):
    keep, *others = people
    for n, other in enumerate(others):
        PersonMerge(
            customer=keep, merged=other, kept="{}", made_by=cast.chen, made_at=AT,
            **({"undone_by": cast.zhao, "undone_at": AT, "undone_because": "看错"} if n else {}),
        ).save()  # fmt: skip
    day = date(2026, 10, 2)
    assert told(cast.zhao) == (
        [
            ("merged", day, day, cast.grid_li, None, cast.chen, 2),
            ("unmerged", day, day, cast.grid_li, None, cast.zhao, 1),
        ],
        3,
    )
    # once the month is published, what comes is told in the next one's
    assert told(cast.zhao, datetime(2026, 10, 1, tzinfo=UTC)) == ([], 0)
    assert told(cast.wu) == ([], 0)
