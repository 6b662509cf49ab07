"""The list's filters asked of households: which of them fit, how many each saved view has, and who lives in them."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from customers import conditions
from customers.enums import AppState, Met, Relation
from customers.models import Household
from customers.searching import Kind
from customers.selectors import customer_list, ground_q, household_list
from grids.models import Grid
from people.models import User

PEOPLE = (
    "pk", "household_id", "name", "phone", "relation", "birth_date", "is_migrant", "do_not_contact",
    "app_informed_on", "app_downloaded_on", "app_verified_on", "restricted_at",
)  # fmt: skip


def _somebody(wanted: conditions.Wanted) -> Q | None:
    """Return what is asked of a household's people, None when nothing is."""
    condition = conditions.term_q(wanted.term)
    if wanted.app:
        condition &= conditions.APP[AppState(wanted.app)]
    if wanted.age:
        condition &= conditions.age_q(wanted.age, timezone.localdate())
    if wanted.migrant:
        condition &= Q(is_migrant=True)
    return condition if condition != Q() else None


def homes_wanted(*, actor: User, wanted: conditions.Wanted) -> QuerySet[Household]:
    """Return the households that fit: by what they are, or by somebody who lives there and fits."""
    today, condition = timezone.localdate(), Q()
    if wanted.term.kind == Kind.NOTHING:
        condition &= Q(ended_on=None)
    if wanted.grid is not None:
        condition &= ground_q(actor=actor, grid=wanted.grid)
    if wanted.archive:
        condition &= conditions.archive_q(wanted.archive, "")
    if wanted.met:
        condition &= conditions.met_q(wanted.met, today, "")
    rows = household_list(actor=actor)
    if wanted.tag:
        rows = rows.alias(tags=Cast("policy_tags", TextField()))
        condition &= Q(tags__contains=f'"{wanted.tag}"')
    somebody = _somebody(wanted)
    if somebody is not None:
        living = Q() if wanted.term.kind != Kind.NOTHING else conditions.served_q()
        there = customer_list(actor=actor).filter(somebody, living, household_id=OuterRef("pk")).order_by()
        condition &= Q(Exists(there.values("pk")))
    return rows.filter(condition)


def homes_counted(*, actor: User, grid: Grid | None) -> dict[str, int]:
    """Count the households of each saved view that asks nothing of their people, in one go over the ground."""
    rows = homes_wanted(actor=actor, wanted=conditions.Wanted(grid=grid))
    today = timezone.localdate()
    found: dict[str, int] = rows.order_by().aggregate(
        all=Count("pk"),
        never=Count("pk", filter=conditions.met_q(Met.NEVER, today, "")),
        long_ago=Count("pk", filter=conditions.met_q(Met.LONG_AGO, today, "")),
        poor=Count("pk", filter=Q(completeness__lt=conditions.HALF)),
    )
    return found


def people_of(*, actor: User, homes: Collection[int], searched: bool = False) -> dict[int, list[Any]]:
    """Return who lives in each of these households, the head first, as named tuples.

    Whose data are only kept is in no list: he is shown to whoever searched for somebody.
    """
    found: dict[int, list[Any]] = defaultdict(list)
    living = Q(died_on=None) if searched else conditions.served_q()
    rows = customer_list(actor=actor).filter(living, household_id__in=homes).order_by("pk")
    for person in rows.values_list(*PEOPLE, named=True):
        found[person.household_id].append(person)
    for people in found.values():
        people.sort(key=lambda person: person.relation != Relation.HEAD)
    return found
