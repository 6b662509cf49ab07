"""Bodies that arrived and wait: they leave the list when their visit is there, or when somebody puts them aside."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Assignment
from tests.factories import AssignmentFactory, VisitFactory
from tests.visits.bodies import hours, person_in, visit_json
from tests.visits.stored import one, statuses
from visits import selectors
from visits.enums import HoldReason
from visits.models import HeldVisit, Visit
from visits.services import held_put_aside, visits_sync


def waiting(actor):
    return list(selectors.held_list(actor=actor))


def test_a_parked_visit_sent_with_its_right_time_no_longer_waits(cast, parked):
    assert len(waiting(cast.li)) == 1
    assert statuses(visits_sync(actor=cast.li, bodies=[{**parked, "started_at": hours(-1)}])) == ["created"]
    assert waiting(cast.li) == []


@pytest.mark.parametrize("days", [500, 5])
def test_so_does_one_that_was_dated_too_early(cast, person, days):
    """Before the archive, and before the person came."""
    since = timezone.localdate() - timedelta(days=3)
    AssignmentFactory(user=cast.sun, grid=cast.grid_li, part="helper", valid_from=since)
    early = visit_json(person, started_at=hours(-24 * days))
    assert statuses(visits_sync(actor=cast.sun, bodies=[early])) == ["parked"]
    visits_sync(actor=cast.sun, bodies=[{**early, "started_at": hours(-1)}])
    assert waiting(cast.sun) == []


def test_several_tries_of_one_visit_go_together(cast, parked):
    visits_sync(actor=cast.li, bodies=[{**parked, "started_at": hours(7)}])
    assert len(waiting(cast.li)) == 2
    visits_sync(actor=cast.li, bodies=[{**parked, "started_at": hours(-1)}])
    assert waiting(cast.li) == []


def test_a_conflict_waits_although_a_visit_has_its_number(cast, person):
    body = visit_json(person, note="一")
    visits_sync(actor=cast.li, bodies=[body, {**body, "note": "二"}])
    assert [held.reason for held in waiting(cast.li)] == ["conflict"]


@pytest.mark.parametrize("reason", HoldReason.values)
@pytest.mark.parametrize("same", [(True, True), (True, False), (False, True), (False, False)])
def test_what_is_stored_answers_its_own_body_and_a_wrong_date_by_its_number(
    cast, parked, person, reason, same
):
    """Said in one line: one's own visit of that number, and in a conflict of that body."""
    same_body, same_person = same
    held = one(HeldVisit)
    HeldVisit.objects.visible_to(cast.li).update(reason=reason)
    digest = held.body_hash if same_body else "0" * 64
    VisitFactory(
        id=held.visit_id, customer=person, staff=cast.li if same_person else cast.wu, body_hash=digest
    )
    answered = same_person and (same_body or reason != HoldReason.CONFLICT)
    assert waiting(cast.li) == ([] if answered else [held])


def test_somebody_elses_visit_of_the_same_number_takes_nothing_off_the_list(cast, parked):
    theirs = visit_json(person_in(cast.grid_wu), id=parked["id"])
    assert statuses(visits_sync(actor=cast.wu, bodies=[theirs])) == ["created"]
    assert len(waiting(cast.li)) == 1


def test_nothing_comes_back_when_one_leaves_the_grid(cast, parked):
    visits_sync(actor=cast.li, bodies=[{**parked, "started_at": hours(-1)}])
    with waive_scope("a test ends an assignment"):
        Assignment.objects.filter(user=cast.li).update(valid_to=timezone.localdate() - timedelta(days=1))
    assert not Visit.objects.visible_to(cast.li).exists()
    assert waiting(cast.li) == []


def test_one_is_put_aside_with_a_reason_and_kept(cast, parked):
    (held,) = waiting(cast.li)
    assert held_put_aside(actor=cast.li, held=held, reason=" 已另行登记 ") is True
    assert waiting(cast.li) == []
    kept = one(HeldVisit)
    assert (kept.put_aside_reason, kept.body) == ("已另行登记", held.body)
    assert kept.put_aside_at is not None
    event = AuditEvent.objects.get(action="visit.held_put_aside")
    assert event.details == {"visit": parked["id"], "reason": "已另行登记"}
    # a second click, and the laptop that sends it again
    assert held_put_aside(actor=cast.li, held=held, reason="别的") is False
    assert one(HeldVisit).put_aside_reason == "已另行登记"
    assert statuses(visits_sync(actor=cast.li, bodies=[parked])) == ["parked"]
    assert waiting(cast.li) == []
    assert AuditEvent.objects.filter(action="visit.held_put_aside").count() == 1


def test_what_was_put_aside_can_still_be_stored(cast, parked):
    held_put_aside(actor=cast.li, held=waiting(cast.li)[0], reason="时钟有误")
    assert statuses(visits_sync(actor=cast.li, bodies=[{**parked, "started_at": hours(-1)}])) == ["created"]


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, "电话13800138000", "\x00"])
def test_a_reason_is_asked_for(cast, parked, reason):
    (held,) = waiting(cast.li)
    with pytest.raises(Refused) as caught:
        held_put_aside(actor=cast.li, held=held, reason=reason)
    assert caught.value.field == "reason"
    assert waiting(cast.li) == [held]


def test_only_ones_own(cast, parked):
    (held,) = waiting(cast.li)
    for actor in (cast.chen, cast.zhao, cast.wu):
        with pytest.raises(Http404):
            held_put_aside(actor=actor, held=held, reason="不是我的")
