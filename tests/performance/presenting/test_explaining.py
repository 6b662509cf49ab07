"""Why a score is what it is: from stored lines alone, each with what would gain a place."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from performance.indicators import INDICATORS
from performance.models import ScoreLine
from performance.presenting.explaining import explain

CAP = Decimal("1.2")


def line(indicator="visit_coverage", position=1, **fields):
    values = {
        "numerator": Decimal(2), "denominator": Decimal(4), "actual": Decimal("0.5"), "target": Decimal("0.6"),
        "attainment": Decimal("0.833333"), "weight": Decimal(25), "points": Decimal("20.8333"),
    }  # fmt: skip
    return ScoreLine(position=position, indicator=indicator, **{**values, **fields})


def score(*lines):
    return SimpleNamespace(lines=SimpleNamespace(all=lambda: list(lines)))


def explained(*lines, gap=None, before=None, cap=CAP):
    caps = {line.indicator: cap for line in lines}
    return explain(score=score(*lines), caps=caps, gap=gap, before=before)


def test_every_line_is_told_in_its_order():
    lines = [line("archive_rate", 1), line("new_customers", 2), line("visit_coverage", 3)]
    found = explained(*lines)
    assert [one.line for one in found] == lines
    assert [one.indicator for one in found] == [INDICATORS[one.indicator] for one in lines]
    assert {one.needed for one in found} == {None}, "who leads needs nothing"


@pytest.mark.parametrize(
    ("attainment", "capped"), [(None, False), ("1.199999", False), ("1.2", True), ("5", True)]
)
def test_more_earns_nothing_from_the_cap_on(attainment, capped):
    (one,) = explained(line(attainment=None if attainment is None else Decimal(attainment)))
    assert one.is_capped is capped


def test_an_empty_denominator_is_nothing_to_measure():
    (one,) = explained(
        line(actual=None, attainment=None, denominator=Decimal(0), points=Decimal(0)), gap=Decimal(1)
    )
    assert (one.nothing_to_measure, one.is_capped, one.needed) == (True, False, None)
    (other,) = explained(line(actual=Decimal(0)))
    assert not other.nothing_to_measure


def test_each_says_how_many_more_it_alone_would_take():
    """Half of four households, of a target of 60 %: one more reaches the cap, 9.1667 points above."""
    (one,) = explained(line(), gap=Decimal("9.1"))
    assert one.needed == 1
    (two,) = explained(line(), gap=Decimal("9.2"))
    assert two.needed is None, "the cap lies below"
    (count,) = explained(
        line(
            "new_customers",
            numerator=Decimal(3),
            actual=Decimal(3),
            target=Decimal(8),
            attainment=Decimal("0.375"),
        ),
        gap=Decimal(5),
    )
    assert count.needed == 2


def test_a_target_that_is_missing_leads_nowhere():
    (one,) = explained(line(target=None, attainment=None, points=Decimal(0)), gap=Decimal(1))
    assert one.needed is None


def test_what_changed_since_the_month_before_is_told_where_it_was_counted_then():
    before = score(line("visit_coverage", points=Decimal(25)))
    same, new = explained(line("visit_coverage"), line("archive_rate", 2), before=before)
    assert (same.before.points, same.change) == (25, Decimal("-4.1667"))
    assert (new.before, new.change) == (None, None)
