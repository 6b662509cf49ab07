"""What is counted about every grid: registered for the map, the tree and the homes when the app loads.

Each function reads through the person's own sight and groups in the database: one row per grid comes back.
"""

from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.conditions import complete_q
from customers.selectors import customer_list, household_list
from gridbank.days import born_by, month_first
from grids.measures import Raw, Unit, measure
from people.models import User
from performance.indicators import app_activation, archive_rate, visit_coverage

DAY_BREAKS = (8, 15, 31, 61)


def _below(rows: QuerySet[Any], within: str, prefix: str = "") -> QuerySet[Any]:
    return rows.filter(**{f"{prefix}grid__path__startswith": within}) if within else rows


def _share(actor: User, within: str, part: Q) -> dict[int, Raw]:
    rows = _below(household_list(actor=actor), within).order_by().values("grid_id")
    found = rows.annotate(part=Count("pk", filter=part), whole=Count("pk"))
    return {row["grid_id"]: (row["part"], row["whole"]) for row in found}


@measure(visit_coverage.INDICATOR.measure, label=_("Visit coverage this month"), unit=Unit.PERCENT)
def coverage(actor: User, within: str) -> dict[int, Raw]:
    """Count the households at which somebody was met this month."""
    return _share(actor, within, Q(last_met_on__gte=month_first(timezone.localdate())))


@measure(archive_rate.INDICATOR.measure, label=archive_rate.INDICATOR.name, unit=Unit.PERCENT)
def archive(actor: User, within: str) -> dict[int, Raw]:
    """Count the households whose archive is complete today."""
    return _share(actor, within, complete_q())


@measure(
    app_activation.INDICATOR.measure, label=app_activation.INDICATOR.name, unit=Unit.PERCENT,
    breaks=(15, 30, 45, 60),
)  # fmt: skip
def activation(actor: User, within: str) -> dict[int, Raw]:
    """Count the adults with the app and a verified identity."""
    adults = _below(customer_list(actor=actor), within, "household__").filter(
        birth_date__lte=born_by(timezone.localdate())
    )
    rows = adults.order_by().values("household__grid_id")
    found = rows.annotate(part=Count("pk", filter=Q(app_verified_on__isnull=False)), whole=Count("pk"))
    return {row["household__grid_id"]: (row["part"], row["whole"]) for row in found}


@measure("days", label=_("Days since the last visit"), unit=Unit.DAYS, breaks=DAY_BREAKS, high_is_good=False)
def days(actor: User, within: str) -> dict[int, Raw]:
    """Count the days since anybody of the grid was met."""
    met = _below(household_list(actor=actor), within).filter(last_met_on__isnull=False)
    rows = met.order_by().values("grid_id").annotate(last=Max("last_met_on"))
    today = timezone.localdate()
    return {row["grid_id"]: max(0, (today - row["last"]).days) for row in rows}


@measure("households", label=_("Households"), unit=Unit.COUNT, on_map=False, is_size=True)
def households(actor: User, within: str) -> dict[int, Raw]:
    """Count the households."""
    rows = _below(household_list(actor=actor), within).order_by().values("grid_id")
    return {row["grid_id"]: row["whole"] for row in rows.annotate(whole=Count("pk"))}


@measure(
    "never", label=_("Households never visited"), unit=Unit.COUNT, breaks=(1, 5, 20, 50), high_is_good=False,
    on_map=False,
)  # fmt: skip
def never(actor: User, within: str) -> dict[int, Raw]:
    """Count the households at which nobody has ever been met."""
    rows = _below(household_list(actor=actor), within).filter(last_met_on=None).order_by().values("grid_id")
    return {row["grid_id"]: row["whole"] for row in rows.annotate(whole=Count("pk"))}
