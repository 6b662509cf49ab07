"""A grid is renamed or closed: who may, what stands in the way, and what stays said of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import services as archive
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.triggers import broken
from grids.guards import TABLE, guards
from grids.models import Assignment, Duty, Grid, GridName
from grids.selectors import names_on
from grids.services import backdating_sign, grid_close, grid_close_ask, grid_rename
from performance import services
from tests.factories import AssignmentFactory, DutyFactory, GridFactory, HouseholdFactory, UserFactory
from tests.performance.world import MONTH, fill


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def empty(cast):
    """A grid without households, that Sun leads and where something is owed."""
    grid = GridFactory(parent=cast.east, name="空村")
    AssignmentFactory(grid=grid, user=cast.sun)
    DutyFactory(grid=grid)
    return grid


def spans(grid):
    return list(GridName.everywhere().filter(grid=grid).values_list("name", "valid_from", "valid_to"))


def test_a_new_name_holds_from_today_and_the_old_one_is_kept(cast):
    grid_rename(actor=cast.chen, grid=cast.grid_li, name=" 新甲村 ")
    assert spans(cast.grid_li) == [("甲村", cast.grid_li.valid_from, ago(1))]
    # a second name of the same day was never one at a day's end
    grid = grid_rename(actor=cast.zhao, grid=cast.grid_li, name="大甲村")
    assert (grid.name, len(spans(grid))) == ("大甲村", 1)
    called = [names_on(grids=[grid], day=day)[grid.pk] for day in (ago(400), ago(1), ago(0))]
    assert called == ["甲村", "甲村", "大甲村"]
    event = AuditEvent.objects.last()
    assert (event.action, event.details) == ("grid.renamed", {"name": ["新甲村", "大甲村"]})


@pytest.mark.parametrize("name", ["", "  ", "村" * 81, "电话13912345678"])
def test_a_name_is_a_name(cast, name):
    with pytest.raises(Refused):
        grid_rename(actor=cast.chen, grid=cast.grid_li, name=name)


def test_a_past_month_computed_again_calls_its_branches_as_they_were_called(cast):
    fill(cast)
    first = services.run_compute(bank=cast.root, month=MONTH)
    grid_rename(actor=cast.zhao, grid=cast.east, name="东城支行")
    grid_rename(actor=cast.zhao, grid=cast.root, name="新总行")
    again = services.run_compute(bank=cast.root, month=MONTH, again=True)
    assert (again.root_hash, again.scores_hash) == (first.root_hash, first.scores_hash)
    cast.root.refresh_from_db()
    running = services.run_compute(bank=cast.root, month=timezone.localdate().replace(day=1))
    assert ("东城支行" in running.inputs, "新总行" in running.inputs) == (True, True)


def test_who_may_not_neither_renames_nor_closes(cast, empty):
    for act in (
        lambda actor, grid: grid_rename(actor=actor, grid=grid, name="新"),
        lambda actor, grid: grid_close(actor=actor, grid=grid, last_day=ago(0)),
    ):
        with pytest.raises(PermissionDenied):
            act(cast.sun, empty)
        with pytest.raises(PermissionDenied):
            act(cast.chen, cast.east)
        for actor in (cast.wu, cast.zhou):
            with pytest.raises(Http404):
                act(actor, empty)


def test_a_closed_grid_is_led_by_nobody_and_all_that_was_stays(cast, empty):
    grid_close(actor=cast.chen, grid=empty, last_day=ago(0))
    with waive_scope("test"):
        assert Grid.objects.get(pk=empty.pk).valid_to == ago(0)
        assert list(Duty.objects.filter(grid=empty).values_list("valid_to", flat=True)) == [ago(0)]
    assert list(Assignment.everywhere().filter(grid=empty).values_list("user", "valid_to")) == [
        (cast.sun.pk, ago(0))
    ]
    assert AuditEvent.objects.last().action == "grid.closed"
    with pytest.raises(Refused, match="已"):
        grid_close(actor=cast.chen, grid=empty, last_day=ago(0))
    for call in (
        lambda: archive.household_create(actor=cast.chen, data={"grid": empty}, head={"name": "赵一"}),
        lambda: archive.household_update(
            actor=cast.chen, household=HouseholdFactory(grid=cast.grid_li), version=1, data={"grid": empty}
        ),
    ):
        with pytest.raises(Refused):
            call()


def test_households_and_grids_below_stand_in_the_way(cast, empty):
    home = HouseholdFactory(grid=empty, created_at=timezone.now() - timedelta(days=9))
    with pytest.raises(Refused, match="还有 1 户"):
        grid_close(actor=cast.chen, grid=empty, last_day=ago(0))
    archive.household_update(actor=cast.chen, household=home, version=1, data={"grid": cast.grid_li})
    with pytest.raises(Refused, match="还有 1 户"):
        grid_close(actor=cast.chen, grid=empty, last_day=ago(2))
    with pytest.raises(Refused, match="下级网格"):
        grid_close(actor=cast.zhao, grid=cast.east, last_day=ago(0))
    with pytest.raises(Refused, match="总行网格"):
        grid_close(actor=cast.zhao, grid=cast.root, last_day=ago(0))
    with pytest.raises(Refused):
        grid_close(actor=cast.chen, grid=empty, last_day=date(1999, 1, 1))
    grid_close(actor=cast.chen, grid=empty, last_day=ago(1))


def test_who_begins_later_is_ended_by_name_first(cast):
    grid = GridFactory(parent=cast.east)
    AssignmentFactory(grid=grid, user=cast.sun, valid_from=ago(-9))
    with pytest.raises(Refused, match="孙静"):
        grid_close(actor=cast.chen, grid=grid, last_day=ago(0))


def test_a_day_that_is_over_needs_head_offices_signature(cast, empty):
    with pytest.raises(Refused, match="第二人签字"), transaction.atomic():
        grid_close(actor=cast.zhao, grid=empty, last_day=ago(2))
    asked = grid_close_ask(actor=cast.chen, grid=empty, last_day=ago(2), reason="村已合并")
    with waive_scope("test"):
        assert Grid.objects.get(pk=empty.pk).valid_to is None
    backdating_sign(actor=cast.zhao, backdating=asked)
    with waive_scope("test"):
        assert Grid.objects.get(pk=empty.pk).valid_to == ago(2)
    assert Assignment.everywhere().get(grid=empty).valid_to == ago(2)


def test_it_never_reaches_into_a_published_month(cast, empty):
    fill(cast)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)
    with pytest.raises(Refused, match="2026-09的排名已公布"):
        grid_close_ask(actor=cast.chen, grid=empty, last_day=date(2026, 9, 29), reason="村已合并")
    assert grid_close_ask(actor=cast.chen, grid=empty, last_day=date(2026, 9, 30), reason="村已合并").pk


def test_earlier_names_are_only_added(cast):
    grid_rename(actor=cast.chen, grid=cast.grid_li, name="新甲村")
    assert broken(connection, guards()) == []
    for sql in (f"UPDATE {TABLE} SET name = '别'", f"DELETE FROM {TABLE}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_pages_rename_and_close(client, cast, empty):
    client.force_login(cast.chen)
    page = client.get(f"/grids/{empty.pk}/").text
    assert (f"/grids/{empty.pk}/name/" in page, f"/grids/{empty.pk}/close/" in page) == (True, True)
    assert client.post(f"/grids/{empty.pk}/name/", {"name": " "}).status_code == 422
    done = client.post(f"/grids/{empty.pk}/name/", {"name": "新空村"}, follow=True).text
    assert ("新空村" in done, "曾用名" in done) == (True, True)
    old = {"last_day": ago(3).isoformat(), "reason": "", "sure": "yes"}
    assert "写明原因" in client.post(f"/grids/{empty.pk}/close/", old).text
    assert (
        "已提出申请" in client.post(f"/grids/{empty.pk}/close/", {**old, "reason": "合并"}, follow=True).text
    )
    assert "网格撤销" in client.get("/grids/backdatings/").text
    today = {"last_day": ago(1).isoformat(), "reason": "", "sure": "yes"}
    assert client.post(f"/grids/{empty.pk}/close/", today, follow=True).status_code == 200
    assert "已撤销的网格" in client.get(f"/grids/{cast.east.pk}/").text
    assert f"/grids/{empty.pk}/close/" not in client.get(f"/grids/{empty.pk}/").text
    client.force_login(cast.li)
    assert "/name/" not in client.get(f"/grids/{cast.grid_li.pk}/").text
    assert client.get(f"/grids/{cast.grid_li.pk}/name/").status_code == 403


def test_the_form_says_who_signs(client, cast, empty):
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    asked = grid_close_ask(actor=second, grid=empty, last_day=ago(2), reason="村已合并")
    with pytest.raises(Refused, match="申请人不能自己签字"):
        backdating_sign(actor=second, backdating=asked)
