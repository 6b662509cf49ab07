"""Reading visits."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, Max, Min, OuterRef, Q, QuerySet, When
from django.utils import timezone

from customers.conditions import Wanted as People
from customers.conditions import served_q
from customers.enums import Relation
from customers.models import Customer, Household, Residence
from customers.personal import names, sealed
from customers.searching import Kind, Term
from customers.selectors import customer_list, grids_on, household_list, people_wanted, survivors
from gridbank.days import in_force
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from grids.enums import Tier
from grids.models import Assignment, Grid, assigned_paths
from grids.selectors import grid_list
from needs.selectors import need_list
from people.models import User
from products.models import Offer, Product
from products.selectors import offer_list, product_list
from visits.body import NeedLine, OfferLine, VisitBody
from visits.enums import HoldReason
from visits.models import HeldVisit, Visit, VisitVersion

FOUND = 12
# of what was before somebody moved, so many visits are told
BEFORE = 20
_CODE = re.compile(r"[A-Z]{1,4}[0-9]{3,20}")
# What is sealed costs its opening; of none of it a list of visits shows anything.
_PERSON_UNSHOWN = (*names(sealed(Customer)), *names(sealed(Household), "household__"))
_UNSHOWN = (
    *names(sealed(Customer), "customer__"),
    *names(sealed(Household), "household__"),
)
MOST_CHOICES = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of visits is asked for, already validated; empty means all."""

    grid: Grid | None = None
    staff_id: int | None = None
    household_id: int | None = None
    since: date | None = None
    until: date | None = None
    mode: str = ""
    met: bool | None = None
    late: bool = False
    """Only those that came in when their month was published already."""


def visit_list(*, actor: User, wanted: Wanted | None = None) -> QuerySet[Visit]:
    """Return the visits the person may know of, newest first, without numbers that no list shows."""
    rows = Visit.objects.visible_to(actor).select_related("household", "customer", "staff", "grid")
    rows = rows.defer(*_UNSHOWN)
    return rows if wanted is None else rows.filter(_wanted_q(actor, wanted))


def _wanted_q(actor: User, wanted: Wanted) -> Q:
    keys: dict[str, Any] = {
        "staff_id": wanted.staff_id,
        "household_id": wanted.household_id,
        "day__gte": wanted.since,
        "day__lte": wanted.until,
        "mode": wanted.mode or None,
        "met": wanted.met,
        "is_late": wanted.late or None,
    }
    condition = Q(**{key: value for key, value in keys.items() if value is not None})
    # where the visit took place, whatever became of the household
    if wanted.grid is not None:
        below = grid_list(actor=actor).filter(path__startswith=wanted.grid.path)
        condition &= Q(grid_id__in=list(below.order_by().values_list("pk", flat=True)))
    return condition


def timeline(*, actor: User, household: Household) -> QuerySet[Visit]:
    """Return a household's visits, newest first."""
    return visit_list(actor=actor, wanted=Wanted(household_id=household.pk))


def paid_before(*, actor: User, household: Household) -> list[dict[str, Any]]:
    """Return the newest visits paid to a household's people where they lived before: when, how, to whom and by whom.

    A person's history follows him; what was noted of the other household stays with it.
    """
    people = customer_list(actor=actor).filter(household=household).order_by().values("pk")
    there = Residence.everywhere().filter(customer=OuterRef("customer"), household=OuterRef("household"))
    with waive_scope("they lived out of sight then; of their visits only what is theirs is told"):
        rows = Visit.objects.filter(Exists(there), customer__in=people).exclude(household=household)
        newest = rows.order_by("-started_at", "-pk")[:BEFORE]
        return list(newest.values("started_at", "mode", "met", "customer__name", "staff__name"))


def version_list(*, actor: User, visit: Visit) -> QuerySet[VisitVersion]:
    """Return what a visit said before its corrections."""
    return VisitVersion.objects.visible_to(actor).filter(visit=visit).select_related("replaced_by")


def held_any(*, actor: User) -> QuerySet[HeldVisit]:
    """Return the person's own bodies that were ever kept aside, dealt with or not."""
    return HeldVisit.objects.visible_to(actor)


def held_list(*, actor: User) -> QuerySet[HeldVisit]:
    """Return the person's own bodies that wait: neither put aside nor stored since.

    One whose date was wrong is done with when its visit is there, with whatever time; one in conflict was held because
    another has its number, so only the same body answers it.
    """
    # one's own, wherever the household is by now: whoever changes grids doesn't get his old bodies back
    stored = Visit.objects.filter(pk=OuterRef("visit_id"), staff_id=OuterRef("staff_id"))
    same = stored.filter(body_hash=OuterRef("body_hash"))
    waiting = held_any(actor=actor).filter(put_aside_at=None)
    return waiting.exclude(Exists(same)).exclude(~Q(reason=HoldReason.CONFLICT) & Exists(stored))


def visit_offers(*, actor: User, visit: Visit) -> QuerySet[Offer]:
    """Return what was offered during a visit, in the order of the body."""
    return offer_list(actor=actor).filter(origin=visit.pk).order_by("pk")


def visit_needs(*, actor: User, visit: Visit) -> QuerySet[Any]:
    """Return the needs that a visit raised, in the order of the body."""
    return need_list(actor=actor).filter(origin=visit.pk).order_by("pk")


def body_of(*, actor: User, visit: Visit) -> VisitBody:
    """Return what a visit says now, as a client would send it."""
    offers = visit_offers(actor=actor, visit=visit).values_list("product_id", "result")
    needs = visit_needs(actor=actor, visit=visit).values_list("text", "due_on", "pk")
    return VisitBody.from_columns(
        visit, offers=(OfferLine(*line) for line in offers), needs=(NeedLine(*line) for line in needs)
    )


def customers_by_id(*, actor: User, ids: set[int]) -> dict[int, Customer]:
    """Return the people of these ids whom the actor may know of, with household and grid."""
    if not ids:
        return {}
    rows = customer_list(actor=actor).defer(*_PERSON_UNSHOWN)
    found = {row.pk: row for row in rows.filter(pk__in=ids)}
    # an archive that went into another one since a client read it is that person's
    into = survivors(ids - found.keys()) if len(found) < len(ids) else {}
    now = {row.pk: row for row in rows.filter(pk__in=set(into.values()))} if into else {}
    return found | {old: now[pk] for old, pk in into.items() if pk in now}


def his_then(*, author: User, wanted: set[tuple[int, date]]) -> set[tuple[int, date]]:
    """Return of whom, and on which day, the household stood in a grid that the author was assigned to that day.

    For services: of what was his then he is told that it isn't any more, and nothing else.
    """
    if not wanted:
        return set()
    with waive_scope("whose the household was on the day of a visit, whoever has it by now"):
        rows = Customer.objects.filter(pk__in={pk for pk, _day in wanted})
        people = rows.values_list("pk", "household_id", "household__grid_id")
        found = {pk: (home, grid) for pk, home, grid in people}
        known = {(pk, day) for pk, day in wanted if pk in found}
        grids = grids_on(wanted={(found[pk][0], day) for pk, day in known}, now=dict(found.values()))
        paths = dict(Grid.objects.filter(pk__in=set(grids.values())).values_list("pk", "path"))
    held = {day: assigned_paths(author, day) for _pk, day in known}
    return {(pk, day) for pk, day in known if paths[grids[found[pk][0], day]].startswith(held[day] or ("-",))}


def homes(*, actor: User, ids: set[int]) -> dict[int, int]:
    """Return the household of each of these people whom the actor may know of."""
    found: dict[int, int] = {}
    for some in portions(ids):
        rows = customer_list(actor=actor).filter(pk__in=some)
        found.update(rows.values_list("pk", "household_id"))
    return found


def products_on_sale(ids: set[int]) -> set[int]:
    """Return which of these products may be offered."""
    return set(product_list().filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def taken_ids(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Return who holds which of these ids, and the hash of what he first sent. For services only."""
    with waive_scope("an id is taken whoever took it; only that it is taken is told"):
        rows = Visit.objects.filter(pk__in=list(ids)).values_list("pk", "staff_id", "body_hash")
        return {pk: (staff_id, digest) for pk, staff_id, digest in rows}


def first_day(author: User) -> date | None:
    """Return the first day on which the author of a visit was assigned to any grid. For services only."""
    with waive_scope("the first day of who made a visit, in whatever grid it was"):
        first = Assignment.objects.filter(user=author).aggregate(first=Min("valid_from"))["first"]
    return first if isinstance(first, date) else None


def last_met_on(*, household_id: int) -> date | None:
    """Return the last day on which somebody of a household was met. For services; the caller has the right."""
    with waive_scope("the visits of a household the caller already holds"):
        rows = Visit.objects.filter(household_id=household_id, met=True)
        last = rows.aggregate(last=Max("day"))["last"]
    return last if isinstance(last, date) else None


def members(*, actor: User, household: Household, visited: int = 0) -> QuerySet[Customer]:
    """Return the people of a household who live and may be served, the head first, without their numbers; and who was visited, by key."""
    rows = customer_list(actor=actor).filter(Q(served_q(), household=household) | Q(pk=visited))
    rows = rows.defer(*_PERSON_UNSHOWN)
    return rows.order_by(Case(When(relation=Relation.HEAD, then=0), default=1), "pk")


def head_or_first(*, actor: User, household: Household) -> Customer | None:
    """Return whom one expects to meet in a household."""
    return members(actor=actor, household=household).first()


def product_names(ids: set[int]) -> dict[int, str]:
    """Return the names of these products in the reader's language, on sale or not."""
    rows = Product.objects.filter(pk__in=ids).only("name", "name_en") if ids else ()
    return {product.pk: product.label for product in rows}


def products_with(choices: list[tuple[int, str]], ids: list[int]) -> list[tuple[int, str]]:
    """Add to the choices the products that were offered once and are off sale by now."""
    missing = set(ids) - {pk for pk, _name in choices}
    return [*choices, *product_names(missing).items()]


def grid_choices(*, actor: User, near: int) -> list[tuple[int, str]]:
    """Return the grids to filter by; beyond what a menu holds, the branches and what lies beside `near`."""
    seen = grid_list(actor=actor).select_related(None).order_by("path")
    found = list(seen.values_list("pk", "name")[: MOST_CHOICES + 1])
    if len(found) > MOST_CHOICES:
        branch = seen.order_by().filter(pk=near).values("parent_id")
        beside = Q(tier=Tier.BRANCH) | Q(pk=near) | Q(parent_id=near) | Q(parent_id__in=branch)
        found = list(seen.filter(beside).values_list("pk", "name"))
    return found


def staff_choices(*, actor: User, grid_id: int = 0, staff_id: int = 0) -> list[tuple[int, str]]:
    """Return the people assigned today to the grids that the actor sees; of too many, those of the grid chosen.

    The person chosen is among them whenever the list has visits of his: who left is no longer assigned anywhere.
    """
    there = Assignment.objects.visible_to(actor).filter(in_force(timezone.localdate()))
    rows = there.order_by("user__name", "user_id").values_list("user_id", "user__name").distinct()
    found = list(rows[: MOST_CHOICES + 1])
    if len(found) > MOST_CHOICES:
        found = list(rows.filter(Q(grid_id=grid_id) | Q(grid__parent_id=grid_id) | Q(user_id=staff_id)))
    if staff_id and staff_id not in {pk for pk, _name in found}:
        made = Visit.objects.visible_to(actor).filter(staff_id=staff_id).order_by()
        found += list(made.values_list("staff_id", "staff__name")[:1])
    return found


def households_found(*, actor: User, term: Term) -> list[tuple[Household, Customer | None]]:
    """Return the households that a search term leads to, with the person it fits; a few at most."""
    rows = household_list(actor=actor).defer(*names(sealed(Household)))
    plain = term.value.upper()
    if term.kind == Kind.NAME and _CODE.fullmatch(plain):
        return [(home, None) for home in rows.filter(code__startswith=plain).order_by("code")[:FOUND]]
    if term.kind not in {Kind.NAME, Kind.PINYIN, Kind.PHONE_TAIL}:
        return []
    # whoever is only kept is suggested to nobody
    known = people_wanted(actor=actor, wanted=People(term=term)).filter(restricted_at=None)
    people = known.defer(*_PERSON_UNSHOWN).order_by("pk")
    found: dict[int, tuple[Household, Customer | None]] = {}
    for person in people[: FOUND * 2]:
        found.setdefault(person.household_id, (person.household, person))
    return list(found.values())[:FOUND]


def newest(rows: QuerySet[Visit], size: int) -> QuerySet[Visit]:
    """Return the newest visits and one row more, when there is one.

    They are found before anything is joined to them: the plan of a join makes ready for every visit there is.
    """
    order = ("-started_at", "-pk")
    keys = rows.order_by(*order).values("pk")[: size + 1]
    return rows.filter(pk__in=keys).order_by(*order)


def offers_of(*, actor: User, visits: Iterable[Any]) -> dict[uuid.UUID, list[Offer]]:
    """Return the offers of several visits, by visit, with no more than is shown of them."""
    found: dict[uuid.UUID, list[Offer]] = {}
    rows = offer_list(actor=actor).filter(origin__in=[visit.pk for visit in visits])
    rows = (
        rows.select_related(None)
        .select_related("product")
        .only("origin", "result", "product__name", "product__name_en")
    )
    for offer in rows.order_by("pk"):
        if offer.origin is not None:
            found.setdefault(offer.origin, []).append(offer)
    return found
