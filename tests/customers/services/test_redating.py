"""A wrong day of an account or an app step is put right with a reason, before its month is final or listed after."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers.enums import Evidence
from customers.services import app_milestone_set, customer_account_opened, step_day_correct
from customers.services.claims import claims_decide
from gridbank.errors import StaleEdit
from gridbank.scoping import waive_scope
from performance import facts, services
from performance.models import LateChange
from tests.customers.filling import refused
from tests.factories import CustomerFactory, HouseholdFactory
from tests.performance.world import MONTH, customer, household

TODAY = timezone.localdate


@pytest.fixture
def person(cast, home):
    return CustomerFactory(
        household=home, customer_since=date(2026, 9, 9), opened_by=cast.li, app_downloaded_on=date(2026, 9, 5),
        app_verified_on=date(2026, 9, 7), app_activated_by=cast.li,
    )  # fmt: skip


def correct(actor, person, step="customer_since", day=date(2026, 9, 8), **more):
    wanted = {"version": person.version, "reason": "日期写错", **more}
    return step_day_correct(actor=actor, customer=person, step=step, day=day, **wanted)


def test_the_day_is_put_right_and_told(cast, person):
    done = correct(cast.li, person)
    assert (done.customer_since, done.opened_by, done.version) == (date(2026, 9, 8), cast.li, 2)
    event = AuditEvent.objects.last()
    assert (event.action, event.details) == (
        "customer.day_corrected",
        {"fields": {"customer_since": ["2026-09-09", "2026-09-08"]}, "reason": "日期写错", "version": 2},
    )


def test_what_never_happened_is_taken_out_with_its_credit(cast, person):
    done = correct(cast.li, person, "app_verified_on", None)
    assert (done.app_verified_on, done.app_activated_by) == (None, None)
    done = correct(cast.li, done, "customer_since", None)
    assert (done.customer_since, done.opened_by) == (None, None)
    assert done.app_downloaded_on == date(2026, 9, 5)


def test_the_steps_stay_in_order_and_before_tomorrow(cast, person):
    for step, day in (
        ("app_downloaded_on", date(2026, 9, 8)), ("app_downloaded_on", None), ("app_verified_on", date(2026, 9, 4)),
        ("customer_since", TODAY() + timedelta(days=1)),
    ):  # fmt: skip
        refused("day", correct, actor=cast.li, person=person, step=step, day=day)
    refused("reason", correct, actor=cast.li, person=person, reason=" ")
    refused("reason", correct, actor=cast.li, person=person, reason="电话13912345678")
    refused("step", correct, actor=cast.li, person=person, step="app_informed_on")
    refused("step", correct, actor=cast.li, person=person, step="birth_date")
    with pytest.raises(StaleEdit):
        correct(cast.li, person, version=9)


def test_what_somebody_else_is_credited_with_is_the_branchs_to_correct(cast, home):
    theirs = CustomerFactory(household=home, customer_since=date(2026, 9, 9), opened_by=cast.wang)
    with pytest.raises(PermissionDenied, match="陈刚"):
        correct(cast.li, theirs)
    assert correct(cast.chen, theirs).opened_by == cast.wang
    unseen = CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu), customer_since=date(2026, 9, 9))
    for actor in (cast.li, cast.sun):
        with pytest.raises(Http404):
            correct(actor, unseen)


def test_a_final_month_stays_and_lists_it_and_the_account_never_earns_again(cast):
    person = customer(household(cast.grid_li), customer_since=date(2026, 9, 9), opened_by=cast.li)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)
    correct(cast.li, person, day=date(2026, 10, 8))
    with waive_scope("test"):
        (change,) = LateChange.objects.all()
    assert change.changes == {"customer_since": ["2026-09-09", "2026-10-08"]}
    run = services.run_compute(bank=cast.root, month=date(2026, 10, 1))
    assert [row for row in facts.sums_of(run.pk) if row.indicator == "new_customers"] == []


def test_a_month_not_yet_published_is_to_be_computed_again(cast):
    person = customer(household(cast.grid_li), customer_since=date(2026, 9, 9), opened_by=cast.li)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    correct(cast.li, person, day=date(2026, 10, 8))
    with pytest.raises(services.NotAsComputed):
        services.period_publish(actor=cast.zhao, period=period)


def test_the_page_offers_what_is_recorded(li, cast, person):
    address = f"/customers/{person.pk}/days/"
    assert address in li.get(person.household.get_absolute_url()).text
    page = li.get(address).text
    assert ("2026-09-09" in page, "2026-09-07" in page, 'value="app_informed_on"' in page) == (
        True,
        True,
        False,
    )
    body = {"version": 1, "step": "customer_since", "reason": "日期写错"}
    assert li.post(address, body).status_code == 422
    assert li.post(address, {**body, "day": "2026-09-08", "undone": "on"}).status_code == 422
    assert li.post(address, {**body, "day": "2026-09-08"}).status_code == 302
    assert li.post(address, {**body, "version": 2, "undone": "on"}).status_code == 302
    person.refresh_from_db()
    assert (person.customer_since, person.version) == (None, 3)


def claims(person):
    with waive_scope("test"):
        return list(person.claims.order_by("pk").values_list("kind", "day", "state", "entered_by", "earner"))


@pytest.mark.parametrize(
    ("step", "kind", "column"),
    [("customer_since", "account", "account_evidence"), ("app_verified_on", "verified", "app_evidence")],
)
def test_what_was_confirmed_of_the_old_day_is_only_claimed_of_the_new(cast, home, step, kind, column):
    today = TODAY()
    person = CustomerFactory(household=home, app_downloaded_on=today - timedelta(days=9))
    if step == "customer_since":
        customer_account_opened(actor=cast.li, customer=person, day=today)
    else:
        app_milestone_set(actor=cast.li, customer=person, step="verified", day=today)
    with waive_scope("test"):
        (claim,) = person.claims.all()
    claims_decide(actor=cast.chen, claims=[claim.pk], verdict=Evidence.CONFIRMED)
    person.refresh_from_db()
    assert getattr(person, column) == Evidence.CONFIRMED
    done = correct(cast.chen, person, step, today - timedelta(days=1))
    assert getattr(done, column) == Evidence.CLAIMED
    old, new = (today, Evidence.WITHDRAWN), (today - timedelta(days=1), Evidence.CLAIMED)
    assert claims(person) == [
        (kind, *old, cast.li.pk, cast.li.pk), (kind, *new, cast.chen.pk, cast.li.pk),
    ]  # fmt: skip
    done = correct(cast.chen, done, step, None)
    assert getattr(done, column) is None
    assert [row[2] for row in claims(person)] == [Evidence.WITHDRAWN] * 2


def opened(cast, home, *, day, entered, confirmed=False):
    """An account of a day, entered on another."""
    person = CustomerFactory(household=home)
    customer_account_opened(actor=cast.li, customer=person, day=day)
    with waive_scope("test"):
        person.claims.update(entered_at=timezone.make_aware(datetime.combine(entered, time(9))))
        (claim,) = person.claims.all()
    if confirmed:
        claims_decide(actor=cast.chen, claims=[claim.pk], verdict=Evidence.CONFIRMED)
    person.refresh_from_db()
    return person


SEPTEMBER, OCTOBER = date(2026, 9, 28), date(2026, 10, 2)


@pytest.mark.parametrize(
    ("case", "before"),
    [
        # entered in October for September by mistake, and nobody had confirmed it
        ({"entered": OCTOBER}, None),
        # it was known in September
        ({"entered": SEPTEMBER}, SEPTEMBER),
        ({"entered": OCTOBER, "confirmed": True}, SEPTEMBER),
        # a slip isn't of last year
        ({"entered": OCTOBER, "day": date(2025, 9, 28)}, date(2025, 9, 28)),
    ],
)
def test_a_later_month_makes_no_old_customer_a_new_one(cast, home, case, before):
    person = opened(cast, home, **{"day": SEPTEMBER, **case})
    done = correct(cast.chen, person, day=OCTOBER)
    assert done.customer_before == before
    with waive_scope("test"):
        claim = done.claims.order_by("pk").last()
    # whoever confirms it sees what stood
    assert (claim.was, claim.day) == (case.get("day", SEPTEMBER), OCTOBER)


def test_who_stood_there_before_anybody_was_asked_is_an_old_customer(cast, person):
    done = correct(cast.li, person, day=date(2026, 10, 8))
    assert done.customer_before == date(2026, 9, 9)
    done = correct(cast.li, done, day=date(2026, 11, 8))
    assert done.customer_before == date(2026, 9, 9)
    with waive_scope("test"):
        assert list(done.claims.order_by("pk").values_list("was", flat=True)) == [date(2026, 9, 9)] * 2


def test_within_its_month_or_to_an_earlier_one_nobody_was_a_customer_before(cast, person):
    assert correct(cast.li, person, day=date(2026, 9, 29)).customer_before is None
    person.refresh_from_db()
    assert correct(cast.li, person, day=date(2026, 8, 29)).customer_before is None


def test_taken_out_and_entered_anew_he_is_as_old_as_he_was(cast, person, home):
    done = correct(cast.li, person, day=None)
    assert done.customer_before == date(2026, 9, 9)
    customer_account_opened(actor=cast.li, customer=done, day=date(2026, 11, 8))
    with waive_scope("test"):
        assert done.claims.get().was == date(2026, 9, 9)
    # what nobody had confirmed never was
    slip = opened(cast, home, day=SEPTEMBER, entered=SEPTEMBER)
    done = correct(cast.li, slip, day=None)
    assert done.customer_before is None
    customer_account_opened(actor=cast.li, customer=done, day=OCTOBER)
    with waive_scope("test"):
        assert done.claims.order_by("pk").last().was == SEPTEMBER


@pytest.mark.parametrize("is_taken_out_first", [True, False])
def test_what_was_denied_never_was_whichever_way_it_is_entered_anew(cast, home, is_taken_out_first):
    """An account of a month that is final was refuted; the one that he opened in October makes him a new customer."""
    person = opened(cast, home, day=SEPTEMBER, entered=SEPTEMBER)
    with waive_scope("test"):
        type(person).objects.update(id_digest="7" * 64)
        (claim,) = person.claims.all()
    claims_decide(actor=cast.chen, claims=[claim.pk], verdict=Evidence.REFUTED, reason="没有开户")
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)
    person.refresh_from_db()
    if is_taken_out_first:
        person = correct(cast.chen, person, day=None)
        customer_account_opened(actor=cast.li, customer=person, day=OCTOBER)
    else:
        correct(cast.chen, person, day=OCTOBER)
    person.refresh_from_db()
    assert person.customer_before is None
    with waive_scope("test"):
        claim = person.claims.order_by("pk").last()
    assert (claim.was, claim.state) == (SEPTEMBER, Evidence.CLAIMED)
    claims_decide(
        actor=cast.chen if is_taken_out_first else cast.zhao, claims=[claim.pk], verdict=Evidence.CONFIRMED
    )
    run = services.run_compute(bank=cast.root, month=date(2026, 10, 1))
    (row,) = [row for row in facts.sums_of(run.pk) if row.indicator == "new_customers"]
    assert row.numerator == 1


def test_what_was_confirmed_once_was_so_though_another_day_of_it_was_denied(cast, home):
    person = opened(cast, home, day=SEPTEMBER, entered=SEPTEMBER, confirmed=True)
    person = correct(cast.chen, person, day=date(2026, 9, 27))
    with waive_scope("test"):
        claim = person.claims.order_by("pk").last()
    claims_decide(actor=cast.zhao, claims=[claim.pk], verdict=Evidence.REFUTED, reason="不是这天")
    person.refresh_from_db()
    assert correct(cast.chen, person, day=OCTOBER).customer_before == date(2026, 9, 27)


def test_the_list_shows_what_stood_and_what_stands(client, cast, person):
    correct(cast.li, person, day=date(2026, 10, 8))
    client.force_login(cast.chen)
    page = " ".join(client.get("/customers/claims/").text.split())
    assert re.search(r"2026-09-09 →</span> <time[^>]*>2026-10-08|2026-09-09 →</span> .{0,60}2026-10-08", page)
