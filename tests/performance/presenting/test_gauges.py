"""A number beside its target and its pace: what the bar draws and what stands beside it."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from performance.presenting.gauges import gauge_of, percent, pieces

MIDDLE, END = date(2026, 11, 15), date(2026, 11, 30)


def line(indicator="visit_coverage", actual="0.25", target="0.6", part=10, whole=40):
    return SimpleNamespace(
        indicator=indicator, numerator=Decimal(part), denominator=Decimal(whole),
        actual=None if actual is None else Decimal(actual), target=target and Decimal(target),
    )  # fmt: skip


def test_in_the_middle_of_a_month_half_of_what_begins_anew_is_due():
    gauge = gauge_of(line(), MIDDLE)
    assert (gauge.value, gauge.target, gauge.pace, gauge.gap) == (
        Decimal("25.0"), Decimal("60.0"), Decimal("30.0"), Decimal("-5.0"),
    )  # fmt: skip
    assert (gauge.goal, gauge.due) == (24, 12)
    assert (gauge.tone, gauge.behind, gauge.ahead, gauge.needs_push) == ("behind", Decimal("5.0"), None, True)
    assert gauge_of(line(actual="0.26"), MIDDLE).needs_push is False
    assert gauge_of(line(), END).pace == Decimal("60.0")


@pytest.mark.parametrize("indicator", ["archive_rate", "app_activation", "marketing_success"])
def test_of_a_state_and_of_a_success_rate_all_is_due_on_every_day(indicator):
    assert gauge_of(line(indicator), MIDDLE).pace == Decimal("60.0")


def test_pieces_have_a_pace_too_and_no_per_cent():
    gauge = gauge_of(line("new_customers", actual="4", target="8", part=4, whole=0), MIDDLE)
    assert (gauge.shown, gauge.target_shown, gauge.pace_shown) == ("4", "8", "4")
    assert (gauge.tone, gauge.goal, gauge.due, gauge.needs_push) == ("ok", 8, 4, False)


def test_the_bar_begins_at_zero_and_never_leaves_its_track():
    gauge = gauge_of(line(actual="0.9"), MIDDLE)
    # 60 % stands at four fifths of a track that goes to 75 %
    assert (gauge.fill, gauge.target_at, gauge.pace_at) == ("100.0", "80.0", "40.0")
    assert gauge_of(line(actual="0"), MIDDLE).fill == "0.0"
    assert gauge_of(line(target="0.95"), MIDDLE).full == Decimal(100)


def test_two_ticks_on_one_place_are_one():
    assert gauge_of(line(), END).pace_at == ""
    assert gauge_of(line("archive_rate"), MIDDLE).pace_at == ""


def test_without_a_target_there_is_no_pace_and_without_a_base_no_value():
    gauge = gauge_of(line(target=None), MIDDLE)
    assert (gauge.gap, gauge.tone, gauge.target_at, gauge.pace_at, gauge.goal, gauge.due) == (
        None, "none", "", "", None, None,
    )  # fmt: skip
    assert (gauge.target_shown, gauge.gap_shown) == ("–", "–")
    nothing = gauge_of(line(actual=None, whole=0), MIDDLE)
    assert (nothing.shown, nothing.fill, nothing.behind, nothing.ahead) == ("–", "0.0", None, None)


def test_numbers_are_written_as_people_read_them():
    assert (percent(Decimal("0.12345")), percent(None)) == (Decimal("12.3"), None)
    assert [pieces(Decimal(text)) for text in ("17", "17.5", "17.46")] == ["17", "17.5", "17.5"]
