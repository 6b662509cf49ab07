"""The rows of a ranking: shares in four steps, places won and lost, one's own row apart."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from performance import selectors, services
from performance.presenting.ranked import _cell, ranked
from tests.performance.test_selectors import OCTOBER


@pytest.mark.parametrize(
    ("attainment", "reached", "step", "mark"),
    [
        (None, "", 0, ""),
        ("0", "0", 0, "▼"),
        ("0.599999", "59", 0, "▼"),
        ("0.6", "60", 1, ""),
        ("0.8", "80", 2, ""),
        ("0.999999", "99", 2, ""),
        ("1", "100", 3, "✓"),
        ("1.385", "138", 3, "✓"),
    ],
)
def test_a_share_is_cut_and_its_step_is_marked_without_colour(attainment, reached, step, mark):
    line = SimpleNamespace(attainment=attainment and Decimal(attainment))
    cell = _cell(line)
    assert (cell.reached, cell.step, cell.mark) == (reached, step, mark)


def test_a_row_says_how_many_places_it_won(cast, period):
    later = services.period_open(actor=None, bank=cast.root, month=OCTOBER)
    scores = list(selectors.ranking(actor=cast.zhao, period=period))
    rows = ranked(actor=cast.zhao, period=later, scores=scores, scope="bank")
    # the same places as the month before
    assert {row.climbed for row in rows if row.rank is not None} == {0}
    assert {row.climbed for row in rows if row.rank is None} <= {None}
    assert {row.climbed for row in ranked(actor=cast.zhao, period=period, scores=scores, scope="bank")} == {
        None
    }
    assert [row.medal for row in rows[:3]] == [1, 2, 3]


def test_an_empty_page_asks_for_no_places(cast, period):
    assert ranked(actor=cast.zhao, period=period, scores=[], scope="bank") == []
