"""How far behind is which colour."""

from decimal import Decimal

import pytest

from grids.measures import NEVER, Measure, Unit
from ground.scale import Scale

SHARE = Measure("s", "s", Unit.PERCENT, lambda _a, _w: {})
DAYS = Measure("d", "d", Unit.DAYS, lambda _a, _w: {}, breaks=(8, 15, 31, 61))
PACE = Decimal(52)


@pytest.mark.parametrize(
    ("value", "band", "mark"),
    [
        ("60", 0, ""), ("52", 0, ""), ("51.9", 1, "−1"), ("47.1", 1, "−4"), ("47", 2, "−5"), ("42", 3, "−10"),
        ("32.1", 3, "−19"), ("32", 4, "−20"), ("0", 4, "−52"),
    ],
)  # fmt: skip
def test_a_share_is_coloured_by_the_points_behind_the_pace(value, band, mark):
    scale = Scale.of(SHARE, PACE, [Decimal(value)])
    assert (scale.band(Decimal(value)), scale.mark(Decimal(value))) == (band, mark)


def test_what_is_not_known_has_no_class():
    scale = Scale.of(SHARE, PACE, [None])
    assert (scale.band(None), scale.mark(None), scale.gap(None)) == (None, "", "")


def test_without_a_target_the_whole_is_the_pace():
    assert Scale.of(SHARE, None, []).pace == 100


def test_branches_that_are_all_far_behind_are_told_apart_by_quarters():
    values = [Decimal(10) + Decimal(place) / 2 for place in range(20)]
    scale = Scale.of(SHARE, PACE, values)
    bands = [scale.band(value) for value in values]
    assert [bands.count(band) for band in range(5)] == [0, 5, 5, 5, 5]
    assert bands == sorted(bands, reverse=True)
    assert [(row["text"], row["count"]) for row in scale.legend(values)] == [
        ("差 40 点以上", 5), ("差 37.5–40 点", 5), ("差 35–37.5 点", 5), ("差 35 点以内", 5), ("达到进度", 0),
    ]  # fmt: skip


def test_the_gap_says_its_sign():
    scale = Scale.of(SHARE, PACE, [])
    assert [scale.gap(Decimal(value)) for value in ("50.5", "52", "60")] == ["−1.5", "0.0", "+8.0"]


@pytest.mark.parametrize(
    ("days", "band", "mark"),
    [
        (0, 0, ""),
        (7, 0, ""),
        (8, 1, "8"),
        (14, 1, "14"),
        (15, 2, "15"),
        (31, 3, "31"),
        (61, 4, "61"),
        (NEVER, 4, ""),
    ],
)
def test_days_are_coloured_by_their_own_limits_and_never_is_the_worst(days, band, mark):
    scale = Scale.of(DAYS, None, [days])
    assert (scale.band(days), scale.mark(days)) == (band, mark)


def test_classes_of_days_don_t_overlap_and_are_counted():
    legend = Scale.of(DAYS, None, []).legend([0, 7, 8, NEVER, None])
    assert [(row["colour"], row["text"], row["count"]) for row in legend] == [
        (4, "61 天及以上或从未见面", 1), (3, "31–60 天", 0), (2, "15–30 天", 0), (1, "8–14 天", 1), (0, "0–7 天", 2),
    ]  # fmt: skip
