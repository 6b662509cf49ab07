"""The forms of a household and of a person."""

from datetime import date

import pytest
from django.urls import reverse

from customers.enums import IdType
from customers.forms.archive import NUMBERS, HouseholdForm, PersonForm
from customers.models import Customer, Household
from customers.selectors import customer_list
from tests.customers.filling import ADULT, PHONE, WRONG, full_person, household_form, opening, person_form
from tests.customers.numbers import id_number
from tests.factories import AreaFactory, AssignmentFactory, CustomerFactory, GridFactory


def test_a_foreign_grid_in_the_form_is_an_error_and_no_link(li, cast, home):
    for grid in (cast.grid_wang, cast.grid_wu, cast.east):
        response = li.post(
            reverse("customers:household-edit", args=[home.pk]),
            household_form(home, grid=grid.pk, livestock="牛"),
        )
        assert response.status_code == 422
        assert "field__error" in response.text
        home.refresh_from_db()
        assert (home.grid, home.livestock) == (cast.grid_li, "")


def test_everything_wrong_is_said_at_once_and_a_right_number_stays_typed(li, cast, home):
    texts = {"soft_information": "打 13900139000", "business": f"证 {ADULT}"}
    data = opening(cast, {"name": "李梅", "identity": ADULT, "phone": "123"}, **texts)
    response = li.post(reverse("customers:household-new"), data)
    assert response.status_code == 422
    assert response.text.count('class="field__error"') == 3
    assert f'value="{ADULT}"' in response.text


def test_a_new_number_brings_its_own_birth_date(li, cast, home):
    person = full_person(cast, home)
    other = id_number(date(1981, 6, 7), 102)
    url = reverse("customers:customer-edit", args=[person.pk])
    data = person_form(id_number=other, birth_date="1980-05-17", gender="male")
    assert li.post(url, data).status_code == 302
    person.refresh_from_db()
    assert (person.birth_date, person.gender) == (date(1981, 6, 7), "female")


def test_a_guardian_from_elsewhere_is_no_choice(li, cast, home):
    stranger = CustomerFactory(birth_date=date(1980, 1, 1))
    url = reverse("customers:customer-new", args=[home.pk])
    response = li.post(
        url,
        {
            "name": "宝",
            "relation": "child",
            "id_type": "none",
            "birth_date": "2022-01-01",
            "guardian": stranger.pk,
        },
    )
    assert response.status_code == 422
    assert stranger.name not in response.text


def household(actor, instance=None, **data):
    return HouseholdForm(data or None, actor=actor, instance=instance or Household())


def person(cast, home, instance=None, **data):
    given = {"version": 1, "name": "曾小明", "relation": "other", "id_type": "none", **data}
    return PersonForm(given, actor=cast.li, household=home, instance=instance)


def stored(cast, home):
    """Return a person as a form reads him."""
    return customer_list(actor=cast.li).get(pk=full_person(cast, home).pk)


def test_only_ones_own_grids_and_their_villages_are_offered(cast):
    own, other = AreaFactory(), AreaFactory()
    GridFactory(parent=cast.east, area=own, name="丁村"), GridFactory(parent=cast.west, area=other)
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    form = household(cast.chen)
    assert {grid.name for grid in form.fields["grid"].queryset} == {"东支行", "甲村", "乙村", "丁村"}
    assert set(form.fields["area"].queryset) == {own}
    for grid in (market, cast.grid_wu):
        assert "grid" in household(cast.chen, grid=grid.pk).errors


def test_the_only_grid_is_chosen_already_but_never_out_of_several(cast):
    assert household(cast.li).initial["grid"] == cast.grid_li.pk
    assert household(cast.chen).initial["grid"] is None
    assert household(cast.li).initial["area"] is None
    assert household(cast.sun).initial["grid"] is None


def test_a_household_that_stands_keeps_its_own_village(cast, home):
    AssignmentFactory(user=cast.li, grid=GridFactory(parent=cast.east, area=AreaFactory()))
    form = household(cast.li, home)
    assert form.initial["area"] == home.area_id
    assert home.area in form.fields["area"].queryset
    assert form.initial["version"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("longitude", "72.9"), ("longitude", "136.1"), ("latitude", "2.9"), ("latitude", "54.1"), ("latitude", "nan"),
        ("policy_tags", ["rich"]), ("land_mu", "-1"), ("land_mu", "1.234"), ("address", "路" * 201), ("grid", "x"),
        ("livestock", PHONE), ("soft_information", f"证 {ADULT}"), ("source", "moon"),
    ],
)  # fmt: skip
def test_each_field_of_a_household_has_its_bounds(cast, field, value):
    right = {"grid": cast.grid_li.pk, "head_name": "甲"}
    form = HouseholdForm({**right, field: value}, actor=cast.li, instance=Household())
    if field == "source":
        assert "source" not in form.fields
    else:
        assert list(form.errors) == [field]


def test_an_empty_choice_says_so(cast, home):
    form = household(cast.li)
    assert form.fields["house_type"].choices[0] == ("", "未选择")
    assert form.fields["area"].empty_label == "未选择"
    assert "---" not in f"{form}{person(cast, home)}"


@pytest.mark.parametrize("name", NUMBERS)
def test_a_stored_number_is_never_in_the_form(cast, home, name):
    row = stored(cast, home)
    form = PersonForm(actor=cast.li, household=home, instance=row)
    assert name not in form.initial
    assert getattr(row, name) not in str(form)
    assert row.masked(name) in str(form.fields[name].help_text)


def test_a_blank_number_is_left_out_and_a_ticked_box_deletes_the_phone(cast, home):
    row = stored(cast, home)
    assert not set(person(cast, home, row).errors)
    form = person(cast, home, row)
    form.is_valid()
    assert not {"phone", "id_number"} & set(form.values())
    form = person(cast, home, row, forget_phone="on")
    form.is_valid()
    assert form.values()["phone"] == ""
    # the box wins over a number typed beside it
    form = person(cast, home, row, forget_phone="on", phone="13900139000")
    form.is_valid()
    assert form.values()["phone"] == ""


def test_the_box_is_there_only_where_a_phone_is(cast, home):
    row = stored(cast, home)
    fresh, known = (PersonForm(actor=cast.li, household=home, instance=one) for one in (Customer(), row))
    assert [name for name in grouped(fresh) if "phone" in name] == ["phone"]
    assert [name for name in grouped(known) if "phone" in name] == ["phone", "forget_phone"]
    assert "forget_id_number" not in known.fields


def grouped(form):
    return [field.name for _title, fields in form.groups for field in fields]


def test_every_field_stands_under_one_title(cast, home):
    """A field that a model gets and no title names would be asked of nobody."""
    for form, across in (
        (PersonForm(actor=cast.li, household=home, instance=stored(cast, home)), set()),
        (household(cast.li), {"policy_tags", "soft_information"}),
    ):
        shown = [field.name for field in form.visible_fields()]
        assert sorted(grouped(form)) == sorted(set(shown) - across), form


def test_a_new_number_takes_the_old_days_with_it(cast, home):
    row, new = stored(cast, home), id_number(date(1981, 6, 7), 102)
    typed = {"id_type": "resident", "id_number": new, "gender": "male"}
    form = person(cast, home, row, **typed, birth_date="1980-05-17")
    assert form.is_valid()
    assert (form.values()["birth_date"], form.values()["gender"]) == (None, "")


def test_the_date_of_birth_stays_with_the_number(cast, home):
    """Beside the number's last characters it would tell the number, and typed it would be right or wrong."""
    row = stored(cast, home)
    form = PersonForm(actor=cast.li, household=home, instance=row)
    assert not {"birth_date"} & {*form.fields, *form.initial}
    assert "1980" not in str(form)
    for day in ("1980-05-17", "1980-05-18"):
        form = person(cast, home, row, id_type="resident", gender="male", birth_date=day)
        assert form.is_valid()
        assert "birth_date" not in form.values()
    bare = CustomerFactory(household=home, birth_date=date(1980, 1, 1))
    assert PersonForm(actor=cast.li, household=home, instance=bare).initial["birth_date"] == date(1980, 1, 1)


def test_a_wrong_number_is_said_beside_it_and_not_repeated(cast, home):
    form = person(cast, home, id_type="resident", id_number=WRONG, phone="123")
    assert set(form.errors) == {"id_number", "phone"}
    assert WRONG not in str(form)
    # a right one beside a wrong field need not be typed again
    form = person(cast, home, id_type="resident", id_number=ADULT, phone="123")
    assert set(form.errors) == {"phone"}
    assert ADULT in str(form["id_number"])


def test_a_person_begins_with_the_usual_document_and_one_who_stands_keeps_his(cast, home):
    fresh = PersonForm(actor=cast.li, household=home)
    assert fresh.initial["id_type"] == IdType.RESIDENT
    bare = CustomerFactory(household=home, id_type="none")
    assert PersonForm(actor=cast.li, household=home, instance=bare).initial["id_type"] == IdType.NONE


def test_guardians_to_choose_live_in_the_household(cast, home):
    adult = CustomerFactory(household=home, birth_date=date(1980, 1, 1))
    assert list(person(cast, home).fields["guardian"].queryset) == [adult]
