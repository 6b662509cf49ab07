"""Pages of the grid."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.scoping import waive_scope
from grids import services
from grids.models import Assignment, Duty, Grid
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory, UserFactory
from tests.ground.squares import give_ground

LIST = "/grids/"
TODAY = timezone.localdate()
FIRST = TODAY + timedelta(days=1)


def names(text):
    return {name for name in ("总行", "东支行", "西支行", "甲村", "乙村", "丙村") if f">{name}</a>" in text}


def page(pk):
    return reverse("grids:detail", args=[pk])


# the list


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("zhao", {"总行", "东支行", "西支行", "甲村", "乙村", "丙村"}),
        ("chen", {"东支行", "甲村", "乙村"}),
        ("li", {"甲村"}),
        ("sun", set()),
    ],
)
def test_everybody_sees_his_own_grids(cast, enter, who, seen):
    text = enter(getattr(cast, who)).get(LIST).text
    assert names(text) == seen
    assert ("没有负责任何网格" in text) == (who == "sun")


def test_the_list_tells_leads_households_and_vacancies(cast, enter):
    HouseholdFactory.create_batch(3, grid=cast.grid_li)
    HouseholdFactory(grid=cast.east)
    GridFactory(parent=cast.east, name="空村")
    GridFactory(parent=cast.east, name="集市", nature="special", kind="market")
    text = enter(cast.zhao).get(LIST).text
    rows = dict(re.findall(r'id="grid-(\d+)".*?data-label="[^"]+">(.*?)</td>', text, re.DOTALL))
    assert rows[str(cast.grid_li.pk)] == "3"
    assert rows[str(cast.east.pk)] == "4"
    assert "李娜" in text
    assert "2 个无人负责" in text
    assert "特色" in text
    assert re.search(r'href="\?vacant=on"[^>]*>\s*无人负责 <span class="sheet__count">2</span>', text)


def test_the_list_is_narrowed(cast, enter):
    empty = GridFactory(parent=cast.west, name="空村", code="EMPTY")
    client = enter(cast.zhao)
    assert names(client.get(LIST, {"q": "乙"}).text) == {"乙村"}
    assert names(client.get(LIST, {"branch": cast.west.pk}).text) == {"西支行", "丙村"}
    text = client.get(LIST, {"vacant": "on"}).text
    assert (names(text), empty.name in text) == (set(), True)
    assert "没有符合条件的记录" in client.get(LIST, {"q": "不存在"}).text


def test_a_foreign_branch_is_no_choice(cast, enter):
    text = enter(cast.chen).get(LIST, {"branch": cast.west.pk}).text
    assert names(text) == set()
    assert "西支行" not in text
    assert "field__error" in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(cast, enter, django_assert_num_queries, count):
    for grid in GridFactory.create_batch(count, parent=cast.east):
        AssignmentFactory(grid=grid)
        HouseholdFactory(grid=grid)
    client = enter(cast.chen)
    with django_assert_num_queries(17):
        assert client.get(LIST).status_code == 200


# one grid


def test_a_grid_tells_who_what_and_how(cast, enter):
    give_ground(cast)
    services.duty_create(actor=None, grid=cast.grid_li, text="每季走访一遍", valid_from=date(2024, 1, 1))
    AssignmentFactory(
        grid=cast.grid_li, user=cast.sun, valid_from=date(2018, 1, 1), valid_to=date(2019, 12, 31)
    )
    today = timezone.localdate()
    HouseholdFactory(grid=cast.grid_li, last_met_on=today, complete_since=today)
    HouseholdFactory(grid=cast.grid_li)
    HouseholdFactory(grid=cast.grid_wu)
    text = enter(cast.chen).get(page(cast.grid_li.pk)).text
    for word in (
        "李娜",
        "孙静",
        "2018-01-01 – 2019-12-31",
        "每季走访一遍",
        "甲村服务点",
        "50.0%",
        "1 / 2",
        "东支行",
    ):
        assert word in text
    assert "丙村" not in text


def test_a_branch_lists_its_grids_and_head_office_its_branches(cast, enter):
    client = enter(cast.zhao)
    assert names(client.get(page(cast.east.pk)).text) >= {"甲村", "乙村"}
    assert "丙村" not in client.get(page(cast.east.pk)).text
    assert names(client.get(page(cast.root.pk)).text) >= {"东支行", "西支行"}


def test_what_stands_above_is_named_but_not_opened(cast, enter):
    text = enter(cast.li).get(page(cast.grid_li.pk)).text
    assert "东支行" in text
    assert page(cast.east.pk) not in text
    # no button that would be refused, but who can
    assert reverse("grids:assignment-new", args=[cast.grid_li.pk]) not in text
    assert "定员由支行或总行的主责或协办办理，本处是：陈刚、赵敏。" in text


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
@pytest.mark.parametrize("name", ["detail", "assignment-new", "duty-new"])
def test_a_foreign_grid_looks_absent(cast, enter, method, name):
    client = enter(cast.chen)
    foreign = getattr(client, method)(reverse(f"grids:{name}", args=[cast.grid_wu.pk]))
    absent = getattr(client, method)(reverse(f"grids:{name}", args=[987654]))
    assert foreign.status_code == absent.status_code
    assert foreign.status_code in {404, 405}


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_the_three_officers_stay_out(cast, enter, role):
    client = enter(UserFactory(role=role))
    for address in (LIST, page(cast.grid_li.pk), "/api/v1/grids/", "/api/v1/areas/"):
        assert client.get(address).status_code == 403


def test_nothing_deletes_a_grid(cast, enter):
    client = enter(cast.zhao)
    for address in (page(cast.grid_li.pk), f"/api/v1/grids/{cast.grid_li.pk}/"):
        assert client.delete(address).status_code == 405
        assert client.post(address, {"_method": "DELETE"}).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_a_grids_page_asks_the_same_number_of_queries(cast, enter, django_assert_num_queries, count):
    give_ground(cast)
    for grid in GridFactory.create_batch(count, parent=cast.east):
        AssignmentFactory(grid=grid)
        HouseholdFactory(grid=grid)
    AssignmentFactory.create_batch(count, grid=cast.east, part="helper")
    client = enter(cast.chen)
    with django_assert_num_queries(26):
        assert client.get(page(cast.east.pk)).status_code == 200


def test_hostile_names_stay_text(cast, enter):
    with waive_scope("a test"):
        Grid.objects.filter(pk=cast.grid_li.pk).update(name="</script><img src=x onerror=alert(1)>")
    for address in (LIST, page(cast.grid_li.pk)):
        assert "<img" not in enter(cast.zhao).get(address).text


# who is responsible


def form(**changes):
    return {"part": "lead", "valid_from": FIRST.isoformat(), "valid_to": "", **changes}


def test_a_branch_manager_assigns_hands_over_and_ends(cast, enter):
    client = enter(cast.chen)
    address = reverse("grids:assignment-new", args=[cast.grid_li.pk])
    assert "李娜" in client.get(page(cast.grid_li.pk)).text
    response = client.post(address, form(user=cast.wang.pk, hand_over="on"))
    assert (response.status_code, response["Location"]) == (302, page(cast.grid_li.pk))
    with waive_scope("a test"):
        days = list(
            Assignment.objects.filter(grid=cast.grid_li)
            .order_by("valid_from")
            .values_list("user__name", "valid_to")
        )
        last = Assignment.objects.get(grid=cast.grid_li, user=cast.wang)
    assert days == [("李娜", TODAY), ("王磊", None)]
    end = reverse("grids:assignment-end", args=[last.pk])
    assert client.post(end, {"last_day": TODAY.isoformat()}).status_code == 422
    assert client.post(end, {"last_day": (FIRST + timedelta(days=9)).isoformat()}).status_code == 302
    actions = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert [one for one in actions if one.startswith("assignment")] == [
        "assignment.ended", "assignment.started", "assignment.ended",
    ]  # fmt: skip


def test_a_refusal_stands_in_the_form_in_the_persons_language(cast, enter):
    client = enter(cast.chen)
    address = reverse("grids:assignment-new", args=[cast.grid_li.pk])
    response = client.post(address, form(user=cast.wang.pk))
    assert response.status_code == 422
    assert "李娜" in response.text
    assert "请先结束其任期" in response.text
    client.post("/language/", {"language": "en", "next": "/grids/"})
    assert "End that first" in client.post(address, form(user=cast.wang.pk)).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": "987654"},
        {"user": "sysadmin"},
        {"user": "wang", "part": "king"},
        {"user": "wang", "valid_from": "2026-02-30"},
        {"user": "wang", "valid_from": ""},
        {"user": "wang", "hand_over": "on", "part": "deputy"},
    ],
)
def test_bad_input_is_a_form_error_and_changes_nothing(cast, enter, wrong):
    people = {"sysadmin": UserFactory(role=Role.SYSADMIN).pk, "wang": cast.wang.pk}
    body = form(**{**wrong, "user": people.get(wrong["user"], wrong["user"])})
    response = enter(cast.chen).post(reverse("grids:assignment-new", args=[cast.grid_li.pk]), body)
    assert response.status_code == 422
    with waive_scope("a test"):
        assert Assignment.objects.filter(grid=cast.grid_li).count() == 1


def test_extra_fields_change_nothing_else(cast, enter):
    """Neither the grid of the address nor anybody's role comes from the body."""
    grid = GridFactory(parent=cast.east)
    body = form(
        user=cast.wang.pk, grid=cast.grid_wu.pk, role="head_office", is_staff="1", branch=cast.west.pk
    )
    assert enter(cast.chen).post(reverse("grids:assignment-new", args=[grid.pk]), body).status_code == 302
    with waive_scope("a test"):
        made = Assignment.objects.get(user=cast.wang, part="lead", valid_from=FIRST)
    cast.wang.refresh_from_db()
    assert (made.grid_id, cast.wang.role) == (grid.pk, Role.ACCOUNT_MANAGER)


@pytest.mark.parametrize("method", ["get", "post"])
def test_in_sight_but_not_his_to_change(cast, enter, method):
    duty = services.duty_create(actor=None, grid=cast.grid_li, text="x", valid_from=date(2024, 1, 1))
    with waive_scope("a test"):
        row = Assignment.objects.get(grid=cast.grid_li)
        own = Assignment.objects.get(grid=cast.east)
    pages = [("assignment-new", cast.grid_li.pk), ("assignment-end", row.pk), ("duty-new", cast.grid_li.pk)]
    for name, pk in [*pages, ("duty-end", duty.pk)]:
        assert getattr(enter(cast.li), method)(reverse(f"grids:{name}", args=[pk])).status_code == 403
    for name, pk in (("assignment-new", cast.east.pk), ("assignment-end", own.pk)):
        assert getattr(enter(cast.chen), method)(reverse(f"grids:{name}", args=[pk])).status_code == 403


def test_duties_are_written_and_ended_on_the_page(cast, enter):
    client = enter(cast.zhao)
    body = {"text": "每季走访一遍", "valid_from": "2026-01-01"}
    assert client.post(reverse("grids:duty-new", args=[cast.grid_li.pk]), body).status_code == 302
    assert client.post(reverse("grids:duty-new", args=[cast.grid_li.pk]), {"text": ""}).status_code == 422
    with waive_scope("a test"):
        duty = Duty.objects.get()
    end = reverse("grids:duty-end", args=[duty.pk])
    assert client.post(end, {"last_day": "2025-01-01"}).status_code == 422
    assert client.post(end, {"last_day": "2026-03-01"}).status_code == 302
    assert "每季走访一遍" not in client.get(page(cast.grid_li.pk)).text


def test_assigning_tells_who_for_how_much_from_when_and_who_was_before(client, cast):
    HouseholdFactory(grid=cast.grid_li)
    client.force_login(cast.chen)
    tomorrow = timezone.localdate() + timedelta(days=1)
    url = reverse("grids:assignment-new", args=[cast.grid_li.pk])
    given = {"user": cast.wang.pk, "part": "lead", "valid_from": "+1", "hand_over": "on"}
    page = client.post(url, given, follow=True).text
    said = re.search(r"甲村：自[^<]*", page)
    assert said
    assert said[0].strip() == f"甲村：自 {tomorrow:%Y-%m-%d} 起由王磊主责。 共 1 户。 此前为李娜。"
    row = Assignment.everywhere().get(grid=cast.grid_li, user=cast.wang)
    page = client.post(reverse("grids:assignment-end", args=[row.pk]), {"last_day": "+2"}, follow=True).text
    assert "此后无人主责，请安排人员。" in page
