"""How the map colours what is counted."""

from decimal import Decimal

import pytest

from grids.measures import Measure, Unit
from ground.presenting import colour, legend

SHARE = Measure("s", "s", Unit.PERCENT, lambda _a, _w: {})
DAYS = Measure("d", "d", Unit.DAYS, lambda _a, _w: {}, breaks=(7, 14, 30, 60), high_is_good=False)


@pytest.mark.parametrize(
    ("value", "band"), [(Decimal("19.9"), 0), (Decimal(20), 1), (Decimal(80), 4), (None, None)]
)
def test_where_much_is_good_the_colour_is_the_class(value, band):
    assert colour(SHARE, value) == band


def test_where_little_is_good_the_colours_turn_round():
    assert [colour(DAYS, days) for days in (0, 7, 29, 30, 60, 999)] == [4, 3, 2, 1, 0, 0]
    assert [(one["colour"], one["text"]) for one in legend(DAYS)][:2] == [(0, "≥ 60"), (1, "30–60")]
    assert legend(SHARE)[0] == {"colour": 0, "text": "< 20%"}
