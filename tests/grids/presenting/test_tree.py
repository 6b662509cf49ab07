"""How what is counted about a grid is written."""

from decimal import Decimal

from grids.measures import NEVER, Measure, Unit
from grids.presenting import show_value

SHARE = Measure("s", "s", Unit.PERCENT, lambda _a, _w: {})
COUNT = Measure("c", "c", Unit.COUNT, lambda _a, _w: {})
DAYS = Measure("d", "d", Unit.DAYS, lambda _a, _w: {}, breaks=(8, 15, 31, 61))


def test_values_are_written_with_their_unit():
    assert show_value(SHARE, Decimal("33.3")) == "33.3%"
    assert show_value(DAYS, 12) == "12 天"
    assert show_value(DAYS, NEVER) == "从未见面"
    assert show_value(COUNT, 4000) == "4,000"
    assert show_value(SHARE, None) == "暂无数据"
