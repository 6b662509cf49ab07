"""Looking for anything: each kind only as far as the person sees."""

import pytest

from dashboards import finding
from people.enums import Role
from tests.factories import HouseholdFactory, UserFactory


@pytest.fixture
def homes(cast):
    return [
        HouseholdFactory(grid=cast.grid_li, group_name="三组"),
        HouseholdFactory(grid=cast.grid_li, group_name="4组"),
        HouseholdFactory(grid=cast.grid_wu, group_name="三组"),
    ]


@pytest.mark.parametrize(("text", "found"), [
    ("甲村三组", [0]), ("甲村 三", [0]), ("甲村3组", [0]), ("甲村四组", [1]), ("甲村", []), ("丙村三组", []), ("", []),
])  # fmt: skip
def test_a_village_with_its_group_finds_households_in_sight(cast, homes, text, found):
    assert list(finding.households_by_place(actor=cast.li, text=text)) == [homes[at] for at in found]


def test_a_household_s_number_is_found_from_its_beginning_by_those_who_see_it(cast, homes):
    code = homes[0].code.lower()
    assert list(finding.households_by_place(actor=cast.li, text=code)) == [homes[0]]
    assert list(finding.households_by_place(actor=cast.wu, text=code)) == []


@pytest.mark.parametrize("text", ["甲", "甲村", "jiacun", "jc"])
def test_grids_are_found_by_any_part_of_their_name_and_by_pinyin(cast, text):
    assert finding.grids_by_name(actor=cast.li, text=text) == [cast.grid_li]
    assert finding.grids_by_name(actor=cast.wu, text=text) == []


def test_a_grid_is_found_by_its_code(cast):
    assert finding.grids_by_name(actor=cast.zhao, text=cast.grid_wu.code) == [cast.grid_wu]


@pytest.mark.parametrize("text", ["李娜", "娜", "ln", "lina", "na"])
def test_colleagues_are_found_where_their_grids_are_in_sight(cast, text):
    found = finding.staff_by_name(actor=cast.chen, text=text)
    assert [(one.user_id, one.grid_id) for one in found] == [(cast.li.pk, cast.grid_li.pk)]
    assert finding.staff_by_name(actor=cast.zhou, text=text) == []


def test_a_staff_number_finds_its_person_and_whoever_left_is_found_no_more(cast):
    assert [one.user_id for one in finding.staff_by_name(actor=cast.chen, text=cast.li.staff_no)] == [
        cast.li.pk
    ]
    cast.li.is_active = False
    cast.li.save()
    assert finding.staff_by_name(actor=cast.chen, text=cast.li.staff_no) == []


@pytest.mark.parametrize("text", ["韩小兰", "小兰", "hxl", "hanxiaolan", "xl"])
def test_accounts_are_found_by_those_who_keep_them_only(db, text):
    keeper = UserFactory(role=Role.SYSADMIN)
    wanted = UserFactory(name="韩小兰", username="u77", role=Role.ACCOUNT_MANAGER)
    assert finding.accounts_by_name(actor=keeper, text=text) == [wanted]
    assert finding.accounts_by_name(actor=wanted, text=text) == []
