"""What is counted about every grid: registered for the map, the tree and the homes when the app loads.

Each function reads through the person's own sight and groups in the database: one row per grid comes back.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.conditions import complete_q
from customers.enums import AgeBand, AppState, Archive, Met
from customers.models import Household
from customers.selectors import customer_list, household_list
from gridbank.days import born_by, month_first, month_last
from grids.enums import GridNature
from grids.measures import NEVER, Pace, Raw, Unit, measure
from people.models import User
from performance.indicators import app_activation, archive_rate, visit_coverage
from performance.indicators.definition import Indicator
from performance.selectors import target_of

DAY_BREAKS = (8, 15, 31, 61)


def _below(
    rows: QuerySet[Any], within: str, nature: GridNature, prefix: str = ""
) -> tuple[QuerySet[Any], str]:
    """Return the rows of households below a path, and the column of the grid that each stands in, or is a member of."""
    column = f"{prefix}special_memberships__grid" if nature == GridNature.SPECIAL else f"{prefix}grid"
    if nature == GridNature.SPECIAL:
        rows = rows.filter(**{f"{column}__path__startswith": within or "/"})
    elif within:
        rows = rows.filter(**{f"{column}__path__startswith": within})
    return rows.order_by(), f"{column}_id"


def _living(actor: User) -> QuerySet[Household]:
    """Return the households in which anybody lives."""
    return household_list(actor=actor).filter(ended_on=None)


def _share(actor: User, within: str, nature: GridNature, part: Q) -> dict[int, Raw]:
    rows, grid = _below(_living(actor), within, nature)
    found = rows.values(grid).annotate(part=Count("pk", filter=part), whole=Count("pk"))
    return {row[grid]: (row["part"], row["whole"]) for row in found}


def _count(homes: QuerySet[Household], within: str, nature: GridNature) -> dict[int, Raw]:
    rows, grid = _below(homes, within, nature)
    return {row[grid]: row["whole"] for row in rows.values(grid).annotate(whole=Count("pk"))}


def _pace(indicator: Indicator, *, by_days: bool = False) -> Pace:
    """Ask for the target of the month's scheme; of what begins anew each month only the part of the days gone."""

    def pace(actor: User) -> Decimal | None:
        target = target_of(actor=actor, indicator=indicator.key)
        if target is None:
            return None
        today = timezone.localdate()
        part = Decimal(today.day) / month_last(today).day if by_days else Decimal(1)
        return (100 * target * part).quantize(Decimal("0.1"))

    return pace


@measure(
    visit_coverage.INDICATOR.measure, label=_("Visit coverage this month"), unit=Unit.PERCENT,
    pace=_pace(visit_coverage.INDICATOR, by_days=True), opens={"met": Met.THIS_MONTH, "by": "household"},
)  # fmt: skip
def coverage(actor: User, within: str, nature: GridNature) -> dict[int, Raw]:
    """Count the households at which somebody was met this month."""
    return _share(actor, within, nature, Q(last_met_on__gte=month_first(timezone.localdate())))


@measure(
    archive_rate.INDICATOR.measure, label=archive_rate.INDICATOR.name, unit=Unit.PERCENT,
    pace=_pace(archive_rate.INDICATOR), opens={"archive": Archive.COMPLETE, "by": "household"},
)  # fmt: skip
def archive(actor: User, within: str, nature: GridNature) -> dict[int, Raw]:
    """Count the households whose archive is complete today."""
    return _share(actor, within, nature, complete_q())


@measure(
    app_activation.INDICATOR.measure, label=app_activation.INDICATOR.name, unit=Unit.PERCENT,
    pace=_pace(app_activation.INDICATOR),
    opens={"app": AppState.VERIFIED, "age": AgeBand.ADULT, "by": "person"},
)  # fmt: skip
def activation(actor: User, within: str, nature: GridNature) -> dict[int, Raw]:
    """Count the adults with the app and a verified identity."""
    rows, grid = _below(customer_list(actor=actor), within, nature, "household__")
    adults = rows.filter(birth_date__lte=born_by(timezone.localdate()), died_on=None).values(grid)
    found = adults.annotate(part=Count("pk", filter=Q(app_verified_on__isnull=False)), whole=Count("pk"))
    return {row[grid]: (row["part"], row["whole"]) for row in found}


@measure(
    "days",
    label=_("Days since met (median)"),
    unit=Unit.DAYS,
    breaks=DAY_BREAKS,
    opens={"by": "household", "sort": "days"},
)
def days(actor: User, within: str, nature: GridNature) -> dict[int, Raw]:
    """Count the households by the days since somebody of them was met; those never met wait the longest."""
    rows, grid = _below(_living(actor), within, nature)
    today, found = timezone.localdate(), dict[int, Counter[int]]()
    for grid_id, met, count in rows.values_list(grid, "last_met_on").annotate(count=Count("pk")):
        waited = NEVER if met is None else max(0, (today - met).days)
        found.setdefault(grid_id, Counter())[waited] += count
    return dict(found)


@measure(
    "households",
    label=_("Households"),
    unit=Unit.COUNT,
    on_map=False,
    is_size=True,
    opens={"by": "household"},
)
def households(actor: User, within: str, nature: GridNature) -> dict[int, Raw]:
    """Count the households."""
    return _count(_living(actor), within, nature)


@measure(
    "never",
    label=_("Households never visited"),
    unit=Unit.COUNT,
    on_map=False,
    opens={"met": Met.NEVER, "by": "household"},
)
def never(actor: User, within: str, nature: GridNature) -> dict[int, Raw]:
    """Count the households at which nobody has ever been met."""
    return _count(_living(actor).filter(last_met_on=None), within, nature)
