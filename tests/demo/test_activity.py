"""What happened in the demo's months: visits with their offers and needs, products held."""

import random
import uuid
from collections import Counter
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from customers.models import Customer, Household
from demo import words
from demo.activity import Activity
from demo.bank import AssignmentPlan, BankPlan, GridPlan
from demo.calendar import SCALES, Span
from demo.rhythm import LOCAL, Call
from gridbank.scoping import waive_scope
from grids.models import Assignment
from needs.models import Need
from products.models import Holding, Offer
from tests.demo.seeded import TODAY, seed
from visits.models import Visit


@pytest.mark.django_db
def test_what_the_rooms_promise_holds():
    seed()
    call_command("verify_grids", verbosity=0)
    call_command("verify_audit", verbosity=0)
    with waive_scope("a test looks at every row"):
        visits = Visit.objects.select_related("household")
        assert visits.count() > 300
        for visit in visits:
            assert visit.grid_id == visit.household.grid_id
            assert Assignment.on(visit.day).filter(user=visit.staff_id, grid=visit.grid_id).exists()
            assert visit.started_at > visit.household.created_at
        days = Counter(visit.day.weekday() for visit in visits)
        assert min(days[1], days[3], days[5]) > max(days[0], days[2], days[4], days[6])
        met = {visit.household_id for visit in visits if visit.met}
        assert set(Household.objects.exclude(last_met_on=None).values_list("pk", flat=True)) == met


SPAN = Span(TODAY)


NOW = datetime.combine(TODAY, time(20, 45), LOCAL)


STAFF = {name: SimpleNamespace(pk=number) for number, name in enumerate(("li", "wang", "sun", "wu"), 1)}


LONG_AGO = date(2024, 1, 1)


def ground(code):
    return GridPlan(code, code, "manager")


def led(grid, username, first=LONG_AGO, last=None, part="lead"):
    return AssignmentPlan(grid, username, part, first, last)


def activity(*assignments, grids=("a", "b"), never_seen=(), idle=""):
    plan = BankPlan(
        grids=[ground(code) for code in grids],
        assignments=list(assignments),
        never_seen=set(never_seen),
        idle=idle,
    )
    rows = {code: SimpleNamespace(pk=number) for number, code in enumerate(grids, 100)}
    return Activity(
        seed=7, scale=SCALES["tiny"], span=SPAN, now=NOW, boss=None, plan=plan, users=STAFF, grids=rows, products=()
    )  # fmt: skip


def rounds(one):
    return {round_.grid_id: round_ for round_, _rng in one._rounds({100: [], 101: []})}


def test_a_grid_is_walked_by_whoever_leads_it_that_day():
    handed_over = date(2026, 8, 15)
    one = activity(led("a", "sun", last=handed_over - timedelta(days=1)), led("a", "wu", first=handed_over))
    lead_on = rounds(one)[100].lead_on
    assert lead_on[handed_over - timedelta(days=1)] == STAFF["sun"].pk
    assert lead_on[handed_over] == STAFF["wu"].pk
    assert set(lead_on) == set(SPAN.days())


def test_a_grid_without_a_lead_is_walked_by_nobody_and_one_never_seen_is_no_round():
    found = rounds(activity(led("b", "sun"), never_seen=["b"]))
    assert (list(found), found[100].lead_on) == ([100], {})


def test_the_idle_one_has_not_gone_out_this_month():
    lead_on = rounds(activity(led("a", "sun"), idle="sun"))[100].lead_on
    assert max(lead_on) == date(2026, 9, 30)
    assert max(rounds(activity(led("a", "sun")))[100].lead_on) == TODAY


def test_whoever_leads_several_grids_divides_his_visits():
    one = activity(led("a", "sun"), led("b", "wu", last=date(2026, 1, 1)), led("b", "sun"))
    assert [round_.share for round_ in rounds(one).values()] == [0.5, 0.5]
    assert one._monthly(rounds(one)[100]) == SCALES["tiny"].visits_a_month / 2
    alone = activity(led("a", "sun"), led("b", "wu"))
    assert alone._monthly(rounds(alone)[100]) == SCALES["tiny"].visits_a_month


def test_deputies_stand_in_and_only_some_are_shown():
    found = rounds(activity(led("a", "li"), led("a", "wu", part="deputy"), led("b", "sun")))
    assert (found[100].deputies, found[101].deputies) == ((STAFF["wu"].pk,), ())
    assert (found[100].shown, found[101].shown) == (True, False)


def call(days_ago, **more):
    given = {
        "id": uuid.UUID(int=1), "household_id": 5, "customer_id": 6, "staff_id": 7, "grid_id": 100,
        "started_at": NOW - timedelta(days=days_ago), "mode": "door", "met": True, "note": "x", "next_on": None,
        "position": None, "accuracy_m": None,
    }  # fmt: skip
    return Call(**{**given, **more})


def test_most_needs_are_met_some_are_dropped_and_a_few_stay_open():
    one, rng, due = activity(), random.Random(1), date(2026, 10, 1)
    rows = [one._need(rng, call(60), "买牛", due) for _ in range(1_000)]
    ended = {status: [row for row in rows if row.status == status] for status in ("open", "done", "dropped")}
    assert len(ended["done"]) > len(ended["dropped"]) > len(ended["open"]) * 0.5 > 0
    assert {row.outcome for row in ended["done"]} == set(words.OUTCOMES_DONE)
    assert {row.outcome for row in ended["dropped"]} == set(words.OUTCOMES_DROPPED)
    for row in rows:
        assert (row.household_id, row.customer_id, row.raised_by_id, row.due_on) == (5, 6, 7, due)
        if row.status == "open":
            assert (row.closed_at, row.closed_by_id, row.outcome) == (None, None, "")
        else:
            assert call(60).started_at < row.closed_at <= NOW
            assert row.closed_by_id == 7


def test_what_was_asked_for_today_is_not_done_yet():
    rng = random.Random(1)
    rows = [activity()._need(rng, call(0), "买牛", TODAY) for _ in range(100)]
    assert {row.status for row in rows} == {"open"}


def test_a_visit_becomes_what_the_app_would_have_sent():
    row = activity()._row(call(1, offers=((11, "accepted"),), position=(107.3, 25.8), accuracy_m=12.0))
    assert (row.body.longitude, row.body.latitude, row.body.accuracy_m) == (107.3, 25.8, 12.0)
    assert [(line.product_id, line.result) for line in row.body.offers] == [(11, "accepted")]
    assert (row.place.household_id, row.place.staff_id) == (5, 7)
    bare = activity()._row(call(1)).body
    assert (bare.longitude, bare.latitude, bare.offers) == (None, None, ())


@pytest.mark.django_db
def test_what_people_hold_and_asked_for_follows_from_what_happened():
    seed()
    with waive_scope("a test looks at every row"):
        held = set(Holding.objects.values_list("customer_id", "product__code"))
        people = list(Customer.objects.all())
        for person in people:
            if person.customer_since:
                assert (person.pk, "DEBITCARD") in held
                assert not person.app_verified_on or (person.pk, "MOBILE") in held
        accepted = set(Offer.objects.filter(result="accepted").values_list("customer_id", "product__code"))
        assert accepted
        assert accepted <= held
        assert max(Holding.objects.values_list("since", flat=True)) <= TODAY
        for need in Need.objects.select_related("customer"):
            assert need.origin is not None
            assert need.customer.household_id == need.household_id
            assert (need.status == "open") == (need.closed_at is None)
