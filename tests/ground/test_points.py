"""The register of service points: who sees it, who keeps it, what is refused, and what is taken back."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from ground import services
from ground.models import ServicePoint
from ground.selectors import service_point_list
from people.enums import Role
from tests.exchange.test_listed import rows_of
from tests.factories import GridFactory, UserFactory

pytestmark = pytest.mark.usefixtures("unguarded")
LIST, NEW = "/grids/points/", "/grids/points/new/"
TODAY = timezone.localdate


def put(grid, code, **values):
    given = {"name": f"{grid.name}服务点", "kind": "village_point", **values}
    return ServicePoint.objects.create(grid=grid, code=code, **given)


def row(grid, code="V9", **values):
    given = {"name": "村口服务点", "kind": "village_point", **values}
    return services.ServicePointRow(code, grid=grid, **given)


def listed(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200, answer.text
    return re.findall(r'<span class="soft">(\w+)</span>', answer.text)


def told(actor):
    return list(
        AuditEvent.objects.filter(actor=actor, action__startswith="service_point.")
        .order_by("pk")
        .values_list("action", flat=True)
    )


def undone(client, answer):
    (token,) = re.findall(r'name="undo" value="([^"]+)"', answer.text)
    return client.post("/undo/", {"undo": token}, follow=True)


def test_everybody_sees_the_points_of_his_own_grids(cast, enter):
    put(cast.grid_li, "V1")
    put(cast.grid_wang, "V2")
    put(cast.east, "O1", kind="outlet")
    put(cast.grid_wu, "V3")
    assert listed(enter(cast.li)) == ["V1"]
    assert listed(enter(cast.chen)) == ["O1", "V1", "V2"]
    assert listed(enter(cast.zhao)) == ["O1", "V1", "V2", "V3"]
    assert listed(enter(cast.sun)) == []
    assert enter(UserFactory(role=Role.SYSADMIN)).get(LIST).status_code == 403


def test_the_list_is_narrowed_by_kind_branch_state_and_word(cast, enter):
    put(cast.grid_li, "V1", partner="村口小卖部")
    put(cast.grid_wu, "V2", closed_on=TODAY())
    put(cast.grid_wu, "V3", closed_on=TODAY() + timedelta(days=1))
    put(cast.east, "O1", kind="outlet")
    client = enter(cast.zhao)
    assert listed(client, kind="outlet") == ["O1"]
    assert listed(client, branch=cast.west.pk) == ["V2", "V3"]
    assert listed(client, state="closed") == ["V2"]
    assert listed(client, state="open") == ["O1", "V1", "V3"]
    assert listed(client, q="小卖部") == ["V1"]
    assert listed(client, take="print") == ["O1", "V1", "V2", "V3"]


def test_the_register_goes_out_as_a_workbook(cast, enter):
    put(cast.grid_li, "V1", partner="村口小卖部", opened_on=TODAY())
    put(cast.grid_wu, "V2")
    found = str(rows_of(enter(cast.chen).get(LIST, {"take": "xlsx", "cols": ["code", "branch", "partner"]})))
    assert all(word in found for word in ("V1", cast.east.name, "村口小卖部"))
    assert "V2" not in found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_one_row_as_for_three(cast, enter, django_assert_num_queries, count):
    for at in range(count):
        put(GridFactory(parent=cast.east), f"V{at}")
    client = enter(cast.chen)
    client.get(LIST)
    with django_assert_num_queries(6):
        assert len(listed(client)) == count


def test_a_point_is_added_and_taken_off_again(cast, enter):
    client = enter(cast.chen)
    data = {
        "code": "V1",
        "name": "村口服务点",
        "kind": "village_point",
        "grid": cast.grid_li.pk,
        "partner": "村口小卖部",
    }
    answer = client.post(NEW, data, follow=True)
    made = ServicePoint.objects.get()
    assert (made.grid, made.partner, made.opened_on) == (cast.grid_li, "村口小卖部", None)
    undone(client, answer)
    assert not ServicePoint.objects.exists()
    assert told(cast.chen) == ["service_point.added", "service_point.withdrawn"]


def test_a_point_is_written_otherwise_and_as_before(cast, enter):
    point = put(cast.grid_li, "V1")
    client = enter(cast.chen)
    data = {
        "name": "新名", "kind": "e_station", "grid": cast.grid_wang.pk, "opened_on": "2026-01-05",
        "longitude": "107.25", "latitude": "25.5",
    }  # fmt: skip
    answer = client.post(f"/grids/points/{point.pk}/change/", data, follow=True)
    point.refresh_from_db()
    assert (point.code, point.name, point.kind, point.grid) == ("V1", "新名", "e_station", cast.grid_wang)
    assert (point.longitude, point.latitude, str(point.opened_on)) == (107.25, 25.5, "2026-01-05")
    undone(client, answer)
    point.refresh_from_db()
    assert (point.name, point.kind, point.grid) == (
        f"{cast.grid_li.name}服务点",
        "village_point",
        cast.grid_li,
    )
    assert (point.longitude, point.latitude, point.opened_on) == (None, None, None)
    assert told(cast.chen) == ["service_point.changed"] * 2


def test_what_is_sent_as_it_stands_changes_nothing(cast, enter):
    point = put(cast.grid_li, "V1")
    data = {"name": point.name, "kind": point.kind, "grid": point.grid_id}
    enter(cast.chen).post(f"/grids/points/{point.pk}/change/", data)
    assert told(cast.chen) == []


def test_a_point_is_closed_with_a_reason_and_opened_again(cast, enter):
    point = put(cast.grid_li, "V1", opened_on=TODAY() - timedelta(days=9))
    client, path = enter(cast.chen), f"/grids/points/{point.pk}/close/"
    assert "V1" in client.get(path).text
    assert client.post(path, {"closed_on": str(TODAY()), "reason": " "}).status_code == 422
    assert client.post(path, {"closed_on": "2020-01-01", "reason": "商户搬走"}).status_code == 422
    answer = client.post(path, {"closed_on": str(TODAY()), "reason": "商户搬走"}, follow=True)
    point.refresh_from_db()
    assert (point.closed_on, point.close_reason) == (TODAY(), "商户搬走")
    assert not service_point_list(actor=cast.chen).exists()
    assert "商户搬走" in client.get(f"/grids/points/{point.pk}/change/").text
    undone(client, answer)
    point.refresh_from_db()
    assert (point.closed_on, point.close_reason) == (None, "")
    assert told(cast.chen) == ["service_point.closed", "service_point.reopened"]


def test_who_may_not_keep_the_register_is_offered_and_allowed_nothing(cast, enter):
    mine, theirs = put(cast.grid_li, "V1"), put(cast.grid_wu, "V2")
    li = enter(cast.li)
    assert "/change/" not in li.get(LIST).text
    assert NEW not in li.get(LIST).text
    assert [li.get(path).status_code for path in (NEW, f"/grids/points/{mine.pk}/change/")] == [403, 403]
    chen = enter(cast.chen)
    assert [chen.get(f"/grids/points/{theirs.pk}/{what}/").status_code for what in ("change", "close")] == [
        404,
        404,
    ]
    wrong = {"code": "V3", "name": "点", "kind": "outlet", "grid": cast.grid_wu.pk}
    assert chen.post(NEW, wrong).status_code == 422
    assert ServicePoint.objects.count() == 2


def test_the_services_ask_for_the_power_where_a_point_stands_and_where_it_goes(cast):
    mine, theirs = put(cast.grid_li, "V1"), put(cast.grid_wu, "V2")
    for actor, point, grid, refusal in (
        (cast.li, mine, cast.grid_li, PermissionDenied),
        (cast.chen, mine, cast.grid_wu, OutOfSight),
        (cast.chen, mine, cast.east, PermissionDenied),
        (cast.chen, theirs, cast.grid_li, OutOfSight),
    ):
        with pytest.raises(refusal):
            services.service_point_change(actor=actor, point=point, row=row(grid))
        if grid != cast.grid_li or actor == cast.li:
            with pytest.raises(refusal):
                services.service_point_add(actor=actor, row=row(grid))
    for actor, point, refusal in ((cast.li, mine, PermissionDenied), (cast.chen, theirs, OutOfSight)):
        with pytest.raises(refusal):
            services.service_point_close(actor=actor, point=point, closed_on=TODAY(), reason="搬走")
        with pytest.raises(refusal):
            services.service_point_reopen(actor=actor, point=point, closed_on=TODAY())
        with pytest.raises(refusal):
            services.service_point_withdraw(actor=actor, point=point)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "tent"}, "kind"), ({"longitude": 200.0, "latitude": 25.0}, "longitude"), ({"longitude": 107.0}, "longitude"),
        ({"name": ""}, "name"), ({"name": "长" * 81}, "name"), ({"partner": "陈 13912345678"}, "partner"),
        ({"code": "V1"}, "code"), ({"code": "1" * 25}, "code"),
        ({"code": "V 13912345678"}, "code"),
    ],
)  # fmt: skip
def test_what_is_refused_says_in_which_field(cast, changes, field):
    put(cast.grid_wu, "V1")
    with pytest.raises(Refused) as caught:
        services.service_point_add(actor=cast.chen, row=row(cast.grid_li, **changes))
    assert caught.value.field == field
    assert ServicePoint.objects.count() == 1


def test_nothing_is_put_into_a_closed_grid(cast):
    over = GridFactory(parent=cast.east, valid_to=TODAY() - timedelta(days=1))
    point = put(cast.grid_li, "V1")
    with pytest.raises(Refused):
        services.service_point_add(actor=cast.chen, row=row(over))
    with pytest.raises(Refused):
        services.service_point_change(actor=cast.chen, point=point, row=row(over))


def test_a_point_is_closed_once(cast):
    point = services.service_point_close(
        actor=cast.chen, point=put(cast.grid_li, "V1"), closed_on=TODAY(), reason="搬走"
    )
    for act in (
        lambda: services.service_point_close(actor=cast.chen, point=point, closed_on=TODAY(), reason="搬走"),
        lambda: services.service_point_withdraw(actor=cast.chen, point=point),
        lambda: services.service_point_reopen(
            actor=cast.chen, point=point, closed_on=TODAY() - timedelta(days=1)
        ),
        lambda: services.service_point_change(
            actor=cast.chen, point=point, row=row(cast.grid_li, opened_on=TODAY() + timedelta(days=1))
        ),
    ):
        with pytest.raises(Refused):
            act()
    assert told(cast.chen) == ["service_point.closed"]
