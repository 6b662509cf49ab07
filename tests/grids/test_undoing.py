"""The buttons of this room: a part given or ended, several at once, a handover that was opened, a name."""

import re
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from gridbank.errors import Refused
from grids.models import Assignment, Backdating, Duty, Handover
from grids.services import backdating_refuse, backdating_take_back, handover_sign
from tests.factories import GridFactory
from tests.people import assign

TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def grid(cast):
    made = GridFactory(parent=cast.east, name="甲村")
    assign(cast.li, made)
    return made


@pytest.fixture
def as_chen(client, cast):
    client.force_login(cast.chen, backend="django.contrib.auth.backends.ModelBackend")
    return client


def undone(client, answer):
    (token,) = re.findall(r'name="undo" value="([^"]+)"', answer.text)
    return client.post("/undo/", {"undo": token})


def state(grid):
    rows = Assignment.everywhere().filter(grid=grid).order_by("pk")
    return [(row.user_id, row.part, row.valid_from, row.valid_to) for row in rows]


def sent(cast, grid, which):
    own = Assignment.everywhere().get(grid=grid)
    given = {"user": cast.wang.pk, "part": "lead"}
    return {
        "over": (f"/grids/{grid.pk}/assignments/new/", {**given, "valid_from": TOMORROW, "hand_over": "on"}),
        "helper": (f"/grids/{grid.pk}/assignments/new/", {**given, "part": "helper", "valid_from": TOMORROW}),
        "end": (f"/grids/assignments/{own.pk}/end/", {"last_day": timezone.localdate()}),
        "ticked": ("/grids/assign/", {**given, "grids": [grid.pk], "first_day": TOMORROW, "sure": "yes"}),
    }[which]


@pytest.mark.parametrize("which", ["over", "helper", "end", "ticked"])
def test_who_is_responsible_is_as_it_was(as_chen, cast, grid, which):
    before = state(grid)
    path, data = sent(cast, grid, which)
    if which == "ticked":
        page = as_chen.post(path, {name: value for name, value in data.items() if name != "sure"}).text
        data["seen"] = re.search(r'name="seen" value="(\w+)"', page)[1]
    answer = as_chen.post(path, data, follow=True)
    assert state(grid) != before, answer.text
    assert undone(as_chen, answer).status_code == 302
    assert state(grid) == before
    assert undone(as_chen, answer).status_code == 409


def test_a_name_comes_back(as_chen, grid):
    answer = as_chen.post(f"/grids/{grid.pk}/name/", {"name": "乙村"}, follow=True)
    assert "乙村" in answer.text
    undone(as_chen, answer)
    assert "甲村" in as_chen.get(f"/grids/{grid.pk}/").text
    assert undone(as_chen, answer).status_code == 409


def test_a_handover_that_nobody_has_signed(as_chen, cast, grid):
    path = f"/grids/handovers/new/?giver={cast.li.pk}&kind=grid"
    given = {
        "grid": grid.pk,
        "receiver": cast.wang.pk,
        "first_day": TOMORROW,
        "reason": "轮岗",
        "residual_months": 6,
    }
    answer = as_chen.post(path, given, follow=True)
    undone(as_chen, answer)
    assert Handover.objects.visible_to(cast.chen).get().state == "undone"
    again = as_chen.post(path, given, follow=True)
    handover_sign(actor=cast.li, handover=Handover.objects.visible_to(cast.chen).latest("pk"), part="giver")
    assert undone(as_chen, again).status_code == 409


def owed(grid):
    return list(QuerySet(Duty).filter(grid=grid).values_list("text", "valid_to"))


def test_a_duty_just_written_is_taken_back_and_one_just_ended_goes_on(as_chen, cast, grid):
    today = timezone.localdate()
    path = f"/grids/{grid.pk}/duties/new/"
    written = as_chen.post(path, {"text": "每周走访", "valid_from": today}, follow=True)
    assert owed(grid) == [("每周走访", None)]
    undone(as_chen, written)
    assert owed(grid) == []
    duty = Duty.objects.create(grid=grid, text="建档", valid_from=today - timedelta(days=9))
    ended = as_chen.post(f"/grids/duties/{duty.pk}/end/", {"last_day": today}, follow=True)
    assert owed(grid) == [("建档", today)]
    undone(as_chen, ended)
    assert owed(grid) == [("建档", None)]
    # what somebody did with it since stays
    as_chen.post(f"/grids/duties/{duty.pk}/end/", {"last_day": today - timedelta(days=1)})
    undone(as_chen, ended)
    assert owed(grid) == [("建档", today - timedelta(days=1))]


def test_what_was_asked_for_a_day_before_today_is_asked_for_no_longer(as_chen, cast, grid):
    path = f"/grids/assignments/{Assignment.everywhere().get(grid=grid).pk}/end/"
    sent = {"last_day": timezone.localdate() - timedelta(days=3), "reason": "已调离"}
    asked = as_chen.post(path, sent, follow=True)
    row = QuerySet(Backdating).get()
    undone(as_chen, asked)
    assert not QuerySet(Backdating).exists()
    # once somebody has decided it, it stays
    asked = as_chen.post(path, sent, follow=True)
    row = QuerySet(Backdating).get()
    backdating_refuse(actor=cast.zhao, backdating=row)
    answer = undone(as_chen, asked)
    assert QuerySet(Backdating).filter(pk=row.pk).exists(), answer
    with pytest.raises(Refused):
        backdating_take_back(actor=cast.chen, backdating=row)


def test_nobody_takes_back_what_somebody_else_asked_for(cast, grid):
    row = Backdating.objects.create(
        kind="start", grid=grid, user=cast.sun, part="lead", since=timezone.localdate(), reason="补录",
        asked_by=cast.chen, asked_at=timezone.now(),
    )  # fmt: skip
    for stranger in (cast.zhao, cast.wu, cast.li):
        with pytest.raises(Http404):
            backdating_take_back(actor=stranger, backdating=row)
    assert QuerySet(Backdating).filter(pk=row.pk).exists()
