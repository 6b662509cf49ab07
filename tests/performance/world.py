"""A small month with known contents: two branches, a transfer, a vacant grid, every kind of fact."""

import itertools
from datetime import UTC, date, datetime

from people.models import User
from tests.factories import CustomerFactory, GridFactory, HouseholdFactory, OfferFactory, VisitFactory
from tests.people import Cast, assign

MONTH = date(2026, 9, 1)
_numbers = itertools.count(1)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def household(grid, **fields):
    return HouseholdFactory(grid=grid, created_at=LONG_AGO, **fields)


def customer(home, **fields):
    """Make somebody with an identity document."""
    usual = {"birth_date": date(1980, 5, 5), "id_type": "resident", "id_digest": f"{next(_numbers):064}"}
    # confirmed, unless told otherwise
    usual |= {"account_evidence": 2, "app_evidence": 2}
    return CustomerFactory(household=home, created_at=LONG_AGO, **{**usual, **fields})


def visit(who: User, person, day: int, **fields):
    return VisitFactory(
        staff=who, customer=person, started_at=datetime(2026, 9, day, 2, tzinfo=UTC), **fields
    )


def fill(cast: Cast) -> None:
    """Fill September 2026.

    Li leads 甲村 all month: 4 households, 2 visited, 3 archived. Wang hands 乙村 to Sun after the 10th: 3
    households. 丁村 has nobody. Wu, in the other branch, makes offers and opens an account.
    """
    homes = [household(cast.grid_li, complete_since=date(2026, 8, 1) if n < 3 else None) for n in range(4)]
    people = [customer(home) for home in homes]
    people[0].app_downloaded_on = people[0].app_verified_on = date(2026, 9, 3)
    people[0].save()
    customer(homes[0], birth_date=date(2020, 1, 1))
    visit(cast.li, people[0], 5)
    visit(cast.li, people[0], 6)
    visit(cast.li, people[1], 12)
    visit(cast.li, people[2], 12, met=False)
    visit(cast.li, people[3], 12, is_late=True)
    cast.wang.assignments.model.on(MONTH).filter(grid=cast.grid_wang).update(valid_to=date(2026, 9, 10))
    assign(cast.sun, cast.grid_wang, since=date(2026, 9, 11))
    theirs = [customer(household(cast.grid_wang, complete_since=MONTH)) for _ in range(3)]
    visit(cast.wang, theirs[0], 3)
    visit(cast.chen, theirs[1], 20)
    vacant = GridFactory(parent=cast.east, name="丁村")
    customer(household(vacant))
    customer(household(cast.east))
    stranger = customer(household(cast.grid_wu), customer_since=date(2026, 9, 30), opened_by=cast.wu)
    customer(stranger.household, customer_since=date(2026, 9, 1))
    customer(stranger.household, customer_since=date(2026, 10, 1), opened_by=cast.wu)
    for result in ("accepted", "refused", "offered"):
        OfferFactory(customer=stranger, staff=cast.wu, result=result, offered_on=date(2026, 9, 30))
    OfferFactory(customer=people[0], staff=cast.li, result="accepted", offered_on=date(2026, 9, 1))
    OfferFactory(customer=people[0], staff=cast.li, result="accepted", offered_on=date(2026, 8, 31))
