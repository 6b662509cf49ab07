"""The pages of a file, from the template to what was put back."""

from datetime import date, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exchange.models import Batch, State
from exchange.opening import table_of
from exchange.selectors import expectations
from exchange.sheets import sheet_of
from gridbank.scoping import waive_scope
from grids.models import Grid
from jobs.models import JobRun
from jobs.running import run
from people.models import User
from tests.exchange.files import STAFF_HEAD, xlsx
from tests.factories import AssignmentFactory, UserFactory
from tests.grids.telling import two_leads_allowed


@pytest.fixture
def keeper(client, cast):
    client.force_login(cast.zhao)
    return cast


HEAD = ["网格编号", "网格名称", "上级编号", "单元类型"]


def there(code: str) -> bool:
    with waive_scope("a test"):
        return Grid.objects.filter(code=code).exists()


def bring(client, content, name="名册.xlsx", kind="grids"):
    return client.post(
        reverse("exchange:new", args=[kind]),
        {"file": SimpleUploadedFile(name, content), "as_of": "2026-11-27"},
    )


def work():
    for job in JobRun.objects.filter(status="pending"):
        assert run(job.pk)


def test_a_file_goes_its_way(client, keeper):
    assert "定员" in client.get(reverse("exchange:home")).text
    rows = [["N1", "新村", keeper.east.code, "村"], ["N2", "错村", keeper.east.code, "没有"]]
    answer = bring(client, xlsx(HEAD, *rows))
    batch = Batch.everywhere().get()
    assert answer.headers["Location"] == batch.get_absolute_url()
    page = client.get(batch.get_absolute_url())
    assert 'hx-trigger="every 2s"' in page.text
    work()
    assert (
        client.get(batch.get_absolute_url(), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    )
    page = client.get(batch.get_absolute_url()).text
    assert "不在可选项内" in page and "没有" in page and "无误的行入库" in page
    assert not there("N1")
    client.post(reverse("exchange:start", args=[batch.pk, "store"]))
    work()
    assert there("N1")
    back = client.get(reverse("exchange:wrong", args=[batch.pk]))
    book = table_of(b"".join(back) if back.streaming else back.content)
    assert [line.cells[:4] for line in book.lines(book.names()[0])] == [
        HEAD,
        ["N2", "错村", keeper.east.code, "没有"],
    ]
    undo = reverse("exchange:start", args=[batch.pk, "undo"])
    assert "撤销“名册.xlsx”" in client.post(undo).text
    client.post(undo, {"sure": "yes"})
    work()
    batch.refresh_from_db()
    assert (batch.state, there("N1")) == (State.UNDONE, False)
    assert client.get(batch.get_absolute_url()).status_code == 200


def test_columns_are_said_by_hand_and_a_value_that_nobody_named_is_hidden(client, keeper):
    bring(client, xlsx(["甲", "乙", "丙"], ["N1", "韦国英韦国英", keeper.east.code]))
    batch = Batch.everywhere().get()
    page = client.get(batch.get_absolute_url()).text
    assert "请在下方指定哪一列是" in page and "韦国英" not in page
    columns = reverse("exchange:columns", args=[batch.pk])
    assert client.post(columns, {"c0": "name", "c1": "name"}).status_code == 422
    client.post(columns, {"c0": "code", "c1": "name", "c2": "parent"})
    work()
    batch.refresh_from_db()
    assert (batch.state, batch.counts) == (State.JUDGED, {"new": 1})


@pytest.mark.parametrize("content", [b"<html></html>", b"", b"PK\x03\x04"])
def test_what_is_no_file_is_said_on_the_form(client, keeper, content):
    answer = bring(client, content)
    assert answer.status_code == 422
    assert not Batch.everywhere().exists()


def test_a_large_file_passes_and_a_large_body_elsewhere_does_not(client, keeper):
    large = b"a,b\n" + b"1,2\n" * 1_600_000
    assert bring(client, large, "a.csv").status_code == 302
    assert client.post(reverse("exchange:home"), {"x": "y" * 6_000_000}).status_code == 413


def test_the_system_administrator_brings_the_file_of_staff_and_no_other(client, cast):
    client.force_login(UserFactory(role="sysadmin"))
    home = client.get(reverse("exchange:home")).text
    assert "员工" in home
    assert "网格编号" not in home
    assert bring(client, xlsx(HEAD)).status_code == 403
    assert bring(client, xlsx(STAFF_HEAD, ["S7", "新人", "客户经理"]), kind="staff").status_code == 302
    work()
    batch = Batch.everywhere().get()
    client.post(reverse("exchange:start", args=[batch.pk, "store"]))
    work()
    assert User.objects.get(staff_no="S7").role == "account_manager"
    client.force_login(cast.zhao)
    assert client.get(batch.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("part", "days"),
    [
        ("helper", {}),
        ("lead", {"valid_to": date(2024, 12, 31)}),
        ("deputy", {"valid_from": date(2099, 1, 1)}),
    ],
)
def test_hours_are_kept_by_whoever_oversees_the_files_and_others_hear_who_that_is(client, cast, part, days):
    user = UserFactory(role="head_office")
    with two_leads_allowed():
        AssignmentFactory(user=user, grid=cast.root, part=part, **days)
    client.force_login(user)
    told = sheet_of("accounts").why_not(user)
    for answer in (
        client.get("/exchange/expected/"),
        client.post("/exchange/expected/", {"accounts": "03:00"}),
    ):
        assert (answer.status_code, told in answer.text) == (403, True)
    client.force_login(cast.zhao)
    assert client.post("/exchange/expected/", {"accounts": "03:00"}).status_code == 302
    assert expectations(actor=cast.zhao) == {"accounts": time(3)}
