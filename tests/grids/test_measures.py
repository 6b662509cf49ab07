"""The registry of what can be counted about a grid."""

from decimal import Decimal

import pytest

from grids import measures
from grids.measures import NEVER, Measure, Unit
from tests.factories import HouseholdFactory

SHARE = Measure("s", "s", Unit.PERCENT, lambda _a, _w, _n: {})
COUNT = Measure("c", "c", Unit.COUNT, lambda _a, _w, _n: {})
DAYS = Measure("d", "d", Unit.DAYS, lambda _a, _w, _n: {}, breaks=(8, 15, 31, 61))


def test_shares_counts_and_those_who_wait_add_up():
    assert SHARE.fold([(1, 2), None, (0, 3)]) == (1, 5)
    assert COUNT.fold([1, None, 4]) == 5
    assert DAYS.fold([{40: 2}, None, {40: 1, 3: 1}]) == {40: 3, 3: 1}
    assert SHARE.fold([None]) is DAYS.fold([]) is None
    # nothing counted is none
    assert COUNT.fold([]) == COUNT.fold([None]) == 0


def test_a_share_of_nothing_is_unknown_and_not_zero():
    assert SHARE.value((0, 0)) is None
    assert SHARE.value((1, 3)) == Decimal("33.3")
    assert (COUNT.value(0), DAYS.value(None)) == (0, None)


@pytest.mark.parametrize(
    ("spread", "median"),
    [
        ({}, None), ({5: 1}, 5), ({1: 1, 9: 1}, 1), ({1: 1, 9: 2}, 9), ({0: 3, 40: 3, NEVER: 1}, 40),
        ({2: 1, NEVER: 2}, NEVER), ({3: 0, 4: 1}, 4),
    ],
)  # fmt: skip
def test_of_days_the_median_is_shown_and_who_was_never_met_waits_the_longest(spread, median):
    assert DAYS.value(spread) == median


def test_a_key_is_taken_once():
    @measures.measure("one of a kind", label="x", unit=Unit.COUNT)
    def first(_actor, _within, _nature):
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
        cast.east.pk: 3, cast.grid_li.pk: 2, cast.grid_wu.pk: 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match="one size"):
        measures.measure("another", label="x", unit=Unit.COUNT, is_size=True)(lambda _a, _w, _n: {})
    assert measures.find("another") is None
