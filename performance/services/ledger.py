"""What stands beside a final month: the acts that earned in it, and the changes that came too late for it."""

from datetime import date

from django.db import connection
from django.utils import timezone

from gridbank.days import month_first
from gridbank.scoping import waive_scope
from grids.closing import Change
from performance import policies
from performance.enums import STATES
from performance.models import LateChange, Period


def write_earned(period: Period) -> None:
    """Note every act that the month counted; one that another final month counted is a constraint's IntegrityError."""
    states = ", ".join(f"'{source}'" for source in sorted(STATES))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO performance_earned (period_id, indicator, source, source_id) "  # noqa: S608  our own names
            "SELECT DISTINCT CAST(%s AS bigint), indicator, source, source_id FROM performance_fact "
            f"WHERE run_id = %s AND source NOT IN ({states})",
            [period.pk, period.current_run_id],
        )


def late_change_note(change: Change) -> None:
    """List a change beside each final month that its days lie in. The caller holds those months."""
    months: set[date] = {month_first(day) for day in change.days if day is not None}
    with waive_scope("the change was allowed; where it is listed is worked out here"):
        periods = Period.objects.filter(
            grid_id=change.grid.root_id, month__in=months, status__in=policies.FINAL
        ).order_by("month")
        LateChange.objects.bulk_create(
            LateChange(
                period=period, grid=change.grid, at=timezone.now(), actor=change.actor,
                subject_type=change.subject._meta.label_lower, subject_id=str(change.subject.pk),
                changes=change.changes,
            )
            for period in periods
        )  # fmt: skip
