"""Responsibility is moved in time by two people: who asks with a reason, and who signs at head office."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Assignment, Backdating
from grids.selectors import backdatings_within
from grids.services import (
    AssignmentRow,
    assignment_end,
    assignment_start,
    assignment_transfer,
    assignments_bulk_create,
    backdating_ask,
    backdating_refuse,
    backdating_sign,
)
from performance import services
from tests.factories import AssignmentFactory, GridFactory, UserFactory
from tests.performance.world import MONTH, fill

LIST = "/grids/backdatings/"


@pytest.fixture
def qian(cast):
    """Somebody else of head office."""
    user = UserFactory(username="qian", name="钱进", role="head_office")
    AssignmentFactory(user=user, grid=cast.root, part="deputy")
    return user


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def ask(cast, actor=None, **changes):
    wanted = {
        "actor": actor or cast.chen, "kind": "transfer", "grid": cast.grid_li, "user": cast.sun, "part": "lead",
        "since": ago(3), "reason": "上周已口头交接",
    }  # fmt: skip
    return backdating_ask(**{**wanted, **changes})


def leads(grid):
    rows = Assignment.everywhere().filter(grid=grid, part="lead").order_by("valid_from")
    return list(rows.values_list("user__username", "valid_to"))


def test_nobody_alone_moves_it_in_time(cast):
    empty = GridFactory(parent=cast.east)
    row = Assignment.everywhere().get(user=cast.li)
    for act in (
        lambda: assignment_start(actor=cast.zhao, grid=empty, user=cast.sun, part="lead", valid_from=ago(1)),
        lambda: assignment_end(actor=cast.zhao, assignment=row, last_day=ago(2)),
        lambda: assignment_transfer(actor=cast.zhao, grid=cast.grid_li, user=cast.sun, first_day=ago(1)),
    ):
        with pytest.raises(Refused, match="第二人签字"), transaction.atomic():
            act()
    # what only begins or ends today changes nothing that was
    assignment_end(actor=cast.chen, assignment=row, last_day=ago(1))
    assignment_start(actor=cast.chen, grid=empty, user=cast.sun, part="lead", valid_from=ago(0))


def test_the_installation_alone_loads_what_was_in_bulk(cast):
    rows = [AssignmentRow(GridFactory(parent=cast.east), cast.sun, day) for day in (ago(0), ago(1))]
    with pytest.raises(Refused, match="第二人签字"), transaction.atomic():
        assignments_bulk_create(actor=cast.zhao, rows=rows)
    assert assignments_bulk_create(actor=cast.zhao, rows=rows[:1]) == 1
    assert assignments_bulk_create(actor=None, rows=rows[1:]) == 1


def test_it_is_in_force_once_it_is_signed(cast):
    asked = ask(cast)
    assert leads(cast.grid_li) == [("li", None)]
    backdating_sign(actor=cast.zhao, backdating=asked)
    assert leads(cast.grid_li) == [("li", ago(4)), ("sun", None)]
    asked.refresh_from_db()
    assert (asked.is_signed, asked.decided_by) == (True, cast.zhao)
    events = list(AuditEvent.objects.order_by("pk").values_list("action", "actor__username"))
    assert events == [
        ("backdating.asked", "chen"), ("assignment.ended", "zhao"), ("assignment.started", "zhao"),
        ("backdating.signed", "zhao"),
    ]  # fmt: skip
    for act in (backdating_sign, backdating_refuse):
        with pytest.raises(Refused, match="已有结论"):
            act(actor=cast.zhao, backdating=asked)


@pytest.mark.parametrize("kind", ["start", "end"])
def test_a_start_and_an_end_wait_as_well(cast, kind):
    grid = GridFactory(parent=cast.east) if kind == "start" else cast.grid_li
    row = None if kind == "start" else Assignment.everywhere().get(user=cast.li)
    user, until = (cast.sun, ago(1)) if kind == "start" else (cast.li, None)
    asked = ask(cast, kind=kind, grid=grid, user=user, until=until, assignment=row)
    before = leads(grid)
    backdating_sign(actor=cast.zhao, backdating=asked)
    assert (before, leads(grid)) == (
        ([], [("sun", ago(1))]) if kind == "start" else ([("li", None)], [("li", ago(4))])
    )


def test_a_refusal_changes_nothing_and_stays_listed(cast):
    asked = backdating_refuse(actor=cast.zhao, backdating=ask(cast))
    assert (asked.is_signed, asked.decided_by, leads(cast.grid_li)) == (False, cast.zhao, [("li", None)])


def test_who_asked_never_signs(cast, qian):
    asked = ask(cast, actor=cast.zhao)
    for act in (backdating_sign, backdating_refuse):
        with pytest.raises(Refused, match="申请人不能自己签字"):
            act(actor=cast.zhao, backdating=asked)
        with pytest.raises(PermissionDenied):
            act(actor=cast.chen, backdating=asked)
        with pytest.raises(Http404):
            act(actor=cast.wu, backdating=asked)
    with waive_scope("test"), pytest.raises(IntegrityError), transaction.atomic():
        Backdating.objects.update(decided_by=cast.zhao, decided_at=timezone.now(), is_signed=True)
    assert backdating_sign(actor=qian, backdating=asked).is_signed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "写明原因"),
        ({"since": None}, "不需要第二人签字"),
        ({"kind": "start"}, "请先结束其任期"),
        ({"user": "chen"}, "陈刚"),
    ],
)
def test_what_could_not_be_signed_is_not_asked_for(cast, changes, said):
    if "since" in changes:
        changes = {"since": ago(0)}
    if changes.get("user"):
        changes = {"user": UserFactory(name="陈刚", role="auditor")}
    with pytest.raises(Refused, match=said):
        ask(cast, **changes)
    assert leads(cast.grid_li) == [("li", None)]
    with waive_scope("test"):
        assert not Backdating.objects.exists()


def test_it_never_reaches_into_a_published_month(cast):
    """Asked for before the month was published, signed after: too late."""
    fill(cast)
    asked = ask(cast, since=date(2026, 9, 30), user=cast.wang)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)
    with pytest.raises(Refused, match="2026-09的排名已公布"):
        backdating_sign(actor=cast.zhao, backdating=asked)
    with pytest.raises(Refused, match="2026-09的排名已公布"):
        ask(cast, since=date(2026, 9, 29), user=cast.wang)
    assert backdating_sign(
        actor=cast.zhao, backdating=ask(cast, since=date(2026, 10, 1), user=cast.wang)
    ).is_signed


def test_pages_ask_list_and_sign(client, cast):
    client.force_login(cast.chen)
    body = {
        "user": cast.sun.pk, "part": "lead", "valid_from": ago(3).isoformat(), "valid_to": "", "hand_over": "on",
    }  # fmt: skip
    address = f"/grids/{cast.grid_li.pk}/assignments/new/"
    assert "写明原因" in client.post(address, body).text
    assert "待总行签字" not in client.get(LIST).text
    page = client.post(address, {**body, "reason": "上周已口头交接"}, follow=True)
    assert "已提出申请" in page.text
    row = Assignment.everywhere().get(user=cast.li)
    ended = {"last_day": ago(9).isoformat(), "reason": "已离职"}
    assert "已提出申请" in client.post(f"/grids/assignments/{row.pk}/end/", ended, follow=True).text
    listed = client.get(LIST).text
    assert ("上周已口头交接" in listed, "待总行签字" in listed, "签字同意" in listed) == (True, True, False)
    client.force_login(cast.zhao)
    assert "签字同意" in client.get(LIST).text
    with waive_scope("test"):
        second, first = Backdating.objects.order_by("-pk")
    assert client.post(f"{LIST}{first.pk}/", {"sign": "yes"}, follow=True).status_code == 200
    assert leads(cast.grid_li) == [("li", ago(4)), ("sun", None)]
    # Li's part ends earlier now; what was asked for besides is still decided by itself
    assert client.post(f"{LIST}{second.pk}/", {"sign": "no"}, follow=True).status_code == 200
    assert client.post(f"{LIST}{second.pk}/", {"sign": "yes"}).status_code == 422
    assert client.get(f"{LIST}?after={second.pk}").text.count('id="backdating-') == 1
    client.force_login(cast.wu)
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("page", ["/", "/grids/"])
def test_what_waits_for_a_signature_is_shown_to_who_may_give_it(client, cast, qian, page):
    ask(cast)
    ask(cast, actor=qian, since=ago(5))
    for reader, found in ((cast.zhao, "2 项"), (qian, "1 项"), (cast.chen, None), (cast.li, None)):
        client.force_login(reader)
        text = client.get(page).text
        assert ("待您签字" in text) == bool(found)
        assert found is None or found in text


def test_what_was_over_before_a_month_stands_on_no_page_of_it(cast):
    empty = GridFactory(parent=cast.east)
    asked = ask(cast, kind="start", grid=empty, since=ago(9), until=ago(6))
    within = {
        day: list(backdatings_within(actor=cast.zhao, first=ago(day), last=ago(day - 1)))
        for day in (10, 7, 5)
    }
    assert within == {10: [asked], 7: [asked], 5: []}


def test_it_stands_on_the_page_of_each_month_that_it_reaches(client, cast):
    fill(cast)
    services.run_compute(bank=cast.root, month=MONTH)
    ask(cast, since=date(2026, 9, 20), user=cast.wang)
    client.force_login(cast.zhao)
    assert "上周已口头交接" in client.get("/performance/2026-09/").text
    services.period_open(actor=None, bank=cast.root, month=date(2026, 8, 1))
    assert "上周已口头交接" not in client.get("/performance/2026-08/").text
    client.force_login(cast.wu)
    assert "上周已口头交接" not in client.get("/performance/2026-09/").text
