"""The parts of a figure are the figure, to the last digit."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from performance.spreading import spread


@given(st.integers(0, 10**6), st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_the_parts_are_the_whole_in_whole_steps(total, weights):
    parts = spread(Decimal(total), weights)
    assert sum(parts) == total
    assert all(part >= 0 and part == part.to_integral_value() for part in parts)


def test_what_is_over_goes_to_the_largest_remainders():
    assert spread(Decimal(10), [3, 3, 1]) == [4, 4, 2]
    assert spread(Decimal(100), [1] * 12) == [9] * 4 + [8] * 8
    assert spread(Decimal(5), [0, 0]) == [3, 2]
    assert spread(Decimal("2.5"), [1, 1]) == [Decimal("1.5"), 1]
    assert spread(Decimal(5), []) == []
