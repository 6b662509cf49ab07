"""The rows that a body becomes: the visit itself, its offers and its needs."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import merging
from customers.attribution import Moved
from customers.enums import Purpose
from customers.selectors import homes_agreed
from customers.services.households import households_met
from gridbank.scoping import waive_scope
from needs.services import NeedRow, needs_bulk_create, needs_replace
from people.models import User
from products.services import OfferRow, offers_bulk_create, offers_follow_visits, offers_replace
from visits.body import VisitBody
from visits.models import Visit


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a visit belongs: the household, and who made the visit."""

    household_id: int
    staff_id: int


def to_visit(
    body: VisitBody,
    belonging: Belonging,
    *,
    grid_id: int,
    received_at: datetime,
    is_late: bool,
    located: Collection[int],
) -> Visit:
    """Make the row of a body; the household's grid of the day stands in it.

    Where it was is kept only of a household that agreed, one of `located`; the hash is that of the body as it came.
    """
    kept = body if belonging.household_id in located else body.without_place()
    return Visit(
        id=body.id,
        household_id=belonging.household_id,
        grid_id=grid_id,
        staff_id=belonging.staff_id,
        body_hash=body.digest,
        received_at=received_at,
        is_late=is_late,
        **kept.columns(),
    )


def located(homes: Iterable[tuple[VisitBody, int]]) -> set[int]:
    """Return which of the households to which somebody went agreed that it is kept where that was."""
    asked = {household_id for body, household_id in homes if body.latitude is not None}
    return homes_agreed(homes=asked, purpose=Purpose.LOCATION) if asked else set()


def _offer_rows(body: VisitBody, visit: Visit) -> list[OfferRow]:
    """Return the offers of a visit as the products app takes them."""
    return [
        OfferRow(
            customer_id=visit.customer_id,
            product_id=line.product_id,
            result=line.result,
            offered_on=visit.day,
            staff_id=visit.staff_id,
            grid_id=visit.grid_id,
            origin=visit.pk,
        )
        for line in body.offers
    ]


def _need_rows(body: VisitBody, visit: Visit) -> list[NeedRow]:
    """Return the needs of a visit as the customers app takes them."""
    return [
        NeedRow(
            household_id=visit.household_id,
            text=line.text,
            raised_on=visit.day,
            raised_by_id=visit.staff_id,
            customer_id=visit.customer_id,
            due_on=line.due_on,
            origin=visit.pk,
        )
        for line in body.needs
    ]


def follow(*, actor: User, stored: Sequence[tuple[VisitBody, Visit]]) -> set[uuid.UUID]:
    """Write down what follows from visits just stored: offers, needs, and when a household was last met.

    Returns the visits of whose offers none counts: the customer hadn't agreed to marketing.
    """
    offers = [row for body, visit in stored for row in _offer_rows(body, visit)]
    needs = [row for body, visit in stored for row in _need_rows(body, visit)]
    met: dict[int, date] = {}
    for _body, visit in stored:
        if visit.met:
            met[visit.household_id] = max(visit.day, met.get(visit.household_id, visit.day))
    if met:
        households_met(met)
    made = offers_bulk_create(actor=actor, rows=offers) if offers else []
    if needs:
        needs_bulk_create(actor=actor, rows=needs)
    return {offer.origin for offer in made if offer.origin is not None and not offer.agreed}


def follow_again(*, actor: User, body: VisitBody, visit: Visit) -> None:
    """Replace the offers and needs of a corrected visit."""
    offers_replace(actor=actor, origin=visit.pk, rows=_offer_rows(body, visit))
    rows = _need_rows(body, visit)
    which = [line.row for line in body.needs]
    needs_replace(actor=actor, origin=visit.pk, rows=rows, which=which)


def visits_follow(moved: Moved) -> None:
    """Let the visits made to a household from its first day in a grid on stand in that grid."""
    with _followed(moved) as rows:
        rows.exclude(grid_id=moved.household.grid_id).update(grid_id=moved.household.grid_id)


def visits_offers_follow(moved: Moved) -> None:
    """Let the offers of these visits stand where the visits do, whoever lives where by now."""
    with _followed(moved) as rows:
        origins = list(rows.order_by().values_list("pk", flat=True))
    offers_follow_visits(household=moved.household, origins=origins)


@contextmanager
def _followed(moved: Moved) -> Iterator[QuerySet[Visit]]:
    with waive_scope("the household was moved by somebody who may; its visits follow"):
        yield Visit.objects.filter(household_id=moved.household.pk, day__gte=moved.first_day)


def register_merging() -> None:
    """Let visits follow whose archive goes into another one: what was paid to him stays in its household."""
    turn = merging.Turn.BEFORE_MONTHS
    merging.register(
        merging.Follower("visits", _("Visits"), Visit.objects.all, ("version",), turn, day="day")
    )
