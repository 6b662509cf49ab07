"""Reading the archive."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from customers import completeness
from customers.enums import NeedStatus, Relation
from customers.models import Consent, Customer, Household, Need, SpecialMembership
from gridbank.days import born_by, in_force
from gridbank.scoping import waive_scope
from grids.enums import AreaLevel, GridNature, Part
from grids.models import Area, Assignment, Grid
from grids.selectors import grid_list
from people.models import User

NEEDS_PAGE = 50
HEAD_FIELDS = ("name", "id_number", "phone", "occupation")
# A household's page shows more kinds of rows than any other: it reads no column that it doesn't show.
SHOWN_OF_A_PERSON = (
    "name", "relation", "gender", "birth_date", "id_number", "phone", "wechat_added", "occupation", "workplace",
    "is_migrant", "back_season", "guardian__name", "customer_since", "app_informed_on", "app_downloaded_on",
    "app_verified_on", "app_activated_by__name", "do_not_contact",
)  # fmt: skip
SHOWN_OF_A_NEED = (
    "text", "due_on", "status", "raised_on", "raised_by__name", "outcome", "closed_by__name", "customer__name",
)  # fmt: skip


def household_list(*, actor: User) -> QuerySet[Household]:
    """Return the households the person may know of."""
    return Household.objects.visible_to(actor).select_related("grid").defer("grid__boundary")


def customer_list(*, actor: User) -> QuerySet[Customer]:
    """Return the people the person may know of."""
    rows = Customer.objects.visible_to(actor).select_related("household__grid")
    return rows.defer("household__grid__boundary")


def need_list(*, actor: User) -> QuerySet[Need]:
    """Return the needs of households the person may know of."""
    rows = Need.objects.visible_to(actor).select_related("household__grid", "customer")
    return rows.defer("household__grid__boundary")


def consent_list(*, actor: User) -> QuerySet[Consent]:
    """Return the consents of people the person may know of."""
    return Consent.objects.visible_to(actor).select_related("customer", "staff")


def grids_to_write(*, actor: User) -> QuerySet[Grid]:
    """Return the grids in which the person may open and change archives: his base grids in force today."""
    return grid_list(actor=actor).filter(in_force(timezone.localdate()), nature=GridNature.BASE)


def household_values(household: Household) -> dict[str, Any]:
    """Return what the completeness rules ask of a household."""
    return {
        each.field: getattr(household, each.field)
        for rules in completeness.RULES.values()
        for each in rules
        if each.owner == completeness.HOUSEHOLD
    }


def head_values(household_id: int) -> dict[str, Any] | None:
    """Return what the completeness rules ask of the head, None without one. For services; the caller has the right."""
    with waive_scope("the completeness of a household the caller already holds"):
        head = Customer.objects.filter(household_id=household_id, relation=Relation.HEAD).first()
    return None if head is None else {name: getattr(head, name) for name in HEAD_FIELDS}


def household_people(*, actor: User, household: Household) -> list[Customer]:
    """Return everybody of a household, the head first, with the names of guardians and of who activated the app."""
    rows = customer_list(actor=actor).filter(household=household).select_related(None)
    people = list(rows.select_related("guardian", "app_activated_by").only(*SHOWN_OF_A_PERSON))
    return sorted(
        people, key=lambda person: (person.relation != Relation.HEAD, person.birth_date or date.max)
    )


def household_needs(*, actor: User, household: Household) -> list[Need]:
    """Return what is shown of a household's needs, the open ones first, then the newest."""
    rows = need_list(actor=actor).filter(household=household).select_related(None)
    rows = rows.select_related("customer", "raised_by", "closed_by").only(*SHOWN_OF_A_NEED)
    return sorted(rows, key=lambda need: (need.status != NeedStatus.OPEN, need.due_on or date.max, -need.pk))


def household_consents(*, actor: User, household: Household) -> list[Consent]:
    """Return the consents in force in a household."""
    rows = consent_list(actor=actor).filter(customer__household=household, withdrawn_at=None)
    return list(rows.select_related(None).order_by("customer_id", "purpose"))


def open_needs(*, actor: User) -> QuerySet[Need]:
    """Return the open needs by the day they are due; those without a day last."""
    return (
        need_list(actor=actor).filter(status=NeedStatus.OPEN).order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def responsible_today(*, household: Household) -> str:
    """Return the name of the person who leads the household's grid today; empty when nobody does."""
    rows = Assignment.on(timezone.localdate()).filter(grid_id=household.grid_id, part=Part.LEAD)
    return rows.values_list("user__name", flat=True).first() or ""


def grid_choices(*, actor: User, near: Q) -> list[Any]:
    """Return the grids for a filter that fit a condition, in tree order, as named tuples."""
    rows = grid_list(actor=actor).filter(near).order_by("path")
    return list(rows.values_list("pk", "name", "tier", "path", named=True))


def areas_to_write(*, actor: User, kept: int | None = None) -> QuerySet[Area]:
    """Return the villages of the actor's own grids, and the one a household already has."""
    own = grids_to_write(actor=actor).values("area_id")
    return Area.objects.filter(Q(pk__in=own) | Q(pk=kept), level=AreaLevel.VILLAGE).order_by("code")


def guardians(*, actor: User, household: Household | None, ward: Customer) -> QuerySet[Customer]:
    """Return the adults of a household but the ward himself; nobody while the household is being opened."""
    if household is None:
        return Customer.objects.none()
    today = timezone.localdate()
    rows = customer_list(actor=actor).filter(household=household, birth_date__lte=born_by(today))
    return rows.exclude(pk=ward.pk)


def may_write(*, actor: User, household: Household) -> bool:
    """Say whether the person may change this household's archive: it lies in one of his base grids."""
    return grids_to_write(actor=actor).filter(pk=household.grid_id).exists()


def needs_page(*, actor: User, grid: Grid | None, due: str, page: int | None) -> dict[str, Any]:
    """Return one page of the open needs, and the numbers of the pages beside it."""
    rows, today, number = open_needs(actor=actor), timezone.localdate(), page or 1
    if grid is not None:
        rows = rows.filter(ground_q(actor=actor, grid=grid, prefix="household__"))
    if due == "overdue":
        rows = rows.filter(due_on__lt=today)
    elif due == "week":
        rows = rows.filter(due_on__range=(today, today + timedelta(days=7)))
    elif due == "none":
        rows = rows.filter(due_on=None)
    start = (number - 1) * NEEDS_PAGE
    found = list(rows.select_related("raised_by")[start : start + NEEDS_PAGE + 1])
    more = len(found) > NEEDS_PAGE
    return {
        "needs": found[:NEEDS_PAGE],
        "next": number + 1 if more else None,
        "previous": number - 1 if number > 1 else None,
    }


def ground_q(*, actor: User, grid: Grid, prefix: str = "") -> Q:
    """Return the condition that a household lies in a grid's subtree, or is a special grid's member.

    `prefix` leads to the household from the filtered model.
    """
    if grid.nature == GridNature.SPECIAL:
        members = SpecialMembership.objects.visible_to(actor).filter(grid=grid).values("household_id")
        return Q(**{f"{prefix}pk__in": members})
    ids = list(grid_list(actor=actor).filter(path__startswith=grid.path).values_list("pk", flat=True))
    return Q(**{f"{prefix}grid_id__in": ids})
