"""Nobody puts his name to a month while something of it came in that wasn't counted."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from customers.models import Customer, Household
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Assignment
from performance import services
from tests.factories import OfferFactory
from tests.nets.site import BACKEND
from tests.people import Cast, make_cast
from tests.performance.world import MONTH, fill, visit
from visits.models import Visit


@pytest.fixture
def provisional(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH).period


def people_of_li(cast: Cast):
    return Customer.objects.filter(household__grid=cast.grid_li).order_by("pk")


CHANGES = {
    "a visit": lambda cast: visit(cast.li, people_of_li(cast)[3], 28),
    "a correction": lambda _cast: Visit.objects.filter(met=True).update(met=False),
    "an offer": lambda cast: OfferFactory(customer=people_of_li(cast)[0], staff=cast.li, offered_on=MONTH),
    "a customer": lambda cast: people_of_li(cast).update(customer_since=MONTH),
    "a lead": lambda cast: Assignment.objects.filter(grid=cast.grid_li).update(user=cast.sun),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_came_in_since_the_computation_is_counted_first(cast, provisional, change):
    with waive_scope("test"):
        CHANGES[change](cast)
    with pytest.raises(Refused, match=r"核算之后又有 [1-9]"):
        services.period_publish(actor=cast.zhao, period=provisional)
    services.run_compute(bank=cast.root, month=MONTH, again=True)
    assert services.period_publish(actor=cast.zhao, period=provisional).status == "published"


def test_what_changes_in_an_archive_afterwards_holds_nobody_up(cast, provisional):
    with waive_scope("test"):
        Household.objects.update(archived_on=None, version=9)
        Customer.objects.update(app_verified_on=None, version=9)
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


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_visit_on_its_way_and_whoever_publishes_wait_for_each_other():
    cast = make_cast()
    fill(cast)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    held, over = threading.Event(), threading.Event()

    def receive() -> bool:
        with transaction.atomic():
            closed = services.is_month_closed(cast.grid_li, MONTH)
            held.set()
            over.wait(10)
        connection.close()
        return closed

    with ThreadPoolExecutor(1) as pool:
        receiving = pool.submit(receive)
        assert held.wait(10)
        with pytest.raises(OperationalError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
            services.period_publish(actor=cast.zhao, period=period)
        over.set()
        assert receiving.result() is False
    assert services.period_publish(actor=cast.zhao, period=period).status == "published"
    with transaction.atomic():
        assert services.is_month_closed(cast.grid_li, MONTH)
