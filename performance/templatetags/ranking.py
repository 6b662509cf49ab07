"""How a ranking's numbers are written."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils.formats import number_format

from performance.enums import PeriodStatus
from performance.indicators import INDICATORS

register = template.Library()

BADGES = {
    PeriodStatus.OPEN: "muted",
    PeriodStatus.COMPUTING: "warn",
    PeriodStatus.PROVISIONAL: "warn",
    PeriodStatus.PUBLISHED: "ok",
    PeriodStatus.LOCKED: "muted",
}


def _write(number: Decimal, places: int) -> str:
    step = Decimal(1).scaleb(-places)
    return str(number_format(number.quantize(step, rounding=ROUND_HALF_UP), places, use_l10n=False))


@register.filter
def measure(value: Decimal | None, indicator: str) -> str:
    """Write an actual or a target in the indicator's unit; nothing to measure is a dash."""
    if value is None:
        return "–"
    if INDICATORS[indicator].is_rate:
        return f"{_write(100 * value, 1)}%"
    return amount(value)


@register.filter
def amount(value: Decimal | None) -> str:
    """Write a sum without needless decimals."""
    if value is None:
        return "–"
    return _write(value, 0 if value == value.to_integral_value() else 2)


@register.filter
def percent(value: Decimal | None) -> Decimal | None:
    """Turn a share into a percentage for a meter."""
    return None if value is None else 100 * value


@register.filter
def points(value: Decimal | None) -> str:
    """Write points."""
    return "–" if value is None else _write(value, 2)


@register.filter
def signed(value: Decimal | None) -> str:
    """Write a change with its sign."""
    if value is None:
        return "–"
    text = _write(abs(value), 2)
    if Decimal(text) == 0:
        return "±0"
    return f"+{text}" if value > 0 else f"−{text}"


@register.filter
def status_badge(status: str) -> str:
    """Return the badge's kind for a month's status."""
    return BADGES[PeriodStatus(status)]


@register.filter
def indicator_name(indicator: str) -> str:
    """Return what an indicator is called."""
    return str(INDICATORS[indicator].name)


@register.filter
def line_of(score: Any, indicator: str) -> Any:
    """Return a score's line for an indicator, None when the scheme of its month had none."""
    return next((line for line in score.lines.all() if line.indicator == indicator), None)
