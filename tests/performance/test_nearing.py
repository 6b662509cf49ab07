"""How many more it takes: held against scoring itself, for rates whose base moves and for those whose doesn't."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.indicators import INDICATORS
from performance.nearing import how_many_more
from performance.scoring import Item, Tally, line_for, needed

decimals = st.integers(1, 9_999).map(lambda n: Decimal(n).scaleb(-2))
shares = st.integers(1, 100).map(lambda n: Decimal(n).scaleb(-2))


def item(weight="20", target="0.3", cap="1.2", indicator="marketing_success"):
    return Item(indicator, 1, indicator != "new_customers", Decimal(weight), Decimal(target), Decimal(cap))


def more(won, made, gap, **fields):
    one = item(**fields)
    return how_many_more(line_for(one, Tally(Decimal(won), Decimal(made)), one.target), one, Decimal(gap))


@settings(max_examples=300)
@given(st.tuples(st.integers(0, 50), st.integers(0, 50)), st.tuples(decimals, shares, decimals, decimals))
def test_so_many_further_offers_won_earn_the_gap_and_one_less_does_not(counted, numbers):
    (top, bottom), (weight, target, cap, gap) = counted, numbers
    one = Item("marketing_success", 1, True, weight, target, cap)
    line = line_for(one, Tally(Decimal(min(top, bottom)), Decimal(bottom)), target)
    found = how_many_more(line, one, gap)
    if found is None:
        return

    def gained(n):
        return line_for(one, Tally(line.numerator + n, line.denominator + n), target).points - line.points

    tolerance = weight * Decimal("0.000001") * (1 + 1 / target) + Decimal("0.0002")
    assert gained(found) >= gap - tolerance
    assert found == 1 or gained(found - 1) < gap + tolerance


def test_a_new_success_counts_as_an_offer_too():
    # 1 of 10 is 10 %; two of the old ones would make 30 %, of new ones it takes 3: 4 of 13 is 30.8 %
    one = item()
    line = line_for(one, Tally(Decimal(1), Decimal(10)), one.target)
    gap = Decimal(20) * (Decimal("0.3") - Decimal("0.1")) / Decimal("0.3")
    assert needed(line, one, gap) == 2
    assert how_many_more(line, one, gap) == 3


def test_who_made_no_offer_yet_needs_one():
    assert more(0, 0, "5") == 1


@pytest.mark.parametrize(
    ("won", "made", "gap", "fields"),
    [
        (1, 2, "9", {"cap": "1"}),
        (0, 2, "20", {"target": "1"}),
        (0, 2, "1", {"weight": "0"}),
    ],
    ids=["above the cap", "every offer would have to be won", "no weight"],
)
def test_what_it_can_not_do_alone_is_said(won, made, gap, fields):
    assert more(won, made, gap, **fields) is None


def test_other_indicators_ask_scoring():
    assert {one.key for one in INDICATORS.values() if one.base_grows} == {"marketing_success"}
    one = item(indicator="visit_coverage")
    line = line_for(one, Tally(Decimal(1), Decimal(10)), one.target)
    assert how_many_more(line, one, Decimal(4)) == needed(line, one, Decimal(4))
    count = item(indicator="new_customers", target="8", cap="2")
    line = line_for(count, Tally(Decimal(3), Decimal(3)), count.target)
    assert how_many_more(line, count, Decimal(5)) == needed(line, count, Decimal(5)) == 2
