"""How what is counted about a grid is written."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridbank.days import day_before
from grids import measures, policies
from grids.enums import BackdatingKind, Part
from grids.models import Backdating
from people.models import User

ENDING = frozenset({BackdatingKind.END, BackdatingKind.CLOSE})


def show_value(measure: measures.Measure, value: measures.Value) -> str:
    """Write a value with its unit, in the reader's language."""
    if value is None:
        return _("no data")
    if measure.unit == measures.Unit.PERCENT:
        return f"{number_format(Decimal(value), decimal_pos=1)}%"
    if measure.unit == measures.Unit.DAYS and value >= measures.NEVER:
        return _("never met")
    if measure.unit == measures.Unit.DAYS:
        return ngettext("%(days)s day", "%(days)s days", int(value)) % {"days": value}
    return number_format(value, force_grouping=True)


def backdatings_shown(actor: User, rows: Iterable[Backdating]) -> list[dict[str, Any]]:
    """Return each change asked for before today with its state, and whether the reader may decide."""
    return [
        {
            "row": row,
            "what": _asked_of(row),
            "since": None if row.kind in ENDING else row.since,
            "until": day_before(row.since) if row.kind in ENDING else row.until,
            "may_decide": policies.can_decide(actor, row),
        }
        for row in rows
    ]


def _asked_of(row: Backdating) -> str:
    """Say whom or what it is about: a person with his part, or a household by its number and where it goes."""
    if row.user is not None:
        return f"{row.user.name} ({Part(row.part).label})"
    return f"{row.subject_name} → {row.to_grid}" if row.to_grid is not None else ""
