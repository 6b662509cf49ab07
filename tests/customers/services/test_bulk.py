"""Many households at once: each is held to the rules of one, and stored together or not at all."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import AuditEvent
from customers.models import Consent, Customer, Household
from customers.selectors import customer_list, household_list
from customers.services import HouseholdRow, PersonRow, households_bulk_create
from gridbank.errors import Refused
from tests.customers.numbers import id_number
from tests.factories import AreaFactory


def full_row(grid, area, serial, **more):
    child_born = date(2020, 1, 1) + timedelta(days=serial % 300)
    return HouseholdRow(
        grid_id=grid.pk, area_id=area.pk, group_name="一组", address="示例村1号", house_type="brick",
        land_mu=Decimal("2.5"), income_band="to_50k", income_source="务工",
        members=[
            PersonRow(
                "曾小明", "head", id_type="resident", phone=f"138{serial:08}", occupation="务农",
                id_number=id_number(date(1970, 1, 1) + timedelta(days=serial % 3000), 100 + serial // 3000 * 2),
                consents=("marketing",),
            ),
            PersonRow("李梅", "spouse", gender="female", birth_date=date(1975, 2, 3)),
            PersonRow("曾小宝", "child", gender="male", birth_date=child_born, guardian=0),
        ],
        **more,
    )  # fmt: skip


def test_a_batch_makes_whole_households_and_one_audit_row(cast):
    area = AreaFactory()
    made = households_bulk_create(
        actor=cast.zhao, rows=[full_row(cast.grid_li, area, 1), full_row(cast.grid_wu, area, 2)]
    )
    assert [home.completeness for home in made] == [100, 100]
    assert household_list(actor=cast.li).get().archived_on is not None
    head = customer_list(actor=cast.li).get(relation="head")
    assert (head.pinyin, head.initials, head.phone, head.birth_date) == (
        "zengxiaoming", "zxm", "13800000001", date(1970, 1, 2)
    )  # fmt: skip
    ward = customer_list(actor=cast.li).get(relation="child")
    assert ward.guardian == head
    assert Consent.objects.visible_to(cast.li).get().customer == head
    assert [event.details for event in AuditEvent.objects.all()] == [{"households": 2, "people": 6}]


def test_a_foreign_grid_stores_nothing(cast):
    area = AreaFactory()
    with pytest.raises(Refused, match="2"):
        households_bulk_create(
            actor=cast.li, rows=[full_row(cast.grid_li, area, 1), full_row(cast.grid_wu, area, 2)]
        )
    assert not household_list(actor=cast.zhao).exists()


def test_the_same_person_twice_stores_nothing(cast):
    area = AreaFactory()
    with pytest.raises(Refused, match="2"):
        households_bulk_create(
            actor=cast.li, rows=[full_row(cast.grid_li, area, 1), full_row(cast.grid_li, area, 1)]
        )
    households_bulk_create(actor=cast.zhao, rows=[full_row(cast.grid_wu, area, 1)])
    with pytest.raises(Refused):
        households_bulk_create(actor=cast.li, rows=[full_row(cast.grid_li, area, 1)])
    assert not household_list(actor=cast.li).exists()


def test_a_child_without_guardian_stores_nothing(cast):
    row = HouseholdRow(
        grid_id=cast.grid_li.pk,
        members=[PersonRow("王一", "head"), PersonRow("王二", "child", birth_date=date(2020, 1, 1))],
    )
    with pytest.raises(Refused):
        households_bulk_create(actor=cast.li, rows=[row])
    assert not household_list(actor=cast.li).exists()


@pytest.mark.slow
def test_a_whole_demo_bank_fits_into_one_call(cast):
    area = AreaFactory()
    rows = [full_row(cast.grid_li, area, serial) for serial in range(4000)]
    households_bulk_create(actor=cast.li, rows=rows)
    assert Customer.objects.visible_to(cast.li).count() == 12000
    assert Household.objects.visible_to(cast.li).count() == 4000


GROWN, SMALL = date(1980, 1, 1), date(2020, 1, 1)


ROWS_REFUSED = {
    "a text too long": {"livestock": "牛" * 121},
    "an unknown choice": {"house_type": "castle"},
    "an unknown policy group": {"policy_tags": ("rich",)},
    "less than no land": {"land_mu": Decimal(-1)},
    "a phone in a text": {"soft_information": "电话13900139000"},
    "an unknown village": {"area_id": 999_999},
    "a number too long": {"code": "H" * 25},
}


PEOPLE_REFUSED = {
    "no name": [PersonRow("", "head")],
    "no head": [PersonRow("王一")],
    "two heads": [PersonRow("王一", "head"), PersonRow("王二", "head")],
    "an unknown relation": [PersonRow("王一", "head"), PersonRow("王二", "enemy")],
    "an ID number in a text": [PersonRow("王一", "head", workplace=id_number())],
    "a wrong phone": [PersonRow("王一", "head", phone="12345")],
    "a guardian of nobody": [PersonRow("王一", "head", guardian=7)],
    "his own guardian": [PersonRow("王一", "head", birth_date=GROWN, guardian=0)],
    "a guardian whose age is unknown": [PersonRow("王一", "head"), PersonRow("王二", birth_date=SMALL, guardian=0)],
    "a child's phone": [
        PersonRow("王一", "head", birth_date=GROWN),
        PersonRow("王二", birth_date=SMALL, guardian=0, phone="13800138000"),
    ],
    "marketing to a child": [
        PersonRow("王一", "head", birth_date=GROWN),
        PersonRow("王二", birth_date=SMALL, guardian=0, consents=("marketing",)),
    ],
    "an unknown consent": [PersonRow("王一", "head", consents=("everything",))],
    "the app's end without its beginning": [PersonRow("王一", "head", app_verified_on=date(2026, 1, 1))],
    "an account before birth": [PersonRow("王一", "head", birth_date=GROWN, customer_since=date(1979, 1, 1))],
}  # fmt: skip


@pytest.mark.parametrize("what", [*ROWS_REFUSED, *PEOPLE_REFUSED])
def test_a_batch_refuses_what_a_single_creation_refuses_and_names_the_row(cast, what):
    right = [PersonRow("李一", "head")]
    values, people = ROWS_REFUSED.get(what, {}), PEOPLE_REFUSED.get(what, right)
    rows = [HouseholdRow(cast.grid_li.pk, right), HouseholdRow(cast.grid_li.pk, people, **values)]
    with pytest.raises(Refused, match="2"):
        households_bulk_create(actor=cast.li, rows=rows)
    assert not household_list(actor=cast.li).exists()
    assert not AuditEvent.objects.exists()


def test_a_number_says_the_age_of_a_guardian_who_stands_behind_his_ward(cast):
    people = [
        PersonRow("王二", birth_date=SMALL, guardian=1),
        PersonRow("王一", "head", id_type="resident", id_number=id_number()),
    ]
    households_bulk_create(actor=cast.li, rows=[HouseholdRow(cast.grid_li.pk, people)])
    ward = customer_list(actor=cast.li).get(name="王二")
    assert ward.guardian.name == "王一"
