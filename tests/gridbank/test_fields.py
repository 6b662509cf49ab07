"""What every app's forms read from an address."""

import pytest

from gridbank.fields import LARGEST_KEY, DayField, key_read


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("007", 7), ("9" * 18, 10**18 - 1), ("0", 0)])
def test_a_key_is_read(text, key):
    assert key_read(text) == key < LARGEST_KEY


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "+1", "1.0", " 1", "1\n", "１", "²", "\x00", "9" * 19, "9" * 5_000, str(LARGEST_KEY)],
)
def test_what_is_no_key_is_nobodys(text):
    assert key_read(text) == 0


def test_a_day_is_picked_in_one_way_whatever_the_language():
    html = DayField().widget.render("day", DayField().clean("2026-01-05"))
    assert 'type="date"' in html
    assert 'value="2026-01-05"' in html
