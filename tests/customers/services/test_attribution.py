"""A household that moves: where it was is kept by days, and what was done there follows the days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from audit.models import AuditEvent
from customers import selectors, services
from customers.models import Attribution, Household
from customers.services import household_create, household_update
from customers.services.attribution import belongs_since, grids_held, household_move
from customers.services.moving import household_move_ask
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.services import backdating_sign, grid_close
from tests.audit.lifting import lifted
from tests.factories import (
    AssignmentFactory,
    GridFactory,
    HouseholdFactory,
    OfferFactory,
    UserFactory,
    VisitFactory,
)
from tests.people import make_cast
from tests.visits.bodies import person_in


@pytest.fixture
def person(cast):
    return person_in(cast.grid_li)


def move(cast, home, grid):
    home = selectors.household_list(actor=cast.zhao).get(pk=home.pk)
    return services.household_update(
        actor=cast.zhao, household=home, version=home.version, data={"grid": grid}
    )


def spans(home):
    with waive_scope("test"):
        rows = Attribution.objects.filter(household=home)
        return list(rows.values_list("grid_id", "valid_from", "valid_to"))


def on(home, *days):
    found = grids_held([(home.pk, day) for day in days])
    return [found[home.pk, day] for day in days]


def test_where_it_belonged_is_kept_until_yesterday(cast, person):
    home, today = person.household, timezone.localdate()
    opened = timezone.localdate(home.created_at)
    before = today - timedelta(days=1)
    move(cast, home, cast.grid_wu)
    assert spans(home) == [(cast.grid_li.pk, opened, before)]
    li, wu = cast.grid_li.pk, cast.grid_wu.pk
    assert on(home, opened - timedelta(days=900), opened, before, today) == [li, li, li, wu]
    assert belongs_since(home) == today


def test_of_a_day_with_several_moves_the_last_one_counts(cast, person):
    home, today = person.household, timezone.localdate()
    for grid in (cast.grid_wu, cast.grid_wang, cast.grid_li, cast.grid_wang):
        move(cast, home, grid)
    ((grid_id, _since, until),) = spans(home)
    assert (grid_id, until) == (cast.grid_li.pk, today - timedelta(days=1))
    assert on(home, today) == [cast.grid_wang.pk]


def test_an_archive_opened_today_was_never_elsewhere(cast):
    person = person_in(cast.grid_li, ago=timedelta())
    move(cast, person.household, cast.grid_wu)
    assert spans(person.household) == []


def test_spans_follow_each_other(cast, person):
    home, today = person.household, timezone.localdate()
    first, second = today - timedelta(days=30), today - timedelta(days=10)
    with waive_scope("test"):
        Household.objects.filter(pk=home.pk).update(grid=cast.grid_wang)
        home.refresh_from_db()
        household_move(actor=cast.zhao, household=home, before=cast.grid_li, first_day=first)
        Household.objects.filter(pk=home.pk).update(grid=cast.grid_wu)
        home.refresh_from_db()
        household_move(actor=cast.zhao, household=home, before=cast.grid_wang, first_day=second)
        with pytest.raises(Refused, match="乙村"):
            household_move(
                actor=cast.zhao, household=home, before=cast.grid_wang, first_day=second - timedelta(days=1)
            )
    opened = timezone.localdate(home.created_at)
    assert spans(home) == [
        (cast.grid_li.pk, opened, first - timedelta(days=1)),
        (cast.grid_wang.pk, first, second - timedelta(days=1)),
    ]


def test_visits_and_offers_of_the_day_go_with_it_and_earlier_ones_stay(cast, person):
    now = timezone.now()
    acts = [
        (
            VisitFactory(customer=person, staff=cast.li, started_at=at),
            OfferFactory(customer=person, staff=cast.li, offered_on=timezone.localdate(at)),
        )
        for at in (now - timedelta(days=1), now)
    ]
    move(cast, person.household, cast.grid_wu)
    with waive_scope("test"):
        for row in [row for pair in acts for row in pair]:
            row.refresh_from_db()
    assert [[row.grid for row in pair] for pair in acts] == [[cast.grid_li] * 2, [cast.grid_wu] * 2]


def test_an_offer_that_came_along_with_another_archive_stays_where_it_was_made(cast, person):
    here, elsewhere = (
        OfferFactory(customer=person, staff=cast.li, grid=grid, offered_on=timezone.localdate())
        for grid in (cast.grid_li, cast.grid_wang)
    )
    move(cast, person.household, cast.grid_wu)
    with waive_scope("test"):
        for row in (here, elsewhere):
            row.refresh_from_db()
    assert (here.grid, elsewhere.grid) == (cast.grid_wu, cast.grid_wang)


def fill():
    with waive_scope("a migration knows plain models, that refuse nobody"):
        import_module("customers.migrations.0002_attribution").fill(apps, None)


def test_an_upgrade_reads_the_moves_from_the_trail(cast, person):
    """What the trail says of an earlier version: a chain of moves on other days than today."""
    home = person.household
    opened = timezone.localdate(home.created_at)
    days = [timezone.now() - timedelta(days=count) for count in (40, 40, 20)]
    grids = [cast.grid_li.pk, cast.grid_wang.pk, cast.east.pk, cast.grid_wu.pk]
    with lifted():
        for number, (at, old, new) in enumerate(zip(days, grids, grids[1:], strict=False)):
            AuditEvent.objects.create(
                at=at, action="household.updated", subject_type="customers.household", subject_id=str(home.pk),
                changes=f'{{"fields":{{"grid":[{old},{new}]}},"version":{number + 2}}}',
                previous_hash="0" * 64, hash=f"{number}" * 64, seal="0" * 64,
            )  # fmt: skip
    fill()
    # the trail ends elsewhere than the household is: it doesn't tell all, so it tells nothing
    assert spans(home) == []
    with waive_scope("test"):
        Household.objects.update(grid=cast.grid_wu)
    fill()
    first, second = (timezone.localdate(at) for at in days[1:])
    assert spans(home) == [
        (cast.grid_li.pk, opened, first - timedelta(days=1)),
        (cast.east.pk, first, second - timedelta(days=1)),
    ]
    assert on(home, date(2020, 1, 1), second) == [cast.grid_li.pk, cast.grid_wu.pk]


def open_there(cast, empty, _home):
    household_create(actor=cast.zhao, data={"grid": empty, "head_name": "赵一"})


def move_there(cast, empty, home):
    household_update(actor=cast.zhao, household=home, version=1, data={"grid": empty})


def have_moved_there(cast, empty, home):
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    yesterday = timezone.localdate() - timedelta(days=1)
    asked = household_move_ask(actor=second, household=home, grid=empty, since=yesterday, reason="补录")
    backdating_sign(actor=cast.zhao, backdating=asked)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("come", [open_there, move_there, have_moved_there])
def test_whoever_closes_a_grid_waits_for_a_household_that_comes_into_it(come):
    cast = make_cast()
    empty = GridFactory(parent=cast.west, name="空村")
    home = HouseholdFactory(grid=cast.grid_wu, created_at=timezone.now() - timedelta(days=400))

    def close() -> str:
        try:
            return str(grid_close(actor=cast.zhao, grid=empty, last_day=timezone.localdate()).valid_to)
        except Refused as refused:
            return refused.message
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        come(cast, empty, home)
        found = pool.submit(close)
        with pytest.raises(TimeoutError):
            found.result(timeout=1)
    assert "1 户" in found.result(timeout=10)
