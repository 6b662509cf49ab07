"""How many more would do it: the smallest whole number that earns a gap, by one indicator alone. Pure."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from performance.indicators import INDICATORS
from performance.scoring import Item, Line, Tally, line_for, needed

ONE = Decimal(1)


def how_many_more(line: Line, item: Item, gap: Decimal) -> Decimal | None:
    """Return how many further successes earn the gap; None if this indicator can't do it alone."""
    if not INDICATORS[item.indicator].base_grows:
        return needed(line, item, gap)
    if line.target is None or not item.weight:
        return None
    reached = min(item.cap, line.attainment or Decimal(0)) + gap / item.weight
    wanted = reached * line.target
    if reached > item.cap or wanted > ONE:
        return None
    # nothing but successes so far, or never
    if wanted == ONE:
        more = ONE if line.numerator == line.denominator else None
    else:
        short = (wanted * line.denominator - line.numerator) / (ONE - wanted)
        more = max(ONE, short.to_integral_value(rounding=ROUND_CEILING))
    if more is None:
        return None
    # The written score is rounded: what falls short of the gap by a rounding takes one more.
    return more if _gained(line, item, more) >= gap else more + 1


def _gained(line: Line, item: Item, more: Decimal) -> Decimal:
    tally = Tally(line.numerator + more, line.denominator + more)
    after = line_for(replace(item, target=line.target), tally, line.target)
    return after.points - line.points
