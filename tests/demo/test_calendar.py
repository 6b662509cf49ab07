"""The months that the demo tells of."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from demo.calendar import Span


@pytest.mark.parametrize(
    "today", [date(2026, 10, 20), date(2026, 1, 1), date(2024, 2, 29), date(2026, 12, 31)]
)
def test_a_span_begins_with_a_month_ends_today_and_has_six_closed_months(today):
    span = Span(today)
    days, months = list(span.days()), span.closed_months()
    assert (days[0], days[-1]) == (span.first, today)
    assert {after - before for before, after in pairwise(days)} == {timedelta(days=1)}
    assert {month.day for month in [span.first, *months]} == {1}
    assert len(months) == 6
    assert months == sorted(months)
    assert months[0] >= span.first
    assert months[-1] < today.replace(day=1)
