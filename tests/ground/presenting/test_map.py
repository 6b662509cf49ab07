"""What a map says of its colours."""

from decimal import Decimal

import pytest

from grids import measures
from grids.measures import Measure, Unit
from ground.presenting import MapView, legend, map_rows, title
from tests.factories import HouseholdFactory


@pytest.fixture
def share(cast):
    """A share whose pace is half, registered while the test runs."""
    HouseholdFactory(grid=cast.grid_li)

    @measures.measure("half", label="一半", unit=Unit.PERCENT, pace=lambda _actor: Decimal(50))
    def collect(_actor, _within, _nature):
        return {cast.grid_li.pk: (1, 4), cast.grid_wang.pk: (3, 4)}

    yield measures.find("half")
    del measures._registry["half"]


def test_the_worst_stand_first_and_what_is_unknown_last(cast, share):
    view = MapView(share)
    rows = map_rows(actor=cast.zhao, view=view)
    assert [(row.grid, row.band, row.mark, row.gap) for row in rows] == [
        (cast.grid_li, 4, "−25", "−25.0"),
        (cast.grid_wang, 0, "", "+25.0"),
        (cast.grid_wu, None, "", ""),
    ]
    assert title(view) == "一半：离进度 50.0% 还差几个百分点"


def test_the_legend_counts_its_grids_and_those_that_nobody_leads(cast, share):
    view = MapView(share)
    shown = legend(view, map_rows(actor=cast.zhao, view=view))
    assert [(row["colour"], row["count"]) for row in shown] == [
        (4, 1), (3, 0), (2, 0), (1, 0), (0, 1), ("none", 1), ("vacant", 0),
    ]  # fmt: skip


def test_a_measure_without_pace_is_called_by_its_name(cast):
    view = MapView(Measure("d", "天数", Unit.DAYS, lambda _a, _w: {}, breaks=(8, 15, 31, 61)))
    assert title(view) == "天数"
