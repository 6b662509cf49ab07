"""How a ranking's numbers are written: rounded half up, never as more than was counted."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from performance.enums import PeriodStatus
from performance.indicators import INDICATORS
from performance.templatetags import ranking

NONE = "–"


@pytest.mark.parametrize(
    ("value", "indicator", "said"),
    [
        ("0.5", "visit_coverage", "50.0%"), ("0.12345", "visit_coverage", "12.3%"), ("0.1235", "visit_coverage", "12.4%"),
        ("0", "visit_coverage", "0.0%"), ("1.2", "marketing_success", "120.0%"), ("0.0004", "archive_rate", "0.0%"),
        ("8", "new_customers", "8"), ("8.000000", "new_customers", "8"), ("2.5", "new_customers", "2.50"), (None, "new_customers", NONE),
        (None, "visit_coverage", NONE),
    ],
)  # fmt: skip
def test_an_actual_is_written_in_its_indicators_unit(value, indicator, said):
    assert ranking.measure(None if value is None else Decimal(value), indicator) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, NONE), ("0", "0"), ("0.000000", "0"), ("2.000001", "2.00"), ("0.333333", "0.33"), ("0.335", "0.34"),
        ("1234567", "1234567"), ("-1.5", "-1.50"),
    ],
)  # fmt: skip
def test_a_sum_has_no_needless_decimals(value, said):
    assert ranking.amount(None if value is None else Decimal(value)) == said


@pytest.mark.parametrize(
    ("value", "said"), [(None, NONE), ("0", "0.00"), ("61.4999", "61.50"), ("0.005", "0.01"), ("0.0049", "0.00"), ("100", "100.00")]
)  # fmt: skip
def test_points_have_two_decimals(value, said):
    assert ranking.points(None if value is None else Decimal(value)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, NONE), ("1.5", "+1.50"), ("-1.5", "−1.50"), ("0", "±0"), ("-0", "±0"), ("0.0049", "±0"), ("-0.0049", "±0"),
        ("0.005", "+0.01"), ("-0.005", "−0.01"),
    ],
)  # fmt: skip
def test_a_change_bears_its_sign_and_what_rounds_to_nothing_is_no_change(value, said):
    assert ranking.signed(None if value is None else Decimal(value)) == said


def test_a_share_fills_a_meter():
    assert ranking.percent(Decimal("0.125")) == Decimal("12.5")
    assert ranking.percent(None) is None


def test_numbers_are_written_alike_in_every_language():
    """They are copied into other books: a comma for a point would make another number."""
    for language in ("zh-hans", "en", "de"):
        with translation.override(language):
            assert (ranking.points(Decimal("1234.5")), ranking.amount(Decimal("1234567.25"))) == (
                "1234.50",
                "1234567.25",
            )


def test_every_status_has_a_badge_and_what_is_none_has_not():
    assert {ranking.status_badge(status) for status in PeriodStatus.values} <= {"ok", "warn", "muted"}
    assert ranking.status_badge("published") == "ok"
    with pytest.raises(ValueError, match="finished"):
        ranking.status_badge("finished")


@pytest.mark.parametrize("key", INDICATORS)
def test_an_indicator_is_called_what_it_is_called(key):
    assert ranking.indicator_name(key) == str(INDICATORS[key].name)


def test_a_line_is_found_by_its_indicator():
    lines = [SimpleNamespace(indicator="archive_rate"), SimpleNamespace(indicator="new_customers")]
    score = SimpleNamespace(lines=SimpleNamespace(all=lambda: lines))
    assert ranking.line_of(score, "new_customers") is lines[1]
    assert ranking.line_of(score, "app_activation") is None


def test_a_page_writes_them_so():
    page = Template(
        "{% load ranking %}{{ a|measure:'visit_coverage' }} {{ a|percent|floatformat:1 }} {{ b|points }} {{ none|signed }}"
    )
    assert page.render(Context({"a": Decimal("0.5"), "b": Decimal(3), "none": None})) == "50.0% 50.0 3.00 –"
