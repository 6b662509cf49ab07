import pytest

from exchange import selectors
from exchange.models import Phase
from exchange.sheets import Fate
from people.models import User
from tests.exchange.files import STAFF_HEAD, stored, worked, xlsx
from tests.factories import UserFactory


@pytest.fixture
def keeper(db):
    return UserFactory(username="sysadmin", role="sysadmin")


def test_staff_are_opened_kept_and_put_back(keeper):
    UserFactory(staff_no="A9", name="旧名", role="account_manager")
    rows = [STAFF_HEAD, ["A1", "韦国英", "客户经理"], ["A9", "新名", "客户经理"], ["A2", "石小坡", "审计员"]]
    batch, told = stored(keeper, xlsx(*rows))
    assert told == {"rows": 3, "new": 1, "changed": 1, "wrong": 1}
    made = User.objects.get(staff_no="A1")
    assert (made.username, made.name, made.role, made.has_usable_password()) == (
        "a1",
        "韦国英",
        "account_manager",
        False,
    )
    _again, told = stored(keeper, xlsx(*rows))
    assert told == {"rows": 3, "unchanged": 2, "wrong": 1}
    assert worked(keeper, batch, selectors.UNDO) == {"rows": 2, "undone": 2, "kept": 0}
    assert list(User.objects.filter(staff_no__in=["A1", "A9"]).values_list("name", flat=True)) == ["旧名"]


def test_what_a_file_of_staff_may_not_do_is_said_of_its_row(keeper):
    UserFactory(staff_no="A9", role="branch_manager")
    UserFactory(username="taken")
    head = [*STAFF_HEAD, "登录名", "在岗"]
    rows = [
        ["A9", "甲", "客户经理", None, None],
        ["A3", "乙", "总行", "taken", None],
        ["A4", "丙", "总行", None, "否"],
    ]
    batch, told = stored(keeper, xlsx(head, *rows))
    assert told == {"rows": 3, "wrong": 3}
    faults = [row.faults[0].column for row in selectors.rows_out(batch, Phase.STORED, Fate.WRONG)]
    assert faults == ["role", "", "active"]


def test_an_account_that_was_used_stays(keeper):
    batch, _told = stored(keeper, xlsx(STAFF_HEAD, ["A1", "韦国英", "客户经理"]))
    User.objects.filter(staff_no="A1").update(last_login="2026-11-27T00:00Z")
    assert worked(keeper, batch, selectors.UNDO)["kept"] == 1
    assert User.objects.filter(staff_no="A1").exists()


def test_a_person_is_found_whatever_the_case_of_his_staff_number(keeper):
    rows = [STAFF_HEAD, ["QX1", "韦国英", "客户经理"], ["qx1", "韦国英", "客户经理"]]
    batch, told = stored(keeper, xlsx(*rows))
    assert told == {"rows": 2, "new": 1, "unchanged": 1}
    assert worked(keeper, batch, selectors.UNDO) == {"rows": 1, "undone": 1, "kept": 0}


def test_what_stands_goes_out_and_comes_in_unchanged(client, keeper):
    for staff_no, name, active in (
        ("0012", "欧阳 一", True),
        ("12345678", "阿不都·买买提", False),
        ("A-1", "𠮷田", True),
    ):
        UserFactory(staff_no=staff_no, name=name, is_active=active, role="account_manager")
    client.force_login(keeper)
    body = client.get("/exchange/out/staff.xlsx").content
    assert stored(keeper, body, kind="staff")[1] == {"rows": 3, "unchanged": 3}
