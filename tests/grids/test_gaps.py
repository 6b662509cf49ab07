"""What is wanting is found where one decides, and each row leads to where it is mended."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gridbank.days import months_before
from grids import gaps, services
from grids.models import Assignment
from tests import factories
from tests.people import assign

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def found(actor):
    return {gap.key: {(row.grid or row.person).name for row in rows} for gap, rows in gaps.found(actor=actor)}


def test_each_kind_of_gap_is_found_in_ones_own_ground_only(cast):
    empty = factories.GridFactory(parent=cast.east, name="丁村")
    services.duty_create(actor=None, grid=cast.grid_li, text="每季走访一遍", valid_from=TODAY)
    told = found(cast.chen)
    assert told["vacant"] == {empty.name}
    assert cast.grid_li.name not in told["duty"]
    assert {cast.grid_wang.name, empty.name} <= told["duty"]
    assert told["idle"] >= {cast.sun.name}
    assert cast.grid_wu.name not in told["duty"] | told["long"]
    assert gaps.found(actor=cast.li)[0][1] == []


def test_parts_that_follow_one_another_are_one_term(cast, settings):
    settings.ROTATION_MONTHS = 36
    long, short = (factories.GridFactory(parent=cast.east, name=name) for name in ("长村", "短村"))
    begun, turn = months_before(TODAY, 40), TODAY - timedelta(days=30)
    assign(cast.sun, long, begun, turn - timedelta(days=1))
    assign(cast.sun, long, turn)
    assign(cast.wang, short, begun, turn - timedelta(days=2))
    assign(cast.wang, short, turn)
    told = found(cast.chen)["long"]
    assert long.name in told
    assert short.name not in told


def test_its_page_opens_with_the_first_that_has_rows(cast, enter):
    factories.GridFactory(parent=cast.east, name="丁村")
    client = enter(cast.chen)
    assert "丁村" in client.get(reverse("grids:gaps")).text
    assert client.get(f"{reverse('grids:gaps')}?show=idle").status_code == 200
    assert enter(cast.li).get(reverse("grids:gaps")).status_code == 403


def test_what_is_ticked_is_shown_before_it_is_done(cast, enter):
    empty = factories.GridFactory(parent=cast.east, name="丁村")
    client, address = enter(cast.chen), reverse("grids:assign-ticked")
    keys = [cast.grid_li.pk, empty.pk]
    assert "丁村" in client.get(address, {"grids": keys}).text
    day = str(TODAY + timedelta(days=1))
    sent = {"grids": keys, "user": cast.sun.pk, "part": "lead", "first_day": day}
    seen = client.post(address, sent)
    assert cast.li.name in seen.text
    assert not Assignment.everywhere().filter(user=cast.sun).exists()
    assert client.post(address, sent | {"sure": "yes"}).status_code == 302
    rows = Assignment.everywhere()
    assert rows.filter(user=cast.sun).count() == 2
    assert rows.get(user=cast.li, grid=cast.grid_li).valid_to == TODAY
