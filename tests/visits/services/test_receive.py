"""Taking in visits: once each, whoever sends them how often."""

import json
import threading
import uuid
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connections, models
from django.db.models import QuerySet
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import Attribution, Household
from customers.services.households import household_met_corrected, households_met
from gridbank.context import request_scope
from grids import closing
from needs.models import Need
from products.models import Offer
from tests.factories import AssignmentFactory, CustomerFactory, ProductFactory, VisitFactory
from tests.people import make_cast
from tests.visits.bodies import agreed, hours, person_in, visit_json
from tests.visits.stored import events, everything, one, statuses
from visits import selectors
from visits.enums import HoldReason, Outcome
from visits.models import HeldVisit, Visit
from visits.services import MOST_AT_ONCE, visit_log, visits_sync


def test_a_visit_is_stored_with_what_follows_from_it(cast, person):
    product = ProductFactory()
    agreed(person)
    today = timezone.localdate()
    body = visit_json(
        person,
        started_at=timezone.now().isoformat(),
        note="谈到买牛",
        offers=[{"product": product.pk, "result": "accepted"}],
        needs=[{"text": "贷款五万", "due_on": str(today + timedelta(days=7))}],
        next_on=str(today + timedelta(days=30)),
        latitude=25.8,
        longitude=107.3,
        accuracy_m=35,
    )
    result = visit_log(actor=cast.li, body=body)
    assert (result.id, result.status, result.errors) == (body["id"], "created", {})
    visit, offer, need, home = one(Visit), one(Offer), one(Need), one(Household)
    assert str(visit.pk) == body["id"]
    assert (visit.staff, visit.grid, visit.household, visit.day, visit.mode, visit.met) == (
        cast.li, cast.grid_li, person.household, today, "door", True,
    )  # fmt: skip
    assert (visit.note, visit.version, visit.is_late, visit.latitude) == ("谈到买牛", 1, False, 25.8)
    assert (offer.product, offer.result, offer.staff, offer.grid, offer.offered_on, offer.origin) == (
        product, "accepted", cast.li, cast.grid_li, today, visit.pk,
    )  # fmt: skip
    assert (need.text, need.customer, need.raised_by, need.origin, need.due_on) == (
        "贷款五万", person, cast.li, visit.pk, today + timedelta(days=7),
    )  # fmt: skip
    assert home.last_met_on == today
    assert selectors.body_of(actor=cast.li, visit=visit).digest == visit.body_hash
    (received,) = events("visit.received")
    assert received == {"counts": {"created": 1}, "created": [body["id"]], "held": [], "out_of_sight": 0}


def test_a_visit_at_which_nobody_was_met_leaves_the_day_of_the_last_meeting(cast, person):
    visits_sync(actor=cast.li, bodies=[visit_json(person, met=False)])
    assert one(Household).last_met_on is None


def test_the_same_body_again_is_a_duplicate_and_nothing_is_doubled(cast, person):
    """F5: the answer was lost, the laptop sends again; key order and offsets may differ."""
    product = ProductFactory()
    body = visit_json(person, offers=[{"product": product.pk, "result": "offered"}], needs=[{"text": "换卡"}])
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["created"]
    count = AuditEvent.objects.count()
    again = dict(reversed(list(body.items())))
    assert statuses(visits_sync(actor=cast.li, bodies=[again, body])) == ["duplicate", "duplicate"]
    assert [len(everything(model)) for model in (Visit, Offer, Need, HeldVisit)] == [1, 1, 1, 0]
    assert AuditEvent.objects.count() == count


def test_a_duplicate_is_known_even_after_the_household_went_out_of_sight(cast, person):
    body = visit_json(person)
    visits_sync(actor=cast.li, bodies=[body])
    Household.objects.visible_to(cast.zhao).update(grid=cast.grid_wu)
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["duplicate"]


def test_the_same_id_with_another_body_is_a_conflict_and_both_are_kept(cast, person):
    """F2: the first wins."""
    body = visit_json(person, note="一")
    other = {**body, "note": "二"}
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["created"]
    for _time in range(2):
        assert statuses(visits_sync(actor=cast.li, bodies=[other])) == ["conflict"]
    assert one(Visit).note == "一"
    held = one(HeldVisit)
    assert (held.visit_id, held.staff, held.reason) == (one(Visit).pk, cast.li, HoldReason.CONFLICT)
    assert '"note":"二"' in held.body
    assert list(selectors.held_list(actor=cast.li)) == [held]
    assert not selectors.held_list(actor=cast.chen).exists()


def test_another_persons_id_is_a_conflict_that_tells_nothing(cast, person):
    body = visit_json(person, note="秘密")
    visits_sync(actor=cast.li, bodies=[body])
    mine = person_in(cast.grid_wang)
    for theirs in (body, visit_json(mine, id=body["id"])):
        (result,) = visits_sync(actor=cast.chen, bodies=[theirs])
        assert (result.status, list(result.errors)) == ("conflict", ["id"])
        assert "秘密" not in str(result.errors)
    (result,) = visits_sync(actor=cast.wang, bodies=[visit_json(mine, id=body["id"])])
    assert result.status == "conflict"
    (result,) = visits_sync(actor=cast.wang, bodies=[body])
    assert (result.status, list(result.errors)) == ("rejected", ["customer"])
    assert [visit.staff for visit in everything(Visit)] == [cast.li]


def test_the_same_id_twice_in_one_batch(cast, person):
    body = visit_json(person, note="一")
    other = {**body, "note": "二"}
    results = visits_sync(actor=cast.li, bodies=[body, other, body])
    assert statuses(results) == ["created", "conflict", "duplicate"]
    assert one(Visit).note == "一"


def test_an_unseen_customer_is_not_found_like_one_that_does_not_exist(cast, person):
    """A7; the batch's audit row counts the attempts."""
    stranger = person_in(cast.grid_wu)
    results = visits_sync(
        actor=cast.li, bodies=[visit_json(stranger), visit_json(person, customer=10**9), visit_json(person)]
    )
    assert statuses(results) == ["rejected", "rejected", "created"]
    assert results[0].errors == results[1].errors
    assert list(results[0].errors) == ["customer"]
    assert one(Visit).customer == person
    assert events("visit.received")[0]["out_of_sight"] == 2


@pytest.mark.parametrize("who", ["sun", "wu", "wang"])
def test_strangers_store_nothing(cast, person, who):
    assert statuses(visits_sync(actor=getattr(cast, who), bodies=[visit_json(person)])) == ["rejected"]
    assert everything(Visit) == []


def test_a_product_that_is_not_on_sale_is_not_found(cast, person):
    gone = ProductFactory(is_active=False)
    (result,) = visits_sync(
        actor=cast.li, bodies=[visit_json(person, offers=[{"product": gone.pk, "result": "offered"}])]
    )
    assert (result.status, list(result.errors)) == ("rejected", ["offers.0.product"])


def test_one_bad_row_never_stops_the_rest(cast, person):
    """F4."""
    bodies = [visit_json(person) for _n in range(MOST_AT_ONCE)]
    bodies[250] = visit_json(person, met="true")
    results = visits_sync(actor=cast.li, bodies=bodies)
    assert statuses(results).count("created") == MOST_AT_ONCE - 1
    assert (results[250].status, list(results[250].errors)) == ("rejected", ["met"])
    assert [result.id for result in results] == [body["id"] for body in bodies]
    assert len(everything(Visit)) == MOST_AT_ONCE - 1
    with pytest.raises(ValueError, match="500"):
        visits_sync(actor=cast.li, bodies=[*bodies, visit_json(person)])


@pytest.mark.parametrize(
    ("ahead", "status"),
    [
        (timedelta(minutes=4), "created"),
        (timedelta(minutes=10), "parked"),
        (timedelta(days=1), "parked"),
        (timedelta(days=365 * 7000), "parked"),
    ],
)
def test_a_visit_from_the_future_is_parked(cast, person, ahead, status):
    """F7."""
    body = visit_json(person, started_at=(timezone.now() + ahead).isoformat())
    (result,) = visits_sync(actor=cast.li, bodies=[body])
    assert result.status == status
    assert [held.reason for held in everything(HeldVisit)] == (["clock"] if status == "parked" else [])


def test_a_visit_before_the_archive_or_the_person_is_parked(cast, person):
    """F8."""
    early = person_in(cast.grid_wu, ago=timedelta(days=4000))
    since = timezone.localdate() - timedelta(days=10)
    AssignmentFactory(user=cast.sun, grid=cast.grid_wu, part="helper", valid_from=since)
    when = (timezone.now() - timedelta(days=500)).isoformat()
    (before_archive,) = visits_sync(actor=cast.li, bodies=[visit_json(person, started_at=when)])
    (before_staff,) = visits_sync(actor=cast.sun, bodies=[visit_json(early, started_at=when)])
    assert (before_archive.status, before_staff.status) == ("parked", "parked")
    assert {held.reason for held in everything(HeldVisit)} == {"before_customer", "before_staff"}
    assert everything(Visit) == []


def test_a_parked_visit_is_stored_when_its_time_has_come_and_no_longer_waits(cast, person, monkeypatch):
    body = visit_json(person, started_at=(timezone.now() + timedelta(minutes=10)).isoformat())
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["parked"]
    later = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr("visits.services.receive.timezone.now", lambda: later)
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["created"]
    assert not selectors.held_list(actor=cast.li).exists()


def test_a_visit_of_a_closed_month_is_stored_as_late(cast, person, monkeypatch):
    """F10: it counts in no closed ranking."""
    asked = []

    def judge(grid, days):
        asked.extend((grid.root_id, day) for day in days)
        return [day for day in days if day < timezone.localdate() - timedelta(days=30)]

    monkeypatch.setattr(closing, "_judges", [])
    closing.register(judge)
    closing.register(judge)
    old = (timezone.now() - timedelta(days=40)).isoformat()
    bodies = [visit_json(person), visit_json(person, started_at=old), visit_json(person, started_at=old)]
    assert statuses(visits_sync(actor=cast.li, bodies=bodies)) == ["created"] * 3
    assert {visit.day: visit.is_late for visit in everything(Visit)} == {
        timezone.localdate(timezone.now() - timedelta(hours=1)): False,
        timezone.localdate(timezone.now() - timedelta(days=40)): True,
    }
    assert len(asked) == 2
    assert {root for root, _day in asked} == {cast.root.pk}


def test_months_are_held_in_one_order_whatever_arrives_first(cast, person, monkeypatch):
    """Two uploads that hold each other's months would wait for each other."""
    held = []
    monkeypatch.setattr(closing, "_judges", [lambda _grid, days: held.extend(days) or ()])
    days = [timezone.now() - timedelta(days=ago) for ago in (10, 200, 40, 100)]
    QuerySet(type(person)).filter(pk=person.pk).update(created_at=min(days))
    bodies = [visit_json(person, started_at=day.isoformat()) for day in days]
    for body, key in zip(bodies, sorted(uuid.uuid4() for _ in bodies), strict=True):
        body["id"] = str(key)
    assert statuses(visits_sync(actor=cast.li, bodies=bodies)) == ["created"] * 4
    assert len(held) == 4
    assert held == sorted(held)


def test_the_last_meeting_never_moves_back(cast, person):
    now, ago = timezone.now(), timezone.now() - timedelta(days=3)
    visits_sync(actor=cast.li, bodies=[visit_json(person, started_at=now.isoformat())])
    visits_sync(actor=cast.li, bodies=[visit_json(person, started_at=ago.isoformat())])
    assert one(Household).last_met_on == timezone.localdate(now)
    households_met({person.household_id: date(2020, 1, 1)})
    assert one(Household).last_met_on == timezone.localdate(now)
    household_met_corrected(household_id=person.household_id, day=None)
    assert one(Household).last_met_on is None


def test_a_row_the_database_refuses_is_told_apart_from_the_others(cast, person, monkeypatch):
    """The id was free when asked, and taken when inserted: the key decides, not the question."""
    theirs = VisitFactory(customer=person, staff=cast.wang)
    mine = visit_json(person)
    visits_sync(actor=cast.li, bodies=[mine])
    real, calls = selectors.taken_ids, []

    def blind(ids):
        calls.append(1)
        return {} if len(calls) == 1 else real(ids)

    monkeypatch.setattr(selectors, "taken_ids", blind)
    bodies = [visit_json(person), visit_json(person, id=str(theirs.pk)), mine, {**mine, "note": "二"}]
    assert statuses(visits_sync(actor=cast.li, bodies=bodies)) == [
        "created",
        "conflict",
        "duplicate",
        "conflict",
    ]
    assert len(everything(Visit)) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow(cast, person, count, django_assert_num_queries):
    product = ProductFactory()
    bodies = [
        visit_json(
            person, started_at=(timezone.now() - timedelta(days=3)).isoformat(),
            offers=[{"product": product.pk, "result": "offered"}], needs=[{"text": "牛"}],
        )
        for _n in range(count)
    ]  # fmt: skip
    with request_scope("test"), django_assert_num_queries(40):
        visits_sync(actor=cast.li, bodies=bodies)
    assert len(everything(Visit)) == count


def at_once(work, times):
    """Run the work in threads that start together; return what each gave."""
    gate, found = threading.Barrier(times), []

    def run(number):
        try:
            gate.wait()
            found.append(work(number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def patiently(call):
    for _time in range(20):
        try:
            return call()
        # SQLite: somebody else writes for longer than the timeout
        except OperationalError:
            continue
    raise AssertionError


@pytest.mark.django_db(transaction=True)
def test_one_visit_sent_a_hundred_times_at_once_is_stored_once():
    """F1."""
    cast = make_cast()
    body = visit_json(person_in(cast.grid_li), needs=[{"text": "牛"}])
    found = []
    for _round in range(5):
        found += at_once(lambda _n: patiently(lambda: visit_log(actor=cast.li, body=body)).status.value, 20)
    assert sorted(found) == ["created", *["duplicate"] * 99]
    assert [len(everything(model)) for model in (Visit, Need, HeldVisit)] == [1, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_batches_that_share_visits_in_another_order_end_without_deadlock():
    cast = make_cast()
    people = [person_in(cast.grid_li), person_in(cast.grid_li, "石小兰")]
    bodies = [visit_json(people[n % 2], id=str(uuid.UUID(int=n + 1, version=4))) for n in range(40)]
    orders = [bodies, bodies[::-1], bodies[20:] + bodies[:20], bodies[::2] + bodies[1::2]]
    found = at_once(
        lambda n: statuses(patiently(lambda: visits_sync(actor=cast.li, bodies=orders[n]))), len(orders)
    )
    flat = [status for result in found for status in result]
    assert (flat.count("created"), flat.count("duplicate")) == (40, 120)
    assert len(everything(Visit)) == 40


def test_whatever_order_they_come_in_they_are_stored_in_one(cast, person, django_assert_max_num_queries):
    """Two uploads that share visits wait for one another, and never each for the other."""
    bodies = sorted((visit_json(person) for _ in range(9)), key=lambda body: body["id"])
    with django_assert_max_num_queries(99) as asked:
        visits_sync(actor=cast.li, bodies=bodies[::-1])
    (stored,) = [query["sql"] for query in asked if query["sql"].startswith('INSERT INTO "visits_visit"')]
    places = [stored.replace("-", "").index(body["id"].replace("-", "")) for body in bodies]
    assert places == sorted(places)


PLACE = {"latitude": 25.8, "longitude": 107.3, "accuracy_m": 35}


def places() -> list[tuple[float | None, float | None, float | None]]:
    return list(
        models.QuerySet(Visit).order_by("received_at").values_list("latitude", "longitude", "accuracy_m")
    )


def test_where_it_was_is_kept_with_the_households_consent_only(cast, person):
    body = visit_json(person, **PLACE)
    result = visit_log(actor=cast.li, body=body)
    assert (result.status, result.errors, result.unplaced) == ("created", {}, True)
    assert places() == [(None, None, None)]
    # the same again is the same, whatever was kept of it
    again = visit_log(actor=cast.li, body=body)
    assert (again.status, again.unplaced) == ("duplicate", False)
    assert not visit_log(actor=cast.li, body=visit_json(person)).unplaced


@pytest.mark.parametrize("whose", ["his", "of his household"])
def test_anybody_of_the_household_may_agree(cast, person, whose):
    agreed(person if whose == "his" else CustomerFactory(household=person.household))
    assert not visit_log(actor=cast.li, body=visit_json(person, **PLACE)).unplaced
    assert places() == [(25.8, 107.3, 35.0)]


@pytest.mark.parametrize("why", ["withdrawn", "another purpose", "another household"])
def test_what_is_no_consent_to_it_keeps_no_place(cast, person, why):
    other = person_in(cast.grid_li)
    consent = agreed(
        other if why == "another household" else person, "account" if why == "another purpose" else "location"
    )
    if why == "withdrawn":
        consent.withdrawn_at = timezone.now()
        consent.save()
    assert visit_log(actor=cast.li, body=visit_json(person, **PLACE)).unplaced
    assert places() == [(None, None, None)]


def handed_on(person, grid) -> None:
    """Let the household have been in its grid until yesterday."""
    home, day = person.household, timezone.localdate()
    models.QuerySet(Attribution).create(
        household=home, grid=home.grid, valid_from=day - timedelta(days=90), valid_to=day - timedelta(days=1)
    )
    home.grid = grid
    home.save()


def ago(days: int) -> str:
    return (timezone.now() - timedelta(days=days)).isoformat()


def test_a_visit_made_while_the_household_was_his_is_kept_when_it_comes_after_the_transfer(cast, person):
    handed_on(person, cast.grid_wu)
    body = visit_json(person, started_at=ago(3), note="说好下周来")
    (result,) = visits_sync(actor=cast.li, bodies=[body])
    assert (result.status, list(result.errors)) == ("parked", ["customer"])
    held = one(HeldVisit)
    assert (held.staff, held.reason, "说好下周来" in held.body) == (cast.li, "handed_on", True)
    assert everything(Visit) == []
    assert list(selectors.held_list(actor=cast.li)) == [held]
    assert statuses(visits_sync(actor=cast.li, bodies=[body])) == ["parked"]
    assert len(everything(HeldVisit)) == 1


def test_what_was_never_his_stays_unknown(cast, person):
    """One of a day after the transfer, of somebody else's grid, of nobody at all: told apart by nothing."""
    handed_on(person, cast.grid_wu)
    stranger = person_in(cast.grid_wu)
    bodies = [
        visit_json(person), visit_json(stranger, started_at=ago(3)),
        {**visit_json(person, started_at=ago(3)), "customer": 999_999_999},
    ]  # fmt: skip
    results = visits_sync(actor=cast.li, bodies=bodies)
    assert statuses(results) == ["rejected"] * 3
    assert len({str(result.errors) for result in results}) == 1
    assert statuses(visits_sync(actor=cast.sun, bodies=[visit_json(person, started_at=ago(3))])) == [
        "rejected"
    ]
    assert everything(HeldVisit) == []


def test_what_waits_holds_no_position(cast):
    person = person_in(cast.grid_li)
    place = {"latitude": 25.83, "longitude": 107.32, "accuracy_m": 8.0}
    for parked in (True, False):
        # of a person who agreed as well: it is asked when the visit is stored
        body = visit_json(person, started_at=hours(5), **place)
        assert visit_log(actor=cast.li, body=body).status == Outcome.PARKED
        if parked:
            agreed(person)
    held = [json.loads(row.body) for row in models.QuerySet(HeldVisit)]
    assert [(body["latitude"], body["longitude"], body["accuracy_m"]) for body in held] == [
        (None, None, None)
    ] * 2
