"""Corrections: a new version, the old one kept, what hangs on the visit brought along."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import Household
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Assignment
from needs.models import Need
from needs.services import need_close
from products.models import Offer
from tests.factories import CustomerFactory, ProductFactory
from tests.visits.bodies import agreed, person_in, visit_json
from tests.visits.stored import everything, one, statuses
from visits import selectors
from visits.models import Visit, VisitVersion
from visits.presenting.bodies import versions_shown
from visits.services import NotCorrected, visit_correct, visits_sync


@pytest.fixture
def sent(cast, person):
    product = ProductFactory()
    body = visit_json(
        person, note="一", offers=[{"product": product.pk, "result": "offered"}], needs=[{"text": "牛"}]
    )
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["created"]
    return body


def correct(actor, body, reason="记错了", **changes):
    return visit_correct(actor=actor, visit=one(Visit), body={**body, **changes}, reason=reason)


def test_a_correction_keeps_what_stood_before(cast, person, sent):
    other = ProductFactory()
    before = one(Visit)
    due = str(timezone.localdate() + timedelta(days=5))
    ended = correct(
        cast.li, sent, note="二", mode="phone",
        offers=[{"product": sent["offers"][0]["product"], "result": "accepted"}, {"product": other.pk, "result": "refused"}],
        needs=[{"text": "牛", "due_on": due}, {"text": "换卡"}],
    )  # fmt: skip
    visit = one(Visit)
    assert (visit.note, visit.mode, visit.version, visit.body_hash) == ("二", "phone", 2, before.body_hash)
    assert (ended.version, ended.reason, ended.replaced_by) == (1, "记错了", cast.li)
    old = json.loads(one(VisitVersion).body)
    assert (old["note"], old["mode"], old["offers"], old["needs"]) == (
        "一", "door", [{"product": sent["offers"][0]["product"], "result": "offered"}], [{"text": "牛", "due_on": None}],
    )  # fmt: skip
    assert {offer.product_id: offer.result for offer in everything(Offer)} == {
        sent["offers"][0]["product"]: "accepted",
        other.pk: "refused",
    }
    assert {(need.text, str(need.due_on)) for need in everything(Need)} == {("牛", due), ("换卡", "None")}
    event = AuditEvent.objects.get(action="visit.corrected")
    assert event.details == {"fields": ["mode", "needs", "note", "offers"], "version": 2}
    # the laptop that sends the first body again is still told: stored
    assert statuses(visits_sync(actor=cast.li, bodies=[sent])) == ["duplicate"]


def test_the_same_correction_twice_is_one_version(cast, sent):
    assert correct(cast.li, sent, note="二") is not None
    assert correct(cast.li, sent, note="二") is None
    assert one(Visit).version == 2


def test_nobody_met_after_all_moves_the_last_meeting_back(cast, person, sent):
    assert one(Household).last_met_on is not None
    earlier = timezone.now() - timedelta(days=9)
    visits_sync(actor=cast.li, bodies=[visit_json(person, started_at=earlier.isoformat())])
    visit = selectors.visit_list(actor=cast.li).get(pk=sent["id"])
    visit_correct(actor=cast.li, visit=visit, body={**sent, "met": False}, reason="没见到")
    assert one(Household).last_met_on == timezone.localdate(earlier)


def test_a_need_that_was_closed_stays(cast, sent):
    need_close(actor=cast.li, need=one(Need), status="done", outcome="已办")
    correct(cast.li, sent, needs=[])
    assert one(Need).status == "done"


def lines():
    return [(need.text, need.due_on and str(need.due_on)) for need in everything(Need)]


def days(*numbers):
    return [str(timezone.localdate() + timedelta(days=number)) for number in numbers]


def named():
    return [
        {"text": need.text, "due_on": need.due_on and str(need.due_on), "row": need.pk}
        for need in everything(Need)
    ]


def test_of_two_needs_in_the_same_words_the_one_that_is_emptied_goes(cast, person):
    early, late = days(5, 20)
    body = visit_json(person, needs=[{"text": "贷款", "due_on": early}, {"text": "贷款", "due_on": late}])
    visits_sync(actor=cast.li, bodies=[body])
    for way in (named()[:1], body["needs"][:1]):
        correct(cast.li, body, needs=way)
        assert lines() == [("贷款", early)]


@pytest.mark.parametrize("by_row", [True, False])
def test_a_need_in_the_words_of_another_is_a_second_one(cast, person, by_row):
    early, late = days(5, 20)
    body = visit_json(person, needs=[{"text": "贷款", "due_on": early}])
    visits_sync(actor=cast.li, bodies=[body])
    (first,) = everything(Need)
    stands = named() if by_row else body["needs"]
    correct(cast.li, body, needs=[*stands, {"text": "贷款", "due_on": late}])
    assert lines() == [("贷款", early), ("贷款", late)]
    assert everything(Need)[0].pk == first.pk


def test_a_misspelt_need_is_mended_and_stays_the_same(cast, sent):
    (need,) = everything(Need)
    correct(cast.li, sent, needs=[{"text": "买牛", "row": need.pk}])
    (same,) = everything(Need)
    assert (same.pk, same.text) == (need.pk, "买牛")


def test_of_two_that_swap_their_days_each_keeps_its_words(cast, person):
    early, late = days(5, 20)
    body = visit_json(person, needs=[{"text": "贷款", "due_on": early}, {"text": "买牛", "due_on": late}])
    visits_sync(actor=cast.li, bodies=[body])
    first, second = named()
    correct(cast.li, body, needs=[{**first, "due_on": late}, {**second, "due_on": early}])
    assert {(need.pk, need.text, str(need.due_on)) for need in everything(Need)} == {
        (first["row"], "贷款", late),
        (second["row"], "买牛", early),
    }


def test_a_row_of_another_visit_is_not_this_ones(cast, person, sent):
    (need,) = everything(Need)
    other = visit_json(person, needs=[{"text": "换卡"}])
    visits_sync(actor=cast.li, bodies=[other])
    with waive_scope("test"):
        visit = Visit.objects.get(pk=other["id"])
    visit_correct(
        actor=cast.li,
        visit=visit,
        body={**other, "needs": [{"text": "修路", "row": need.pk}]},
        reason="记错了",
    )
    assert [line[0] for line in lines()] == ["牛", "修路"]


def test_what_a_need_has_of_its_visit_follows_a_correction(cast, person, sent):
    """The day it was raised and whose it is were derived from the visit's."""
    other = CustomerFactory(household=person.household, created_at=person.created_at)
    at = timezone.now() - timedelta(hours=30)
    correct(cast.li, sent, started_at=at.isoformat(), customer=other.pk)
    (need,) = everything(Need)
    (offer,) = everything(Offer)
    assert (need.raised_on, need.customer_id) == (timezone.localdate(at), other.pk)
    assert (offer.offered_on, offer.customer_id) == (timezone.localdate(at), other.pk)


def test_an_open_need_that_was_never_asked_for_goes(cast, sent):
    correct(cast.li, sent, needs=[], offers=[])
    assert (everything(Need), everything(Offer)) == ([], [])


def test_the_author_and_his_branch_manager_may_others_not(cast, sent):
    for actor, error in (
        (cast.wang, Http404),
        (cast.wu, Http404),
        (cast.zhou, Http404),
        (cast.zhao, PermissionDenied),
    ):
        with pytest.raises(error):
            correct(actor, sent, note="二")
    assert one(Visit).version == 1
    assert correct(cast.chen, sent, note="二").replaced_by == cast.chen
    assert one(Visit).staff == cast.li


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, "电话13800138000", "\x00"])
def test_a_reason_is_asked_for(cast, sent, reason):
    with pytest.raises(NotCorrected) as caught:
        correct(cast.li, sent, reason=reason, note="二")
    assert list(caught.value.errors) == ["reason"]
    assert one(Visit).version == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("met", "true"), ("customer", 10**9), ("started_at", "2999-01-01T00:00:00Z"), ("started_at", "2001-01-01T00:00:00Z")],
)  # fmt: skip
def test_a_wrong_correction_is_refused_by_field(cast, sent, field, value):
    with pytest.raises(NotCorrected) as caught:
        correct(cast.li, sent, **{field: value})
    assert list(caught.value.errors) == [field]


def test_a_correction_stays_in_its_household_and_in_sight(cast, sent):
    for grid in (cast.grid_li, cast.grid_wu):
        with pytest.raises(NotCorrected) as caught:
            correct(cast.li, sent, customer=person_in(grid).pk)
        assert caught.value.field == "customer"


def test_two_people_correcting_the_same_version(cast, sent):
    visit = one(Visit)
    visit_correct(actor=cast.li, visit=visit, body={**sent, "note": "二"}, reason="a", version=1)
    with pytest.raises(Refused):
        visit_correct(actor=cast.chen, visit=visit, body={**sent, "note": "三"}, reason="b", version=1)
    assert one(Visit).note == "二"


def days_ago(days):
    return (timezone.now() - timedelta(days=days)).isoformat()


def assigned_since(user, days):
    since = timezone.localdate() - timedelta(days=days)
    with waive_scope("a test moves the days of an assignment"):
        Assignment.objects.filter(user=user).update(valid_from=since)


def test_a_manager_who_came_later_corrects_what_was_before_him(cast, person):
    """When a visit may have been is a question about who made it."""
    assigned_since(cast.chen, 2)
    body = visit_json(person, started_at=days_ago(6))
    visits_sync(actor=cast.li, bodies=[body])
    assert correct(cast.chen, body, started_at=days_ago(7)).replaced_by == cast.chen


def test_an_old_visit_whose_time_would_be_refused_today_is_corrected_otherwise(cast, person):
    """His first day here was moved since: the time stays as it is, the note may be put right."""
    body = visit_json(person, started_at=days_ago(6))
    visits_sync(actor=cast.li, bodies=[body])
    assigned_since(cast.li, 2)
    assert correct(cast.li, body, note="二") is not None
    with pytest.raises(NotCorrected) as caught:
        correct(cast.li, body, note="三", started_at=days_ago(7))
    assert list(caught.value.errors) == ["started_at"]


def test_a_manager_moves_no_visit_before_its_author_came(cast, person):
    assigned_since(cast.li, 2)
    body = visit_json(person)
    visits_sync(actor=cast.li, bodies=[body])
    said = {}
    for actor in (cast.chen, cast.li):
        with pytest.raises(NotCorrected) as caught:
            correct(actor, body, started_at=days_ago(6))
        said[actor] = caught.value.errors["started_at"]
    assert said == {
        cast.chen: ["走访日期早于走访人首次定员的日期。"],
        cast.li: ["走访日期早于您首次定员的日期。"],
    }


def test_a_correction_adds_no_place_that_nobody_agreed_to(cast, person, sent):
    place = {"latitude": 25.8, "longitude": 107.3, "accuracy_m": 35}
    assert correct(cast.li, sent, **place) is None
    assert correct(cast.li, sent, note="二", **place) is not None
    assert one(Visit).latitude is None
    agreed(person)
    assert correct(cast.li, sent, note="二", **place) is not None
    assert (one(Visit).latitude, one(Visit).accuracy_m) == (25.8, 35.0)


def test_a_note_that_cannot_be_read_stays_when_something_else_is_corrected(cast, sent):
    with connection.cursor() as cursor:
        cursor.execute("update visits_visit set note = 'broken'")
    visit = one(Visit)
    assert visit.note == "不可读"
    assert correct(cast.li, sent, note="不可读", mode="phone") is not None
    with connection.cursor() as cursor:
        cursor.execute("select note, mode from visits_visit")
        assert cursor.fetchall() == [("broken", "phone")]
    with connection.cursor() as cursor:
        cursor.execute("update visits_visitversion set body = 'broken'")
    assert versions_shown(actor=cast.li, visit=one(Visit)) == []
