"""What has ended is read no more where what holds today is asked for: one table for all rooms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from customers.selectors import household_consents, responsible_today
from grids.selectors import assignable, grid_overview, grid_search, lead_names
from ground.selectors import boundary_list, service_point_list
from needs.selectors import open_needs
from people.selectors import live_token, live_token_list
from products.selectors import holding_list, product_list
from tests import factories
from tests.nets.site import World
from tests.people import SINCE
from visits.selectors import held_list, staff_choices

BEFORE, TODAY, AFTER = -1, 0, 1


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def at(offset: int) -> Any:
    return timezone.now() + timedelta(days=offset)


def put(label: str, **values: Any) -> Any:
    return models.QuerySet(apps.get_model(label)).create(**values)


def consent(w: World, **more: Any) -> Any:
    values = {"purpose": "marketing", "channel": "paper", "notice_version": "1", "given_at": timezone.now()}
    person = factories.CustomerFactory(household=w.row("household", "mine"))
    return put("customers.Consent", customer=person, staff=w.cast.li, **values, **more)


def token(w: World, **more: Any) -> Any:
    values = {"name": "t", "digest": "d", "expires_at": at(1), **more}
    return put("people.ApiToken", user=w.cast.li, **values)


def lead(w: World, **more: Any) -> Any:
    """Somebody's part in a grid of its own."""
    grid = factories.GridFactory(parent=w.cast.east)
    user = factories.UserFactory(role="account_manager")
    return factories.AssignmentFactory(grid=grid, user=user, **more)


def emigrant(w: World, **more: Any) -> Any:
    """Somebody who worked here once, and works in another bank on those days: nobody's to assign here."""
    user = factories.UserFactory(role="account_manager")
    factories.AssignmentFactory(user=user, grid=w.cast.grid_li, part="helper", valid_to=date(2024, 12, 31))
    factories.AssignmentFactory(user=user, **more)
    return user


def boundary(w: World, **more: Any) -> Any:
    box = dict.fromkeys(("min_lon", "max_lon", "min_lat", "max_lat"), 25.0)
    return put("ground.Boundary", grid=w.cast.grid_li, version=1, geojson={}, valid_from=SINCE, **box, **more)


def point(w: World, **more: Any) -> Any:
    return put("ground.ServicePoint", grid=w.cast.grid_li, code="S", name="点", kind="outlet", **more)


def holding(w: World, **more: Any) -> Any:
    values = {"customer": w.row("customer", "mine"), "product": w.row("product", "mine"), "since": SINCE}
    return put("products.Holding", **values | more)


def held(w: World, **more: Any) -> Any:
    row = w.row("held", "mine")
    type(row)._base_manager.filter(pk=row.pk).update(**more)
    return row


Make = Callable[..., Any]
Read = Callable[[World, Any], Iterable[Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of row: how it is made, where it is read, by what it stands, and by what it has ended."""

    make: Make
    read: Read
    standing: tuple[dict[str, Any], ...]
    ended: tuple[dict[str, Any], ...]


def spans() -> tuple[tuple[dict[str, Any], ...], tuple[dict[str, Any], ...]]:
    """Return days of which today is one, the first and the last included, and days of which it isn't."""
    return (
        ({}, {"valid_from": day(TODAY)}, {"valid_to": day(TODAY)}),
        ({"valid_to": day(BEFORE)}, {"valid_from": day(AFTER)}),
    )


KINDS: dict[str, Callable[[], Kind]] = {
    "a consent on a household's page": lambda: Kind(
        consent,
        lambda w, row: household_consents(actor=w.cast.li, household=row.customer.household),
        ({},),
        ({"withdrawn_at": at(TODAY)},),
    ),
    "a token of the API": lambda: Kind(
        token,
        lambda w, _row: live_token_list(user=w.cast.li),
        ({},),
        ({"revoked_at": at(TODAY)}, {"expires_at": at(BEFORE)}),
    ),
    "a token that comes in": lambda: Kind(
        token,
        lambda _w, row: [live_token(digest=row.digest)],
        ({},),
        ({"revoked_at": at(TODAY)}, {"expires_at": at(BEFORE)}),
    ),
    "a product on sale": lambda: Kind(
        lambda _w, **more: factories.ProductFactory(**more),
        lambda _w, _row: product_list(),
        ({},),
        ({"is_active": False},),
    ),
    "a holding": lambda: Kind(
        holding,
        lambda w, _row: holding_list(actor=w.cast.li),
        ({}, {"ended_on": day(AFTER)}),
        ({"ended_on": day(BEFORE)}, {"since": day(AFTER)}),
    ),
    "an open need": lambda: Kind(
        lambda w, **more: factories.NeedFactory(household=w.row("household", "mine"), **more),
        lambda w, _row: open_needs(actor=w.cast.li),
        ({},),
        ({"status": "done"}, {"status": "dropped"}),
    ),
    "a visit that waits": lambda: Kind(
        held,
        lambda w, _row: held_list(actor=w.cast.li),
        ({"put_aside_at": None},),
        ({"put_aside_at": at(TODAY), "put_aside_reason": "错"},),
    ),
    "a grid": lambda: Kind(
        lambda w, **more: factories.GridFactory(parent=w.cast.east, **more),
        lambda w, _row: grid_search(actor=w.cast.chen),
        *spans(),
    ),
    "a duty": lambda: Kind(
        lambda w, **more: factories.DutyFactory(grid=w.cast.grid_li, **more),
        lambda w, row: grid_overview(actor=w.cast.li, grid=row.grid).duties,
        *spans(),
    ),
    "a lead by name": lambda: Kind(
        lead,
        lambda _w, row: [row] if lead_names([row.grid_id], day(TODAY)) else [],
        *spans(),
    ),
    "a lead on a household's page": lambda: Kind(
        lead,
        lambda _w, row: (
            [row] if responsible_today(household=factories.HouseholdFactory(grid=row.grid)) else []
        ),
        *spans(),
    ),
    "a colleague to filter by": lambda: Kind(
        lead,
        lambda w, row: [row] if row.user_id in dict(staff_choices(actor=w.cast.chen)) else [],
        *spans(),
    ),
    "a colleague who has gone elsewhere": lambda: Kind(
        emigrant,
        lambda w, row: [row] if row not in assignable(actor=w.cast.zhao, roles=[row.role]) else [],
        ({}, {"valid_from": day(AFTER)}, {"valid_to": day(TODAY)}),
        ({"valid_to": day(BEFORE)},),
    ),
    "a boundary": lambda: Kind(
        boundary, lambda w, _row: boundary_list(actor=w.cast.li), ({},), ({"valid_to": day(BEFORE)},)
    ),
    "a service point": lambda: Kind(
        point,
        lambda w, _row: service_point_list(actor=w.cast.li),
        ({}, {"closed_on": day(AFTER)}),
        ({"closed_on": day(TODAY)}, {"closed_on": day(BEFORE)}, {"opened_on": day(AFTER)}),
    ),
}


@pytest.mark.parametrize(
    ("name", "place", "stands"),
    [
        (name, place, stands)
        for name, kind in KINDS.items()
        for stands in (True, False)
        for place in range(len(kind().standing if stands else kind().ended))
    ],
)
def test_what_stands_is_read_and_what_has_ended_is_not(world: World, name: str, place: int, stands):
    kind = KINDS[name]()
    more = (kind.standing if stands else kind.ended)[place]
    row = kind.make(world, **more)
    assert (row in list(kind.read(world, row))) is stands
