"""The buttons of this room that take a service point's change back."""

import re

import pytest
from django.http import Http404
from django.utils import timezone

from gridbank.errors import Refused
from ground import services
from ground.models import ServicePoint
from ground.undoing import ADDED, CLOSED, WRITTEN
from people import undoing

pytestmark = pytest.mark.usefixtures("unguarded")
NEW = "/grids/points/new/"


def undone(client, answer):
    (token,) = re.findall(r'name="undo" value="([^"]+)"', answer.text)
    return client.post("/undo/", {"undo": token})


def test_what_was_changed_meanwhile_is_not_undone(cast, enter):
    client = enter(cast.chen)
    data = {"code": "V1", "name": "村口服务点", "kind": "outlet", "grid": cast.grid_li.pk}
    answer = client.post(NEW, data, follow=True)
    ServicePoint.objects.update(name="别人改的名")
    assert undone(client, answer).status_code == 409
    assert ServicePoint.objects.get().name == "别人改的名"


@pytest.mark.parametrize("kind", [ADDED, WRITTEN, CLOSED])
def test_nobody_undoes_out_of_his_sight_or_what_stands_otherwise(cast, kind):
    today = timezone.localdate()
    point = ServicePoint.objects.create(
        grid=cast.grid_li, code="V1", name="点", kind="outlet", closed_on=today
    )
    now = services.point_told(point)
    before = {**now, "name": "原名"}
    told = {ADDED: [point.pk, before], WRITTEN: [point.pk, before, now], CLOSED: [point.pk, "2026-01-01"]}[
        kind
    ]
    undo = undoing._known[kind]
    with pytest.raises(Http404):
        undo(cast.zhou, told)
    with pytest.raises(Refused):
        undo(cast.chen, told)
    point.refresh_from_db()
    assert (services.point_told(point), point.closed_on) == (now, today)
