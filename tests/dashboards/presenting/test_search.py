"""What the box on every page finds, and how a whole number travels."""

import pytest

from customers.searching import sort_out
from dashboards.presenting import search
from people.enums import Role
from tests.factories import CustomerFactory, HouseholdFactory, UserFactory

PAGE = "/search/"


@pytest.fixture
def person(cast):
    home = HouseholdFactory(grid=cast.grid_li, group_name="三组")
    return CustomerFactory(household=home, name="陈建国", pinyin="chenjianguo", initials="cjg")


def titles(actor, text, menu=()):
    groups = search.everything(actor=actor, text=text, term=sort_out(text), menu=list(menu))
    return {group.title: [hit.label for hit in group.hits] for group in groups}


def test_groups_hold_what_fits_and_only_what_is_in_sight(cast, person):
    assert titles(cast.li, "建国") == {"人员": ["陈建国"]}
    assert titles(cast.li, "甲村三组") == {"户": [str(person.household)]}
    assert titles(cast.li, "甲村") == {"网格": ["甲村"]}
    assert titles(cast.chen, "李娜") == {"员工": ["李娜"]}
    assert titles(cast.wu, "建国") == {}


def test_pages_are_found_by_their_name_and_its_sound(cast):
    menu = [{"label": "绩效排名", "url": "/performance/"}]
    for text in ("排名", "jxpm", "jixiao"):
        assert titles(cast.li, text, menu)["页面"] == ["绩效排名"]


def test_an_officer_finds_accounts_and_pages_and_nobody_s_archive(cast, person):
    keeper = UserFactory(role=Role.SYSADMIN)
    assert titles(keeper, "建国") == {}
    assert list(titles(keeper, "li")) == ["账号管理"]
