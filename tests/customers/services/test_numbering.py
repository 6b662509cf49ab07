"""Every household has a number of its own, however many are stored at once."""

import itertools
import re

import pytest
from django.db import IntegrityError
from django.utils import timezone

from customers.models import Household
from customers.selectors import household_list
from customers.services import HouseholdRow, PersonRow, household_create, households_bulk_create, numbering
from customers.services.numbering import household_code


def rows(cast, many, **values):
    return [HouseholdRow(cast.grid_li.pk, [PersonRow("王一", "head")], **values) for _ in range(many)]


def numbers(cast):
    return sorted(household_list(actor=cast.li).values_list("code", flat=True))


def drawing(monkeypatch, *codes):
    drawn = itertools.chain(codes, (f"H{number}" for number in range(100, 999)))
    monkeypatch.setattr(numbering, "household_code", lambda: next(drawn))


def test_a_households_number_says_the_year_and_nothing_else():
    codes = {household_code() for _ in range(50)}
    assert len(codes) == 50
    year = f"{timezone.localdate():%y}"
    assert all(re.fullmatch(rf"H{year}[0-9]{{9}}", code) for code in codes)
    length = Household._meta.get_field("code").max_length
    assert max(map(len, codes)) <= length


def test_a_number_that_is_taken_is_drawn_again(cast, monkeypatch):
    drawing(monkeypatch, "H1", "H1", "H2", "H2", "H1", "H3", "H1", "H4")
    household_create(actor=cast.li, data={"grid": cast.grid_li}, head={"name": "甲"})
    households_bulk_create(actor=cast.li, rows=rows(cast, 2))
    household_create(actor=cast.li, data={"grid": cast.grid_li}, head={"name": "乙"})
    assert numbers(cast) == ["H1", "H2", "H3", "H4"]


def test_a_number_that_another_row_of_the_file_brings_is_drawn_again(cast, monkeypatch):
    drawing(monkeypatch, "H1", "H2")
    households_bulk_create(actor=cast.li, rows=[*rows(cast, 1), *rows(cast, 1, code="H1")])
    assert numbers(cast) == ["H1", "H2"]


def test_a_number_that_somebody_stores_between_look_and_insert_is_drawn_again(cast, monkeypatch):
    drawing(monkeypatch, "H1", "H1")
    household_create(actor=cast.li, data={"grid": cast.grid_li}, head={"name": "甲"})
    look, looks = numbering._taken, itertools.count()
    monkeypatch.setattr(numbering, "_taken", lambda codes: look(codes) if next(looks) else set())
    households_bulk_create(actor=cast.li, rows=rows(cast, 2))
    assert numbers(cast) == ["H1", "H100", "H101"]


def test_a_number_that_the_source_gives_twice_is_refused(cast):
    with pytest.raises(IntegrityError):
        households_bulk_create(actor=cast.li, rows=rows(cast, 2, code="H1"))
    assert numbers(cast) == []
