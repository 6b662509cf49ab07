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

from customers.models import Customer, Household
from customers.services import app_milestone_set, customer_account_opened
from gridbank.scoping import waive_scope
from grids import closing
from grids.models import Assignment, Grid
from grids.services import assignment_transfer
from people.models import User
from performance import services
from tests.factories import OfferFactory
from tests.nets.site import BACKEND
from tests.people import Cast, make_cast
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


def publish(client, period, **more):
    period.refresh_from_db()
    body = {"run": period.current_run_id}
    address = f"/api/v1/periods/{period.pk}/publish/"
    return client.post(address, body, content_type="application/json", **more)


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
    assignment_transfer(actor=cast.zhao, grid=cast.grid_li, user=cast.wang, first_day=date(2026, 9, 30))


CHANGES = {
    "a visit": (lambda cast: visit(cast.li, people_of_li(cast)[3], 28), "李娜的走访覆盖率：核算时 2 / 4，现为 3 / 4"),
    "a correction": (lambda _cast: Visit.objects.filter(met=True).update(met=False), "走访覆盖率：.*条记录"),
    "a visit's day": (lambda _cast: Visit.objects.filter(day=date(2026, 9, 5)).update(day=date(2026, 9, 4)), "1 条"),
    "an offer": (
        lambda cast: OfferFactory(customer=people_of_li(cast)[0], staff=cast.li, offered_on=MONTH),
        "营销成功率：核算时 1 / 1，现为 1 / 2",
    ),
    "a customer": (lambda cast: people_of_li(cast).update(customer_since=MONTH), "李娜的新增客户：核算时 0，现为 5"),
    "a lead": (lambda cast: Assignment.objects.filter(grid=cast.grid_li).update(user=cast.sun), "李娜：姓名"),
    "a hand-over on a quiet day": (hand_over, "甲村的负责人：核算时 李娜 .*1日–.*30日，现为 李娜 .*1日–.*29日、王磊 "),
    "a target": (target, "李娜的目标（新增客户）：核算时 –，现为 1"),
    "a name": (lambda cast: User.objects.filter(pk=cast.li.pk).update(name="李安娜"), "李安娜：姓名、"),
    "a branch": (lambda cast: Grid.objects.filter(pk=cast.east.pk).update(name="东城支行"), "核算时为 东支行，现为 东城支行"),
    "an archive": (
        lambda cast: Household.objects.filter(grid=cast.grid_li).update(archived_on=None),
        "建档率：核算时 3 / 4，现为 0 / 4",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_since_the_computation_is_told_and_counted_first(client, cast, provisional, change):
    act, told = CHANGES[change]
    with waive_scope("test"):
        act(cast)
    with pytest.raises(services.NotAsComputed, match=told):
        services.period_publish(actor=cast.zhao, period=provisional)
    client.force_login(cast.zhao)
    page = client.post("/performance/2026-09/publish/")
    answer = publish(client, provisional)
    assert (page.status_code, answer.status_code) == (409, 409)
    assert re.search(told, unescape(page.text))
    assert re.search(told, answer.json()["detail"])
    services.run_compute(bank=cast.root, month=MONTH, again=True)
    assert publish(client, provisional).json()["status"] == "published"


def test_what_is_told_is_told_in_english_as_well(client, cast, provisional):
    target(cast)
    client.force_login(cast.zhao)
    answer = publish(client, provisional, headers={"Accept-Language": "en"})
    assert answer.json()["detail"].endswith("Target of 李娜, New customers: – then, 1 now.")


def test_what_counts_the_same_holds_nobody_up(cast, provisional):
    with waive_scope("test"):
        Household.objects.update(version=9)
        Customer.objects.update(version=9)
        visit(cast.li, people_of_li(cast)[0], 29)  # its household was visited before: nothing more is counted
        visit(cast.li, people_of_li(cast)[3], 30, is_late=True)
    assert services.period_publish(actor=cast.zhao, period=provisional).status == "published"


def test_what_came_in_too_late_is_told_and_listed(cast, provisional):
    services.period_publish(actor=cast.zhao, period=provisional)
    zhao = Client()
    zhao.force_login(cast.zhao, backend=BACKEND)
    assert services.verify_period(provisional).ok
    page = zhao.get("/performance/2026-09/").text
    listed = unescape(re.search(r'href="(/visits/\?[^"]*late=on[^"]*)"[^>]*>\s*公布后迟报走访 1 条', page)[1])
    rows = zhao.get(listed).context["rows"]
    assert [(row["when"], row["visit"]["is_late"]) for row in rows] == [("2026-09-12 10:00", True)]
    with waive_scope("test"):
        visit(cast.wu, Customer.objects.filter(household__grid=cast.grid_wu).first(), 30, is_late=True)
    assert "公布后迟报走访 2 条" in zhao.get("/performance/2026-09/").text
    chen = Client()
    chen.force_login(cast.chen, backend=BACKEND)
    assert "公布后迟报走访 1 条" in chen.get("/performance/2026-09/").text


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
    "a visit": lambda cast: closing.is_closed(cast.grid_li, MONTH),
    "an account": lambda cast: customer_account_opened(actor=cast.li, customer=person(cast), day=MONTH),
    "an app step": lambda cast: app_milestone_set(actor=cast.li, customer=person(cast), step="informed", day=MONTH),
    "a correction": lambda cast: correct(cast, day=7),
    "a correction to another month": lambda cast: correct(cast, month=11),
    "a target": target,
    "a hand-over": hand_over,
}  # fmt: skip
UNCOUNTED = {"a visit", "an app step"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", UNDER_WAY)
def test_what_is_under_way_and_whoever_publishes_wait_for_each_other(act):
    cast = make_cast()
    fill(cast)
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
    assert services.period_publish(actor=cast.zhao, period=period).status == "published"
    with transaction.atomic():
        assert closing.is_closed(cast.grid_li, MONTH)
