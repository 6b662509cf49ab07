"""What the demo's people say fits where it is written, and breaks no rule of the bank."""

import inspect
import re
import string

import pytest

from customers.models import Customer, Household
from demo import words
from demo.activity import Activity
from gridbank.numbers import personal_numbers
from grids.models import Duty
from needs.models import Need
from products.enums import Category
from products.models import Product
from visits.body import NOTE_LENGTH

SENTENCES = {
    name: given for name, given in vars(words).items() if name.isupper() and isinstance(given, tuple)
}
PLACES = [
    (Duty, "text", words.DUTIES),
    *((Customer, "occupation", jobs) for jobs in (words.FARM_JOBS, words.LOCAL_JOBS, words.TOWN_JOBS, words.AWAY_JOBS)),
    (Customer, "occupation", (words.STUDENT, words.ELDER)),
    (Customer, "workplace", words.AWAY_PLACES),
    (Household, "livestock", words.LIVESTOCK),
    (Household, "vehicles", words.VEHICLES),
    (Household, "business", words.BUSINESS),
    (Household, "income_source", words.INCOME_SOURCES),
    (Household, "other_banks", words.OTHER_BANKS),
    (Household, "soft_information", words.SOFT),
    (Household, "group_name", words.GROUPS),
    (Need, "text", words.NEEDS),
    (Need, "outcome", (*words.OUTCOMES_DONE, *words.OUTCOMES_DROPPED)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "field", "given"), PLACES, ids=lambda value: getattr(value, "__name__", None)
)
def test_what_is_said_fits_its_place(model, field, given):
    length = model._meta.get_field(field).max_length
    assert given
    assert [text for text in given if len(text) > length] == []
    assert len(set(given)) == len(given)


def test_nobody_says_a_number_of_a_person():
    said = [text for given in SENTENCES.values() for text in given if isinstance(text, str)]
    assert len(said) > 100
    assert [text for text in said if personal_numbers(text)] == []


def test_a_note_takes_the_longest_need():
    [field] = [name for _text, name, _spec, _conversion in string.Formatter().parse(words.WITH_NEED) if name]
    assert field == "need"
    notes = [*words.MET_DOOR, *words.MET_PHONE, *words.MET_WECHAT, *words.MET_COUNTER, *words.MET_EVENT]
    longest = max(notes, key=len) + words.WITH_NEED.format(need=max(words.NEEDS, key=len))
    assert len(longest) <= NOTE_LENGTH


def test_by_phone_nobody_stands_before_a_door():
    """The last way of not meeting anybody is the one of calls and messages."""
    assert "电话" in words.NOT_MET[-1]
    assert not [text for text in words.NOT_MET[:-1] if "电话" in text]


def test_products_are_each_one_and_of_a_kind_that_the_bank_has():
    rows = words.PRODUCTS
    assert len({row.code for row in rows}) == len({row.name for row in rows}) == len(rows)
    assert {row.category for row in rows} == set(Category.values)
    for row in rows:
        for field in ("code", "name", "name_en"):
            assert 0 < len(getattr(row, field)) <= Product._meta.get_field(field).max_length


def test_every_product_that_the_months_ask_for_is_on_the_list():
    source = inspect.getsource(Activity.holdings)
    asked = set(re.findall(r'"([A-Z]{4,})"', source))
    assert {"DEBITCARD", "MOBILE"} <= asked <= {row.code for row in words.PRODUCTS}
