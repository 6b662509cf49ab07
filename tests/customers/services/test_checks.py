"""What a row must be like before it is stored, whoever stores it."""

import pytest
from stdnum import luhn

from customers import services
from customers.models import Consent, Customer, Household
from customers.services import checks
from tests.customers.filling import ADULT, PHONE, refused
from tests.factories import HouseholdFactory


def test_numbers_in_free_text_are_refused_with_the_place_they_belong_to(cast, home):
    message = refused(
        "soft_information", services.household_update, actor=cast.li, household=home, version=1,
        data={"soft_information": f"身份证{ADULT}"},
    )  # fmt: skip
    assert ADULT not in message
    refused(
        "business", services.household_update, actor=cast.li, household=home, version=1,
        data={"business": "电话 138-0013-8000"},
    )  # fmt: skip


CARD = "622202123456789012" + luhn.calc_check_digit("622202123456789012")


def test_a_field_that_is_not_the_callers_is_his_fault():
    checks.refuse_unknown({"name": 1}, ["name", "phone"])
    checks.refuse_unknown({}, [])
    with pytest.raises(TypeError, match="digest, version"):
        checks.refuse_unknown({"name": 1, "version": 2, "digest": 3}, ["name"])


@pytest.mark.parametrize(
    ("number", "place"),
    [(ADULT, "证件号码"), (PHONE, "手机号"), (CARD, "卡号"), (f"{ADULT} {PHONE}", "证件号码")],
)
def test_each_kind_of_number_is_told_where_it_belongs_and_never_said_back(number, place):
    said = refused("note", checks.plain_text, field="note", text=f"他的号 {number}。")
    assert place in said
    assert number not in said


@pytest.mark.parametrize("text", ["", "生于1958-7-21", "贷款 50000 元", "三头牛"])
def test_a_plain_text_comes_back_as_it_is(text):
    assert checks.plain_text("note", text) == text


def test_only_free_texts_among_the_fields_named_are_read():
    home = Household(livestock=PHONE, vehicles="货车", house_type=PHONE)
    checks.check_texts(home, ["vehicles", "house_type", "land_mu", "policy_tags"])
    refused("livestock", checks.check_texts, instance=home, fields=["vehicles", "livestock"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("livestock", "牛" * 121),
        ("house_type", "castle"),
        ("land_mu", -1),
        ("land_mu", "many"),
        ("longitude", "east"),
        ("longitude", 999),
        ("longitude", 72.9),
        ("longitude", float("nan")),
        ("latitude", -999),
        ("latitude", 54.1),
        ("address", "路" * 201),
        ("policy_tags", ["veteran", "rich"]),
        ("policy_tags", "veteran"),
        ("policy_tags", {"veteran": 1}),
        ("policy_tags", [["veteran"]]),
        ("group_name", PHONE),
    ],
)
def test_lengths_choices_bounds_and_groups_hold(field, value):
    home = HouseholdFactory.build(grid=None)
    checks.check_model(home, [field])
    setattr(home, field, value)
    refused(field, checks.check_model, instance=home, fields=[field])


def test_what_is_not_named_is_not_checked():
    person = Customer(name="", relation="enemy", workplace=PHONE)
    checks.check_model(person, ["occupation"])
    refused("relation", checks.check_model, instance=person, fields=["occupation", "relation"])


def test_a_model_without_groups_is_checked_too():
    checks.check_model(Consent(purpose="marketing", channel="paper", notice_version="1"), ["purpose"])
    refused("purpose", checks.check_model, instance=Consent(purpose="everything"), fields=["purpose"])
