"""Households that are ticked move together: shown first, with a reason, at once or once head office has signed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.models import Household
from gridbank.scoping import waive_scope
from grids.models import Backdating
from tests.factories import GridFactory, HouseholdFactory
from tests.performance.world import household

PATH = "/customers/households/move/"


@pytest.fixture
def homes(cast):
    return [household(cast.grid_li) for _ in range(2)]


def grids_of(*homes):
    with waive_scope("a test looks where they are"):
        rows = Household.objects.filter(pk__in=[home.pk for home in homes]).order_by("pk")
        return list(rows.values_list("grid_id", flat=True))


def sent(client, cast, homes, **more):
    keys = [home.pk for home in homes]
    told = {"key": keys, "grid": cast.grid_wang.pk, "first_day": timezone.localdate(), "reason": "划片调整"}
    seen = re.search(r'name="seen" value="(\w+)"', client.get(PATH, {"key": keys}).text)[1]
    return client.post(PATH, {**told, "seen": seen, **more}, follow=True)


def test_what_is_ticked_is_shown_and_moves_together(client, cast, homes):
    client.force_login(cast.chen)
    assert f'formaction="{PATH}"' in client.get("/customers/").text
    page = client.get(PATH, {"key": [home.pk for home in homes]}).text
    assert all(home.code in page for home in homes)
    assert "2 户已归入该网格" in sent(client, cast, homes).text
    assert grids_of(*homes) == [cast.grid_wang.pk] * 2
    told = AuditEvent.objects.get(action="households.moved")
    assert (told.actor, told.details["reason"], len(told.details["households"])) == (cast.chen, "划片调整", 2)


def test_from_an_earlier_day_on_each_waits_for_a_signature(client, cast, homes):
    client.force_login(cast.chen)
    answer = sent(client, cast, homes, first_day=timezone.localdate() - timedelta(days=1))
    assert "已提交 2 户" in answer.text
    assert grids_of(*homes) == [cast.grid_li.pk] * 2
    with waive_scope("a test counts what was asked"):
        assert Backdating.objects.filter(kind="move", is_signed=False).count() == 2


def test_without_a_reason_or_a_place_nothing_moves(client, cast, homes):
    client.force_login(cast.chen)
    for more in ({"reason": " "}, {"grid": ""}, {"first_day": timezone.localdate() + timedelta(days=1)}):
        assert sent(client, cast, homes, **more).status_code == 422
    assert grids_of(*homes) == [cast.grid_li.pk] * 2


def test_what_moved_since_it_was_shown_moves_no_further_unseen(client, cast, homes):
    client.force_login(cast.chen)
    shown = client.get(PATH, {"key": [home.pk for home in homes]}).text
    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    services.households_move(
        actor=cast.chen, households=homes[:1], grid=cast.grid_wang, since=timezone.localdate(), reason="划片"
    )
    third = GridFactory(parent=cast.east)
    for said in (seen, ""):
        assert sent(client, cast, homes, grid=third.pk, seen=said).status_code == 422
    assert grids_of(*homes) == [cast.grid_wang.pk, cast.grid_li.pk]


def test_a_household_of_somebody_else_is_not_among_them(client, cast, homes):
    strange = HouseholdFactory(grid=cast.grid_wu)
    client.force_login(cast.chen)
    assert strange.code not in client.get(PATH, {"key": strange.pk}).text
    sent(client, cast, [*homes, strange])
    assert grids_of(strange) == [cast.grid_wu.pk]


def test_what_came_from_one_grid_goes_back_to_it(client, cast, homes):
    client.force_login(cast.chen)
    page = sent(client, cast, homes).text
    (token,) = re.findall(r'name="undo" value="([^"]+)"', page)
    assert client.post("/undo/", {"undo": token}).status_code == 302
    assert grids_of(*homes) == [cast.grid_li.pk] * 2
    assert client.post("/undo/", {"undo": token}).status_code == 409
    # of several grids each would have to go back to its own
    assert (
        'name="undo"'
        not in sent(client, cast, [homes[0], HouseholdFactory(grid=GridFactory(parent=cast.east))]).text
    )
