"""Nobody puts his name to a month while something of it came in that wasn't counted."""

import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from audit.outside import outside_explain
from customers.models import Customer
from customers.services import app_milestone_set, customer_account_opened
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids import closing
from grids.services import assignment_transfer
from performance import services
from performance.models import Score
from performance.plausibility import look_at, seal_of
from tests.nets.site import BACKEND
from tests.people import Cast, make_cast
from tests.performance.frozen import guard
from tests.performance.world import MONTH, fill, visit
from visits import selectors as visit_selectors
from visits.models import Visit
from visits.services import visit_correct


@pytest.fixture
def provisional(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH).period


def people_of_li(cast: Cast):
    return Customer.objects.filter(household__grid=cast.grid_li).order_by("pk")


def target(cast):
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    services.target_set(
        actor=cast.zhao,
        period=period,
        user=cast.li,
        grid=cast.grid_li,
        indicator="new_customers",
        value=Decimal(1),
    )


def hand_over(cast):
    """On the last day, on which nothing happened in 甲村."""
    assignment_transfer(actor=None, grid=cast.grid_li, user=cast.wang, first_day=date(2026, 9, 30))


def test_what_came_in_too_late_is_told_and_listed(cast, provisional):
    services.period_publish(actor=cast.zhao, period=provisional)
    zhao = Client()
    zhao.force_login(cast.zhao, backend=BACKEND)
    assert services.verify_period(provisional).ok
    page = zhao.get("/performance/2026-09/").text
    listed = unescape(re.search(r'href="(/visits/\?[^"]*late=on[^"]*)"[^>]*>\s*公布后迟报走访 1 条', page)[1])
    rows = re.findall(r'<tr[^>]* id="visit-.*?</tr>', zhao.get(listed).context["list"]["rows"], re.DOTALL)
    assert [("2026-09-12 10:00" in row, "迟报" in row) for row in rows] == [(True, True)]
    with waive_scope("test"):
        visit(cast.wu, Customer.objects.filter(household__grid=cast.grid_wu).first(), 30, is_late=True)
    assert "公布后迟报走访 2 条" in zhao.get("/performance/2026-09/").text
    chen = Client()
    chen.force_login(cast.chen, backend=BACKEND)
    assert "公布后迟报走访 1 条" in chen.get("/performance/2026-09/").text


@pytest.mark.parametrize("since", [date(2026, 9, 1), date(2019, 9, 1)])
def test_however_many_months_are_reached_they_are_held_by_two_questions(
    cast, provisional, since, django_assert_num_queries
):
    """Those that are over, under a lock, and the running one."""
    services.period_publish(actor=cast.zhao, period=provisional)
    days = closing.months_since(since)
    with django_assert_num_queries(2):
        assert {day.month for day in closing.hold(cast.grid_li, days)} == {MONTH.month}


def person(cast):
    with waive_scope("test"):
        return people_of_li(cast).first()


def correct(cast, **moved):
    with waive_scope("test"):
        row = Visit.objects.filter(staff=cast.li, met=True).order_by("day").first()
    body = json.loads(visit_selectors.body_of(actor=cast.li, visit=row).canonical)
    started = row.started_at.replace(**moved).isoformat()
    visit_correct(actor=cast.li, visit=row, body={**body, "started_at": started}, reason="日期写错")


# what somebody enters for a closed month while another is about to publish it
UNDER_WAY = {
    "a visit": lambda cast: closing.hold(cast.grid_li, [MONTH]),
    "an account": lambda cast: customer_account_opened(actor=cast.li, customer=person(cast), day=MONTH),
    "an app step": lambda cast: app_milestone_set(actor=cast.li, customer=person(cast), step="informed", day=MONTH),
    "a correction": lambda cast: correct(cast, day=7),
    "a correction to another month": lambda cast: correct(cast, month=11),
    "a target": target,
    "a hand-over": hand_over,
}  # fmt: skip
# an account is claimed until somebody else confirms it
UNCOUNTED = {"a visit", "an app step", "an account"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", UNDER_WAY)
def test_what_is_under_way_and_whoever_publishes_wait_for_each_other(act):
    cast = make_cast()
    fill(cast)
    outside_explain("a test's own world")
    period = services.run_compute(bank=cast.root, month=MONTH).period
    held, over = threading.Event(), threading.Event()

    def enter() -> None:
        try:
            with transaction.atomic():
                UNDER_WAY[act](cast)
                held.set()
                over.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        entering = pool.submit(enter)
        assert held.wait(10), entering.result()
        with pytest.raises(OperationalError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            # the month itself, before anything is compared
            services.period_publish(actor=cast.zhao, period=period)
        over.set()
        entering.result()
    if act not in UNCOUNTED:
        with pytest.raises(services.NotAsComputed):
            services.period_publish(actor=cast.zhao, period=period)
        services.run_compute(bank=cast.root, month=MONTH, again=True)
    # a target is somebody's word: it is looked at first
    looked_at = seal_of(look_at(cast.root, MONTH))
    published = services.period_publish(actor=cast.zhao, period=period, looked_at=looked_at)
    assert published.status == "published"
    with transaction.atomic():
        assert closing.hold(cast.grid_li, [MONTH])


def test_nobody_signs_scores_that_the_facts_do_not_give(client, cast, provisional):
    """Somebody who may write rows made a computation of his own, and put it in its place before it was published."""
    guard("drop")
    with waive_scope("test"):
        Score.objects.filter(subject_name="李娜", level="manager").update(total=Decimal(119), rank_bank=1)
    guard("create")
    with pytest.raises(Refused, match="与其计入的明细不符"):
        services.period_publish(actor=cast.zhao, period=provisional)
    services.run_compute(bank=cast.root, month=MONTH, again=True)
    provisional.refresh_from_db()
    assert services.period_publish(actor=cast.zhao, period=provisional).status == "published"
