"""The table of a household's people."""

from datetime import date

import pytest
from django.http import QueryDict

from customers.forms.members import Members, OpeningForms
from gridbank.errors import Refused
from tests.customers.filling import ADULT, PHONE, WRONG, members_form, opening
from tests.factories import CustomerFactory


def table(cast, *rows, household=None, first=0):
    members = Members(members_form(*rows, first=first), actor=cast.li, household=household)
    members.is_valid()
    return members


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (ADULT, {"id_number": ADULT, "id_type": "resident"}),
        ("1980 0517", {"birth_date": date(1980, 5, 17)}), ("1980年5月17日", {"birth_date": date(1980, 5, 17)}),
        ("", {}),
    ],
)  # fmt: skip
def test_a_number_or_a_day_stands_in_one_cell(cast, home, typed, said):
    members = table(cast, {"name": "李梅", "relation": "child", "identity": typed}, household=home)
    assert members.values() == [{"name": "李梅", "relation": "child", **said}]


@pytest.mark.parametrize("typed", [WRONG, "0517", "+30", "19801345", "李"])
def test_what_is_neither_is_said_and_a_wrong_number_not_repeated(cast, home, typed):
    members = table(cast, {"name": "李梅", "relation": "child", "identity": typed}, household=home)
    assert list(members.forms[0].errors) == ["identity"]
    assert (WRONG in str(members.forms[0]["identity"])) is False
    assert (typed in str(members.forms[0]["identity"])) == (typed != WRONG)


def test_a_guardian_is_another_row_or_lives_there(cast, home):
    adult = CustomerFactory(household=home, birth_date=date(1980, 1, 1))
    there = {"name": "李一", "relation": "child", "guardian": f"c{adult.pk}"}
    rows = ({}, {"name": "李大", "relation": "child"}, {"name": "李二", "relation": "child", "guardian": "2"})
    members = table(cast, there, *rows, household=home)
    assert [each.get("guardian") for each in members.values()] == [adult, None, 1]
    for wrong in ("2", "0", "x", "c999"):
        blank = table(cast, {"name": "李一", "relation": "child", "guardian": wrong}, {}, {}, household=home)
        assert "guardian" in blank.forms[0].errors, wrong


@pytest.mark.parametrize(
    ("rows", "place", "beside"),
    [
        ([{"name": "李梅", "relation": "head"}, {"name": "李四", "relation": "head"}], 1, "relation"),
        ([{"name": "李梅", "relation": "head"}, {"name": " 李梅", "relation": "child"}], 1, "name"),
        ([{"name": "李梅", "relation": "child"}], 0, "relation"),
        ([{"name": "李梅"}], 0, "relation"),
        ([{"name": "", "relation": "head"}], 0, "name"),
    ],
)
def test_what_rows_say_of_each_other_is_held(cast, rows, place, beside):
    assert beside in table(cast, *rows, first=1).forms[place].errors


def test_nobody_at_all_is_refused(cast, home):
    assert table(cast, {}, {}, household=home).non_form_errors()


@pytest.mark.parametrize(
    ("field", "place", "beside"),
    [
        ("id_number", 1, "identity"),
        ("birth_date", 0, "identity"),
        ("phone", 1, "phone"),
        (None, 1, "__all__"),
    ],
)
def test_a_refusal_stands_in_the_row_and_cell_that_it_is_about(cast, field, place, beside):
    data = QueryDict(mutable=True)
    data.update(opening(cast, {"name": "李梅", "phone": PHONE}, {}, {"name": "李四", "relation": "child"}))
    forms = OpeningForms(data, actor=cast.li)
    assert forms.is_valid(), forms.errors
    error = Refused("不行", field=field)
    error.place = place
    forms.add_refusal(error)
    assert forms.members.forms[place * 2].errors[beside] == ["不行"]
    error = Refused("不行", field="grid")
    forms.add_refusal(error)
    assert forms.household.errors["grid"] == ["不行"]
