"""What is told of a change: to the trail, masked, and to whoever saved later."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import AuditEvent
from customers import services
from customers.catalogue import CATALOGUE
from customers.models import Customer, Household
from customers.services.trail import HIDDEN, changed, refuse_stale, shown
from gridbank.errors import StaleEdit
from tests.customers.filling import ADULT, one_event
from tests.factories import CustomerFactory


def test_a_stale_edit_says_who_changed_what_and_stores_nothing(cast, home):
    services.household_update(actor=cast.chen, household=home, version=1, data={"livestock": "三头牛"})
    with pytest.raises(StaleEdit) as caught:
        services.household_update(actor=cast.li, household=home, version=1, data={"vehicles": "摩托车"})
    assert caught.value.fields == ("livestock",)
    assert caught.value.version == 2
    assert "陈刚" in str(caught.value)
    home.refresh_from_db()
    assert (home.livestock, home.vehicles, home.version) == ("三头牛", "", 2)


def test_the_address_never_reaches_the_audit_log(cast, home):
    services.household_update(actor=cast.li, household=home, version=1, data={"address": "秘密路1号"})
    assert "秘密" not in AuditEvent.objects.get().changes
    assert one_event("household.updated")["fields"] == {"address": ["", "***"]}


HOME_DATA = {
    "group_name": "三组", "address": "秘密路1号", "house_type": "brick", "land_mu": Decimal("3.25"), "livestock": "三头牛",
    "vehicles": "摩托车", "business": "小卖部", "income_band": "to_50k", "income_source": "外出务工", "other_banks": "邮储存款",
    "soft_information": "爱喝茶", "policy_tags": ["veteran"], "longitude": 107.321, "latitude": 25.831,
}  # fmt: skip


PERSON_DATA = {
    "name": "曾小明", "gender": "male", "birth_date": date(1980, 5, 17), "id_type": "resident", "id_number": ADULT,
    "phone": "13800138000", "wechat_added": True, "occupation": "木匠", "workplace": "都匀家具厂", "is_migrant": True,
    "back_season": "harvest", "do_not_contact": True, "relation": "sibling",
}  # fmt: skip


def test_the_trail_names_what_changed_and_tells_nothing_of_the_customer(cast, home):
    """The auditor sees no customer, and the trail can't be erased: what is of class C2 isn't in it."""
    person = CustomerFactory(household=home, name="罗大勇")
    services.household_update(actor=cast.li, household=home, version=1, data=HOME_DATA)
    services.customer_update(actor=cast.li, customer=person, version=1, data=PERSON_DATA)
    events = [event.details["fields"] for event in AuditEvent.objects.order_by("pk")]
    for model, data, fields in zip(("Household", "Customer"), (HOME_DATA, PERSON_DATA), events, strict=True):
        assert set(fields) == set(data)
        secret = {name for name in data if CATALOGUE[model][name].data_class == "C2"}
        assert len(secret) > 8
        for name in secret:
            assert str(data[name]) not in str(fields[name])
            assert fields[name][1] in {"***", "曾*明", "****************19", "138****8000"}, name
    assert events[0]["group_name"] == ["", "三组"]
    assert events[1]["relation"] == ["other", "sibling"]
    assert events[1]["name"] == ["罗*勇", "曾*明"]


@pytest.mark.parametrize(
    ("model", "field", "value", "told"),
    [
        (Customer, "name", "曾小明", "曾*明"),
        (Customer, "name", "", ""),
        (Customer, "phone", "13800138000", "138****8000"),
        (Customer, "phone", None, ""),
        (Customer, "occupation", "木匠", HIDDEN),
        (Customer, "occupation", "", ""),
        (Customer, "relation", "head", "head"),
        (Household, "address", "秘密路1号", HIDDEN),
        (Household, "group_name", "三组", "三组"),
    ],
)
def test_what_the_trail_is_told_of_a_value(model, field, value, told):
    assert shown(model(), field, value) == told


def test_a_row_is_told_by_its_key(cast, home):
    assert shown(home, "grid", cast.grid_li) == cast.grid_li.pk


def test_only_what_is_different_is_told():
    home = Household(livestock="牛", vehicles="货车", group_name="三组")
    before = {"livestock": "羊", "vehicles": "货车", "group_name": ""}
    assert changed(home, before, before) == {"livestock": [HIDDEN, HIDDEN], "group_name": ["", "三组"]}
    assert changed(home, before, ["vehicles"]) == {}


def test_the_same_version_is_never_stale(home, django_assert_num_queries):
    with django_assert_num_queries(0):
        refuse_stale(home, 1)


def test_what_nobody_told_is_said_to_be_unknown(home):
    """The version is ahead, and the trail names nobody: the edit is refused all the same."""
    home.version = 3
    with pytest.raises(StaleEdit) as caught:
        refuse_stale(home, 2)
    assert (caught.value.fields, caught.value.version) == ((), 3)
    assert "?" in str(caught.value)


@pytest.mark.parametrize("version", [0, -1, 99])
def test_a_version_that_never_was_is_stale(home, version):
    with pytest.raises(StaleEdit):
        refuse_stale(home, version)


def test_only_what_came_after_the_form_was_opened_is_named(cast, home):
    for version, (actor, data) in enumerate(
        [
            (cast.zhao, {"vehicles": "货车"}),
            (cast.chen, {"livestock": "牛"}),
            (cast.li, {"business": "店"}),
            (cast.li, {"livestock": "羊"}),
        ],
        1,
    ):
        services.household_update(actor=actor, household=home, version=version, data=data)
    home.refresh_from_db()
    with pytest.raises(StaleEdit) as caught:
        refuse_stale(home, 2)
    assert caught.value.fields == ("business", "livestock")
    said = str(caught.value)
    assert "赵敏" not in said
    assert said.index("李娜") < said.index("陈刚") or "李娜、陈刚" in said
    assert "牛" not in said
