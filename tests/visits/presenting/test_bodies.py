"""What waits and what was said before, in words."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from gridbank.scoping import waive_scope
from grids.models import Assignment
from tests.factories import ProductFactory
from tests.visits.bodies import full_body, hours, person_in, visit_json
from visits import selectors
from visits.enums import Mode
from visits.models import Visit
from visits.presenting import bodies
from visits.services import visit_correct, visits_sync
from visits.services.rows import Belonging, to_visit


def test_what_waits_says_whom_when_and_how(cast, person, parked):
    (shown,) = bodies.held_page(actor=cast.li)
    assert (shown["customer"], shown["mode"], shown["content"]["met"]) == (person, "上门", True)
    assert shown["started_at"] == datetime.fromisoformat(parked["started_at"])
    assert str(shown["held"].visit_id) == parked["id"]
    for actor in (cast.chen, cast.wu, cast.sun):
        assert bodies.held_page(actor=actor) == []


def test_a_household_that_left_ones_sight_is_not_named(cast, person, parked):
    with waive_scope("a test ends an assignment"):
        Assignment.objects.filter(user=cast.li).update(valid_to=timezone.localdate() - timedelta(days=1))
    (shown,) = bodies.held_page(actor=cast.li)
    assert shown["customer"] is None
    assert shown["content"]["customer"] == person.pk


def test_no_more_wait_on_a_page_than_it_holds_the_newest_first(cast, person, monkeypatch):
    monkeypatch.setattr(bodies, "HELD_SHOWN", 2)
    sent = [visit_json(person, started_at=hours(8)) for _n in range(3)]
    for body in sent:
        visits_sync(actor=cast.li, bodies=[body])
    assert [str(shown["held"].visit_id) for shown in bodies.held_page(actor=cast.li)] == [
        sent[2]["id"], sent[1]["id"],
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 4])
def test_what_waits_is_read_at_once(cast, count, django_assert_num_queries):
    visits_sync(
        actor=cast.li,
        bodies=[visit_json(person_in(cast.grid_li), started_at=hours(8)) for _n in range(count)],
    )
    bodies.held_page(actor=cast.li)
    with django_assert_num_queries(4):
        assert len(bodies.held_page(actor=cast.li)) == count


@pytest.fixture
def corrected(cast, person):
    """Return a visit that was corrected twice, the last time without its offers."""
    product = ProductFactory(name="惠农贷")
    body = visit_json(person, note="一", offers=[{"product": product.pk, "result": "accepted"}])
    visits_sync(actor=cast.li, bodies=[body])
    visit = Visit.objects.visible_to(cast.li).get()
    for changes in ({"note": "二", "mode": "phone"}, {"note": "三", "offers": []}):
        visit_correct(actor=cast.li, visit=visit, body={**body, **changes}, reason=f"改为{changes['note']}")
    return visit, product


def test_what_was_said_before_is_told_newest_first(cast, corrected):
    visit, _product = corrected
    shown = bodies.versions_shown(actor=cast.li, visit=visit)
    assert [(one["version"].version, one["content"]["note"], one["mode"]) for one in shown] == [
        (2, "二", "电话"), (1, "一", "上门"),
    ]  # fmt: skip
    assert [one["version"].reason for one in shown] == ["改为三", "改为二"]
    assert {one["started_at"] for one in shown} == {visit.started_at}
    assert [one["offers"] for one in shown] == [[("惠农贷", "已接受")]] * 2


def test_a_product_is_named_although_it_is_off_sale(cast, corrected):
    visit, product = corrected
    product.is_active = False
    product.save()
    assert bodies.versions_shown(actor=cast.li, visit=visit)[0]["offers"][0][0] == "惠农贷"


def test_nobody_else_is_told_what_was_said_before(cast, corrected):
    visit, _product = corrected
    assert bodies.versions_shown(actor=cast.wu, visit=visit) == []
    assert len(bodies.versions_shown(actor=cast.chen, visit=visit)) == 2
    assert selectors.version_list(actor=cast.zhao, visit=visit).count() == 2


def test_a_page_says_what_it_has_no_words_for(monkeypatch):
    """As if nothing had words: choices by their labels, what is empty not at all."""
    monkeypatch.setattr(bodies, "WORDED", {"customer_id"})
    visit = to_visit(
        full_body(next_on=None),
        Belonging(1, 3),
        grid_id=2,
        received_at=timezone.now(),
        is_late=True,
        located=(),
    )
    said = dict(bodies.more_of(visit))
    named = {name: Visit._meta.get_field(name).verbose_name for name in ("mode", "note", "next_on")}
    assert said[named["mode"]] == Mode.PHONE.label
    assert said[named["note"]] == "牛"
    assert named["next_on"] not in said
