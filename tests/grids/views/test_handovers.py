"""The pages of a handover: opened in two steps, signed where it is offered, undone after a question."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gridbank.days import day_after, month_last
from grids.models import Handover
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory
from tests.grids.services.test_handovers import opened

pytestmark = pytest.mark.django_db


def test_it_is_opened_in_two_steps_from_the_first_of_next_month_on(cast, enter, unguarded):
    client = enter(cast.chen)
    page = client.get(reverse("grids:handover-new"))
    assert cast.li.name in page.text
    address = f"{reverse('grids:handover-new')}?giver={cast.li.pk}&kind=all"
    first = day_after(month_last(timezone.localdate()))
    assert f'value="{first}"' in client.get(address).text
    sent = {"receiver": cast.sun.pk, "first_day": str(first), "residual_months": 6, "reason": "轮岗"}
    answer = client.post(address, sent)
    assert answer.status_code == 302, answer.text
    made = Handover.objects.get()
    assert (made.giver, made.first_day, made.residual_months) == (cast.li, first, 6)
    wrong = client.post(address, sent | {"first_day": str(timezone.localdate())})
    assert wrong.status_code == 422


def test_only_who_may_sign_is_offered_it(cast, enter):
    row = opened(cast)
    button = 'value="supervisor"'
    assert button in enter(cast.chen).get(row.get_absolute_url()).text
    assert button not in enter(cast.li).get(row.get_absolute_url()).text
    assert 'value="giver"' in enter(cast.li).get(row.get_absolute_url()).text
    assert enter(cast.wu).get(row.get_absolute_url()).status_code == 404


def test_undoing_asks_first(cast, enter):
    row, client = opened(cast, first_day=timezone.localdate() + timedelta(days=3)), enter(cast.chen)
    address = reverse("grids:handover-undo", args=[row.pk])
    client.post(address)
    row.refresh_from_db()
    assert row.state == "open"
    client.post(address, {"sure": "yes"})
    row.refresh_from_db()
    assert row.state == "undone"


def test_households_are_ticked_by_name_from_the_giver_s_own_grids(cast, enter, unguarded):
    home = HouseholdFactory(grid=cast.grid_li, group_name="三组")
    other = HouseholdFactory(grid=cast.grid_wang)
    second = AssignmentFactory(user=cast.li, grid=GridFactory(tier="manager", parent=cast.east)).grid
    far = HouseholdFactory(grid=second)
    address = f"{reverse('grids:handover-new')}?giver={cast.li.pk}&kind=households"
    client = enter(cast.chen)
    page = client.get(address).text
    assert f"{home} · 三组 · {home.code}" in page
    assert other.code not in page
    first = day_after(month_last(timezone.localdate()))
    sent = {"to_grid": cast.grid_wang.pk, "first_day": str(first), "residual_months": 0, "reason": "就近"}
    for wrong in ([], [other.code], [home.code, far.code]):
        assert client.post(address, sent | {"households": wrong}).status_code == 422
    assert not Handover.objects.exists()
    answer = client.post(address, sent | {"households": [home.code]})
    assert answer.status_code == 302, answer.text
    made = Handover.objects.get()
    assert [ward.subject_id for ward in made.wards.all()] == [home.pk]
    assert [(part.grid, part.receiver) for part in made.parts.all()] == [(cast.grid_li, cast.wang)]
