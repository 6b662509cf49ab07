"""New households as a form, the API or a file gives them."""

from datetime import date

import pytest
from django.utils import timezone

from customers.selectors import customer_list, household_list
from customers.services import HouseholdRow, PersonRow, household_create, households_bulk_create
from customers.services.rows import household_checked, households_store
from tests.customers.filling import ADULT, PHONE, refused
from tests.customers.numbers import id_number
from tests.factories import AreaFactory


def test_one_household_is_the_same_by_either_way(cast):
    area = AreaFactory()
    data = {
        "area": area,
        "address": "示例村1号",
        "livestock": "牛",
        "policy_tags": ["veteran"],
        "source": "visit",
    }
    head = {"name": " 曾  小明 ", "phone": "138 0000 0001", "occupation": "务农"}
    household_create(actor=cast.li, data={"grid": cast.grid_li, **data}, head=head)
    del data["area"]
    row = HouseholdRow(cast.grid_li.pk, [PersonRow(relation="head", **head)], area_id=area.pk, **data)
    households_bulk_create(actor=cast.li, rows=[row])
    own = {"id", "code", "salt", "created_at", "updated_at", "household_id"}
    for rows in (household_list(actor=cast.li), customer_list(actor=cast.li)):
        one, other = (
            {field.attname: getattr(each, field.attname) for field in each._meta.concrete_fields}
            for each in rows
        )
        assert {name for name in one if one[name] != other[name]} <= own


def test_a_row_never_shows_what_is_in_it_and_knows_no_other_name():
    row = PersonRow("王一", phone="13800138000", id_number=id_number())
    assert "13800138000" not in f"{row!r} {row}"
    assert (row.occupation, row.but(occupation="务农").occupation, row.but(consents=["location"]).phone) == (
        "", "务农", "13800138000",
    )  # fmt: skip
    for name in ("pinyin", "household", "version", "phone_digest"):
        with pytest.raises(TypeError):
            PersonRow("王一", **{name: 1})
        with pytest.raises(AttributeError):
            getattr(row, name)


def checked(row):
    return household_checked(row=row, actor_id=7, bank_id=1, now=timezone.now())


def test_a_row_is_judged_without_the_database(db, django_assert_num_queries):
    people = [
        PersonRow("曾小明", "head", id_type="resident", id_number=ADULT, phone=PHONE, consents=["marketing"]),
        PersonRow("曾小宝", "child", birth_date=date(2020, 1, 1), guardian=0),
    ]
    with django_assert_num_queries(0):
        opening = checked(HouseholdRow(1, people, address="一号"))
    assert (opening.household.pk, opening.household.head_name) == (None, "曾小明")
    assert (opening.people[0].birth_date, opening.people[1].guardian) == (
        date(1980, 5, 17),
        opening.people[0],
    )
    assert [consent.purpose for consent in opening.consents] == ["marketing"]


def test_the_same_agreement_twice_in_a_row_is_one():
    opening = checked(HouseholdRow(1, [PersonRow("甲", "head", consents=["location", "location"])]))
    assert len(opening.consents) == 1


def test_whatever_a_source_does_not_know_has_the_models_default():
    row = HouseholdRow(1, [])
    assert (row.address, row.policy_tags, row.source, row.archived_on) == ("", [], "roster", None)
    assert PersonRow("甲").relation == "other"
    # a default that is a list is nobody else's list
    row.policy_tags.append("veteran")
    assert HouseholdRow(1, []).policy_tags == []


def test_a_changed_row_leaves_the_old_one_and_keeps_the_rest():
    member = PersonRow("甲", "head", guardian=3, consents=["location"], phone=PHONE)
    row = HouseholdRow(1, [member], livestock="牛")
    moved = row.but(grid_id=2)
    assert (row.grid_id, moved.grid_id, moved.livestock, moved.members) == (1, 2, "牛", [member])
    other = member.but(name="乙")
    assert (member.name, other.name, other.guardian, other.consents) == ("甲", "乙", 3, ("location",))
    with pytest.raises(TypeError):
        row.but(version=2)


def test_days_of_the_past_are_kept_when_a_roster_brings_them():
    long_ago = timezone.now().replace(year=2020)
    opening = checked(
        HouseholdRow(1, [PersonRow("甲", "head")], created_at=long_ago, created_by_id=9, code="H1")
    )
    for row in (opening.household, opening.people[0]):
        assert (row.created_at, row.updated_at, row.created_by_id) == (long_ago, long_ago, 9)
    assert opening.household.code == "H1"
    plain = checked(HouseholdRow(1, [PersonRow("甲", "head")]))
    assert plain.household.created_by_id == 7


@pytest.mark.parametrize("guardian", [-1, 2, 10**9])
def test_a_guardian_is_one_of_the_household(guardian):
    row = HouseholdRow(1, [PersonRow("甲", "head"), PersonRow("乙", guardian=guardian)])
    refused("guardian", checked, row=row)


def test_two_who_guard_each_other_are_stored_after_nobody(cast):
    """Whatever order the source has, a ward is stored after his guardian."""
    people = [
        PersonRow("宝", "child", birth_date=date(2020, 1, 1), guardian=1),
        PersonRow("甲", "head", birth_date=date(1980, 1, 1)),
    ]
    opening = household_checked(
        row=HouseholdRow(cast.grid_li.pk, people),
        actor_id=cast.li.pk,
        bank_id=cast.root.pk,
        now=timezone.now(),
    )
    households_store(cast.li, [opening])
    ward = customer_list(actor=cast.li).get(name="宝")
    assert ward.guardian.name == "甲"
    assert ward.household == opening.household
