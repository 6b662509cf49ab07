"""The registry of what can be counted about a grid."""

from decimal import Decimal

import pytest

from grids import measures
from grids.measures import Measure, Unit
from grids.presenting import show_value
from tests.factories import HouseholdFactory

SHARE = Measure("s", "s", Unit.PERCENT, lambda _a, _w: {})
COUNT = Measure("c", "c", Unit.COUNT, lambda _a, _w: {}, breaks=(1, 5))
DAYS = Measure("d", "d", Unit.DAYS, lambda _a, _w: {}, breaks=(7, 14, 30, 60), high_is_good=False)


def test_shares_and_counts_add_up_and_of_days_the_most_recent_stays():
    assert SHARE.fold([(1, 2), None, (0, 3)]) == (1, 5)
    assert COUNT.fold([1, None, 4]) == 5
    assert DAYS.fold([40, None, 3]) == 3
    assert SHARE.fold([None]) is COUNT.fold([]) is None


def test_a_share_of_nothing_is_unknown_and_not_zero():
    assert SHARE.value((0, 0)) is None
    assert SHARE.value((1, 3)) == Decimal("33.3")
    assert (COUNT.value(0), DAYS.value(None)) == (0, None)


@pytest.mark.parametrize(
    ("value", "band"),
    [(Decimal(0), 0), (Decimal("19.9"), 0), (Decimal(20), 1), (Decimal(80), 4), (None, None)],
)
def test_a_limit_belongs_to_the_class_above(value, band):
    assert SHARE.band(value) == band


def test_values_are_written_with_their_unit():
    assert show_value(SHARE, Decimal("33.3")) == "33.3%"
    assert show_value(DAYS, 12) == "12 天"
    assert show_value(COUNT, 4000) == "4,000"
    assert show_value(SHARE, None) == "暂无数据"


def test_a_key_is_taken_once():
    @measures.measure("one of a kind", label="x", unit=Unit.COUNT)
    def first(_actor, _within):
        return {}

    try:
        with pytest.raises(ValueError, match="one of a kind"):
            measures.measure("one of a kind", label="x", unit=Unit.COUNT)(first)
    finally:
        del measures._registry["one of a kind"]


def test_a_grid_has_one_size(cast):
    """The tree, the pages and the map show it without knowing whose it is."""
    HouseholdFactory.create_batch(2, grid=cast.grid_li)
    HouseholdFactory(grid=cast.east)
    paths = {grid.pk: grid.path for grid in (cast.east, cast.grid_li, cast.grid_wu)}
    assert measures.sizes(actor=cast.zhao, paths=paths) == {
        cast.east.pk: 3, cast.grid_li.pk: 2, cast.grid_wu.pk: None,
    }  # fmt: skip
    with pytest.raises(ValueError, match="one size"):
        measures.measure("another", label="x", unit=Unit.COUNT, is_size=True)(lambda _a, _w: {})
    assert measures.find("another") is None
