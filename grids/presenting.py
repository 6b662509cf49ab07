"""How what is counted about a grid is written."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grids import measures


def show_value(measure: measures.Measure, value: measures.Value) -> str:
    """Write a value with its unit, in the reader's language."""
    if value is None:
        return _("no data")
    if measure.unit == measures.Unit.PERCENT:
        return f"{number_format(Decimal(value), decimal_pos=1)}%"
    if measure.unit == measures.Unit.DAYS:
        return ngettext("%(days)s day", "%(days)s days", int(value)) % {"days": value}
    return number_format(value, force_grouping=True)
