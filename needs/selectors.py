"""Reading needs."""

from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from customers.models import Household
from customers.policies import grids_to_write
from customers.selectors import ground_q
from grids.authority import Act, where
from grids.models import Grid
from needs.enums import NeedStatus
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


def due_q(due: str) -> Q:
    """Return the condition that an open need is due then: overdue, within a week, on no day, or whenever."""
    today = timezone.localdate()
    return {
        "": Q(),
        "overdue": Q(due_on__lt=today),
        "week": Q(due_on__range=(today, today + timedelta(days=7))),
        "none": Q(due_on=None),
    }[due]


def needs_wanted(*, actor: User, grid: Grid | None, due: str) -> QuerySet[Need]:
    """Return the open needs that the list's filters ask for."""
    rows = open_needs(actor=actor).filter(due_q(due))
    return rows if grid is None else rows.filter(ground_q(actor=actor, grid=grid, prefix="household__"))


def needs_counted(*, actor: User, grid: Grid | None) -> dict[str, int]:
    """Count the open needs of each saved view."""
    rows = needs_wanted(actor=actor, grid=grid, due="").order_by()
    counts = {name: Count("pk", filter=due_q(name)) for name in ("overdue", "week", "none")}
    found: dict[str, int] = rows.aggregate(all=Count("pk"), **counts)
    return found


def needs_to_close(*, actor: User) -> QuerySet[Need]:
    """Return the open needs that the person may close, by the day they are due."""
    return open_needs(actor=actor).filter(where(actor, Act.NEED_CLOSE, "household__grid__"))


def own_grids(*, actor: User, needs: list[Need]) -> set[int]:
    """Return the keys of the needs' grids on whose ground the person may close them."""
    found = {need.household.grid_id for need in needs}
    return set(
        grids_to_write(actor=actor, act=Act.NEED_CLOSE).filter(pk__in=found).values_list("pk", flat=True)
    )
