"""What the list of visits offers to filter by, in a small bank and in a large one."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import AssignmentFactory, GridFactory, UserFactory, VisitFactory
from tests.visits.bodies import person_in
from visits import selectors


@pytest.fixture
def large(cast, monkeypatch):
    monkeypatch.setattr(selectors, "MOST_CHOICES", 2)
    # another bank's: it could leak
    foreign = GridFactory(parent=GridFactory(tier="branch"))
    AssignmentFactory(grid=foreign, user=UserFactory())
    return cast


def keys(choices):
    return [key for key, _name in choices]


def test_a_small_bank_offers_every_grid_and_person(cast):
    offered = keys(selectors.grid_choices(actor=cast.zhao, near=0))
    assert {cast.east.pk, cast.west.pk, cast.grid_li.pk, cast.grid_wang.pk, cast.grid_wu.pk} <= set(offered)
    assert {cast.li.pk, cast.wang.pk} <= set(keys(selectors.staff_choices(actor=cast.zhao)))


def test_a_large_bank_offers_its_branches_once_and_what_lies_beside_the_chosen_grid(large):
    assert sorted(keys(selectors.grid_choices(actor=large.zhao, near=0))) == sorted(
        [large.east.pk, large.west.pk]
    )
    beside = keys(selectors.grid_choices(actor=large.zhao, near=large.grid_li.pk))
    assert len(beside) == len(set(beside))
    assert {large.east.pk, large.west.pk, large.grid_li.pk, large.grid_wang.pk} <= set(beside)
    assert large.grid_wu.pk not in beside
    below = keys(selectors.grid_choices(actor=large.zhao, near=large.west.pk))
    assert large.grid_wu.pk in below
    assert large.grid_li.pk not in below


@pytest.mark.parametrize("query", ["", "?grid=1&staff=1&mode=door"])
def test_a_page_reads_its_choices_once_and_a_part_of_it_not_at_all(large, client, query):
    client.force_login(large.zhao)
    client.get("/visits/")
    with CaptureQueriesContext(connection) as whole:
        assert client.get(f"/visits/{query}").status_code == 200
    asked = [one["sql"] for one in whole]
    assert len(asked) == len(set(asked))
    assert sum('FROM "grids_assignment"' in sql and "DISTINCT" in sql for sql in asked) == 2
    with CaptureQueriesContext(connection) as part:
        client.get("/visits/", headers={"HX-Request": "true"})
    assert not any("DISTINCT" in one["sql"] for one in part)


def test_a_large_bank_offers_the_people_of_the_chosen_grid_and_the_chosen_person(large):
    assert selectors.staff_choices(actor=large.zhao) == []
    assert large.li.pk in keys(selectors.staff_choices(actor=large.zhao, grid_id=large.grid_li.parent_id))
    assert keys(selectors.staff_choices(actor=large.zhao, staff_id=large.wang.pk)) == [large.wang.pk]


def test_somebody_who_left_is_offered_while_there_are_visits_of_his(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    gone = UserFactory(name="离岗")
    AssignmentFactory(grid=cast.grid_li, user=gone, part="helper", valid_to=yesterday)
    VisitFactory(customer=person_in(cast.grid_li), staff=gone)
    offered = partial(selectors.staff_choices, staff_id=gone.pk)
    assert offered(actor=cast.li)[-1] == (gone.pk, "离岗")
    assert gone.pk not in keys(selectors.staff_choices(actor=cast.li))
    # his visits are out of sight there, and so is he
    assert gone.pk not in keys(offered(actor=cast.wu))


def test_the_page_shows_the_visits_of_somebody_who_left_as_the_interface_does(cast, client):
    gone = UserFactory(name="离岗")
    visits = [VisitFactory(customer=person_in(cast.grid_li), staff=gone) for _ in range(2)]
    VisitFactory(customer=person_in(cast.grid_li), staff=cast.li)
    client.force_login(cast.chen)
    page = client.get("/visits/", {"staff": gone.pk})
    assert {f'id="visit-{visit.pk}"' in page.text for visit in visits} == {True}
    assert page.text.count('<tr id="visit-') == 2
    assert f'<option value="{gone.pk}" selected>离岗</option>' in page.text
    found = client.get("/api/v1/visits/", {"staff": gone.pk}).json()["results"]
    assert {row["id"] for row in found} == {str(visit.pk) for visit in visits}
    client.force_login(cast.wu)
    assert "离岗" not in client.get("/visits/", {"staff": gone.pk}).text
