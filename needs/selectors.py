"""Reading needs."""

from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from customers.models import Household
from customers.policies import grids_to_write
from customers.selectors import ground_q
from gridbank.keyset import behind
from grids.authority import Act
from grids.models import Grid
from needs.enums import NeedStatus
from needs.keys import After
from needs.models import Need
from people.models import User

SHOWN_OF_A_NEED = (
    "text", "due_on", "status", "raised_on", "raised_by__name", "outcome", "closed_by__name", "customer__name",
)  # fmt: skip


def need_list(*, actor: User) -> QuerySet[Need]:
    """Return the needs of households the person may know of."""
    return Need.objects.visible_to(actor).select_related("household__grid", "customer")


def household_needs(*, actor: User, household: Household) -> list[Need]:
    """Return what is shown of a household's needs, the open ones first, then the newest."""
    rows = need_list(actor=actor).filter(household=household).select_related(None)
    rows = rows.select_related("customer", "raised_by", "closed_by").only(*SHOWN_OF_A_NEED)
    return sorted(rows, key=lambda need: (need.status != NeedStatus.OPEN, need.due_on or date.max, -need.pk))


def open_needs(*, actor: User) -> QuerySet[Need]:
    """Return the open needs by the day they are due; those without a day last. Of who is restricted there is none."""
    rows = need_list(actor=actor).filter(status=NeedStatus.OPEN, customer__restricted_at=None)
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def needs_wanted(*, actor: User, grid: Grid | None, due: str, after: After | None = None) -> QuerySet[Need]:
    """Return the open needs that the list's filters ask for, those behind a key only."""
    rows, today = open_needs(actor=actor), timezone.localdate()
    if grid is not None:
        rows = rows.filter(ground_q(actor=actor, grid=grid, prefix="household__"))
    if due == "overdue":
        rows = rows.filter(due_on__lt=today)
    elif due == "week":
        rows = rows.filter(due_on__range=(today, today + timedelta(days=7)))
    elif due == "none":
        rows = rows.filter(due_on=None)
    if after is not None:
        rows = rows.filter(behind(after, "due_on?", "pk"))
    return rows.select_related("raised_by")


def own_grids(*, actor: User, needs: list[Need]) -> set[int]:
    """Return the keys of the needs' grids on whose ground the person may close them."""
    found = {need.household.grid_id for need in needs}
    return set(
        grids_to_write(actor=actor, act=Act.NEED_CLOSE).filter(pk__in=found).values_list("pk", flat=True)
    )
