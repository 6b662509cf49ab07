"""What every app's forms read from an address."""

import re
from datetime import date, timedelta
from html import escape

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from gridbank.fields import LARGEST_KEY, NO_NUMBER, AskedField, DayField, TickedField, key_read
from gridbank.listing import SIZES
from people.models import User


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("007", 7), ("9" * 18, 10**18 - 1), ("0", 0)])
def test_a_key_is_read(text, key):
    assert key_read(text) == key < LARGEST_KEY


@pytest.mark.parametrize(
    "text",
    ["", "x", "-1", "+1", "1.0", " 1", "1\n", "１", "²", "\x00", "9" * 19, "9" * 5_000, str(LARGEST_KEY)],
)
def test_what_is_no_key_is_nobodys(text):
    assert key_read(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "+86 138 0013 8000",
        "李梅 138-0013-8000",
        "１３８００１３８０００",
        "11010519491231002X",
        "6222021234567890128",
    ],
)
def test_a_field_of_an_address_lets_no_number_through(text):
    assert not re.fullmatch(NO_NUMBER, text)


@pytest.mark.parametrize(
    "text", ["", "东支行", "522727100201", "GZ-00017", "2026-11-26 14:00", "520100001", "12800138000"]
)
def test_a_field_of_an_address_takes_names_and_codes(text):
    assert re.fullmatch(NO_NUMBER, text)
    assert f'pattern="{escape(NO_NUMBER)}"' in AskedField().widget.render(
        "q", text, AskedField().widget.attrs
    )


def test_a_day_is_written_in_one_way_whatever_the_language():
    html = DayField().widget.render("day", DayField().clean("2026-01-05"))
    assert 'type="text"' in html
    assert "data-typed-day" in html
    assert 'value="2026-01-05"' in html


@pytest.mark.parametrize(
    "text", ["x", "61210-01-01", "20261301", "0230", "+99999", "2026-02-30", "1799-01-01", "'", "١٢٣٤٥"]
)
def test_what_is_no_day_is_told_how_to_write_one(text):
    with pytest.raises(ValidationError, match=r"2026-12-10、1210 或 \+30"):
        DayField().clean(text)


def test_a_day_is_typed_in_a_few_keys():
    today = timezone.localdate()
    assert DayField().clean("+30") == today + timedelta(days=30)
    assert DayField().clean(" 20261210 ") == date(2026, 12, 10)
    assert DayField(required=False).clean("") is None


@pytest.mark.django_db
def test_more_than_a_page_shows_is_not_done_at_once():
    """What is looked at before and what is done after are the same rows."""
    field = TickedField(User._default_manager.all(), required=False)
    with pytest.raises(ValidationError, match=str(max(SIZES))):
        field.clean([str(key) for key in range(1, max(SIZES) + 2)])
    for wrong in ("x", "9" * 40, "0"):
        with pytest.raises(ValidationError):
            field.clean([wrong])
    assert list(field.clean([])) == []


def test_a_choice_that_is_not_there_is_said_in_the_banks_words():
    with (
        translation.override("zh-hans"),
        pytest.raises(ValidationError, match="没有“x”这个选项，请重新选择。"),
    ):
        forms.ChoiceField(choices=[("a", "A")]).clean("x")
    with translation.override("zh-hans"), pytest.raises(ValidationError, match="没有这个选项，请重新选择。"):
        forms.ModelChoiceField(User.objects.none()).clean("1")
