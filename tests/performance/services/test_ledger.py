"""One act earns once: what a final month counted never earns again, and a change across its border is listed there."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from html import unescape

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction

from customers.models import Customer
from customers.services import app_milestone_set, customer_account_opened, customer_update
from gridbank.scoping import waive_scope
from grids import closing
from grids.models import Assignment
from grids.services import AssignmentRow, assignment_transfer, assignments_bulk_create
from performance import services
from performance.models import Earned, Fact, LateChange
from products.models import Offer
from tests.customers.numbers import id_number
from tests.factories import GridFactory, OfferFactory, ProductFactory, UserFactory
from tests.people import make_cast
from tests.performance.frozen import guard
from tests.performance.world import MONTH, customer, fill, household, visit
from visits import selectors
from visits.models import Visit
from visits.services import visit_correct

OCTOBER = date(2026, 10, 1)
PAGE = "/performance/2026-09/"


@pytest.fixture
def made(cast):
    """September with a visit of Li's that brought two offers, published."""
    fill(cast)
    with waive_scope("test"):
        row = Visit.objects.filter(staff=cast.li, met=True).order_by("day").first()
        for result in ("accepted", "refused"):
            OfferFactory(
                customer=row.customer, product=ProductFactory(), staff=cast.li, grid=row.grid, result=result,
                offered_on=row.day, origin=row.pk,
            )  # fmt: skip
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)
    return row


def content(cast, row):
    with waive_scope("test"):
        row.refresh_from_db()
    return json.loads(selectors.body_of(actor=cast.li, visit=row).canonical)


def correct(cast, row, **changes):
    visit_correct(actor=cast.li, visit=row, body={**content(cast, row), **changes}, reason="日期写错")


def facts(cast, month, *sources):
    run = services.run_compute(bank=cast.root, month=month, again=True)
    with waive_scope("test"):
        return {
            (fact.source, fact.source_id)
            for fact in Fact.objects.filter(run=run, source__in=sources or ("visit", "offer", "customer"))
            if fact.numerator or fact.denominator
        }


def test_a_counted_visit_moved_to_an_open_month_earns_nothing_there(cast, made):
    correct(cast, made, started_at="2026-10-08T10:00:00+08:00")
    assert facts(cast, OCTOBER, "visit", "offer") == set()
    with waive_scope("test"):
        assert {offer.offered_on for offer in Offer.objects.filter(origin=made.pk)} == {date(2026, 10, 8)}
    # another visit to the same household in October is an act of its own
    with waive_scope("test"):
        fresh = visit(cast.li, made.customer, 9)
        Visit.objects.filter(pk=fresh.pk).update(
            day=date(2026, 10, 9), started_at=datetime(2026, 10, 9, tzinfo=UTC)
        )
    assert facts(cast, OCTOBER, "visit") == {("visit", fresh.pk.hex)}


def test_an_offer_taken_out_and_put_back_is_the_same_offer(cast, made):
    offers = content(cast, made)["offers"]
    correct(cast, made, started_at="2026-10-08T10:00:00+08:00", offers=[])
    correct(cast, made, offers=[{**line, "result": "accepted"} for line in offers])
    with waive_scope("test"):
        assert Offer.objects.filter(origin=made.pk, result="accepted").count() == 2
    assert facts(cast, OCTOBER, "offer") == set()


def test_another_product_of_a_counted_visit_earns_in_no_other_month(cast, made):
    """All that the visit carries is pinned with it, and the list tells that it carries something else."""
    correct(
        cast, made, started_at="2026-10-08T10:00:00+08:00",
        offers=[{"product": ProductFactory().pk, "result": "accepted"} for _ in range(2)],
    )  # fmt: skip
    with waive_scope("test"):
        offers = Offer.objects.filter(origin=made.pk)
        assert [offer.offered_on for offer in offers] == [date(2026, 10, 8)] * 2
        offers.update(evidence=2)
    assert facts(cast, OCTOBER, "offer") == set()


def test_a_counted_visit_without_offers_gets_none_that_earn_elsewhere(cast, made):
    with waive_scope("test"):
        bare = Visit.objects.get(pk__in=[
            row.pk for row in Visit.objects.filter(staff=cast.li, met=True)
            if Earned.objects.filter(source_id=row.pk.hex).exists() and row.pk != made.pk
        ][:1])  # fmt: skip
    correct(
        cast, bare, started_at="2026-10-08T10:00:00+08:00",
        offers=[{"product": ProductFactory().pk, "result": "accepted"}],
    )  # fmt: skip
    assert facts(cast, OCTOBER, "visit", "offer") == set()


def test_an_offer_of_another_product_in_a_final_month_is_listed(cast, made):
    offers = content(cast, made)["offers"]
    correct(cast, made, offers=[{**offers[0], "product": ProductFactory().pk}, *offers[1:]])
    with waive_scope("test"):
        assert LateChange.objects.get().changes == {"other_products": [False, True]}


def test_an_account_that_earned_does_not_earn_for_somebody_else_later(cast, made):
    with waive_scope("test"):
        people = Customer.objects.filter(customer_since=date(2026, 9, 30))
        keys = set(people.values_list("pk", flat=True))
        people.update(customer_since=date(2026, 10, 20), opened_by=cast.li, household=made.household)
    counted = facts(cast, OCTOBER, "customer")
    assert keys
    assert counted.isdisjoint({("customer", str(pk)) for pk in keys})


def test_what_moves_into_a_final_month_is_late_and_what_comes_back_is_not(cast, made):
    with waive_scope("test"):
        home = Customer.objects.filter(household__grid=cast.grid_li).order_by("pk").last()
        fresh = visit(cast.li, home, 9)
        Visit.objects.filter(pk=fresh.pk).update(
            day=date(2026, 10, 9), started_at=datetime(2026, 10, 9, tzinfo=UTC)
        )
    correct(cast, fresh, started_at="2026-09-27T10:00:00+08:00")
    fresh.refresh_from_db()
    assert fresh.is_late
    assert facts(cast, OCTOBER, "visit") == set()
    correct(cast, fresh, started_at="2026-10-09T10:00:00+08:00")
    fresh.refresh_from_db()
    assert not fresh.is_late
    assert facts(cast, OCTOBER, "visit") == {("visit", fresh.pk.hex)}


def test_a_correction_within_a_final_month_leaves_what_came_in_time(cast, made):
    with waive_scope("test"):
        late = Visit.objects.get(staff=cast.li, is_late=True)
    for row, is_late in ((made, False), (late, True)):
        correct(cast, row, started_at="2026-09-20T10:00:00+08:00")
        with waive_scope("test"):
            row.refresh_from_db()
        assert (row.day, row.is_late) == (date(2026, 9, 20), is_late)


def test_the_same_month_of_another_year_is_another_month(cast, made):
    """September 2025 is open, September 2026 is final."""
    last_year = date(2025, 9, 9)
    with waive_scope("test"):
        Assignment.objects.filter(user=cast.li).update(valid_from=date(2025, 1, 1))
        home = Customer.objects.filter(household__grid=cast.grid_li).order_by("pk").last()
        fresh = visit(cast.li, home, 9)
        Visit.objects.filter(pk=fresh.pk).update(
            day=last_year, started_at=datetime(2025, 9, 9, 2, tzinfo=UTC), is_late=False
        )
    correct(cast, fresh, started_at="2026-09-09T10:00:00+08:00")
    fresh.refresh_from_db()
    assert fresh.is_late
    correct(cast, fresh, started_at="2025-09-09T10:00:00+08:00")
    fresh.refresh_from_db()
    assert not fresh.is_late


def told(client, cast, who="zhao"):
    client.force_login(getattr(cast, who))
    section = re.search(r'id="late-changes".*?</section>', client.get(PAGE).text, re.DOTALL)
    rows = re.findall(r"<tr>\s*(<td.*?)</tr>", section[0], re.DOTALL) if section else []
    return [
        [" ".join(re.sub(r"<[^>]+>", "", unescape(cell)).split()) for cell in re.split(r"</t[dh]>", row)][1:5]
        for row in rows
    ]


CHANGES = {
    "a visit's day": (
        lambda cast, row: correct(cast, row, started_at="2026-10-08T10:00:00+08:00"),
        ["李娜", "走访 · 甲村 · 日期", "2026-09-05", "2026-10-08"],
    ),
    "a visit's outcome": (
        lambda cast, row: correct(cast, row, met=False),
        ["李娜", "走访 · 甲村 · 是否见到本人", "是", "否"],
    ),
    "an offer": (
        lambda cast, row: correct(cast, row, offers=[]),
        ["李娜", "走访 · 甲村 · 成功营销 / 营销", "1 / 2", "0 / 0"],
    ),
    "an account": (
        lambda cast, row: customer_account_opened(actor=cast.li, customer=row.customer, day=date(2026, 9, 20)),
        ["李娜", "客户 · 甲村 · 开户日期", "–", "2026-09-20"],
    ),
    "an app step": (
        lambda cast, row: app_milestone_set(
            actor=cast.li, customer=row.customer, step="informed", day=date(2026, 9, 20)
        ),
        ["李娜", "客户 · 甲村 · 告知手机银行日期", "–", "2026-09-20"],
    ),
    "a hand-over by the installation": (
        lambda cast, _row: assignment_transfer(
            actor=None, grid=cast.grid_li, user=cast.wang, first_day=date(2026, 9, 11)
        ),
        ["–", "定员 · 甲村 · 最后一天", "–", "2026-09-10"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_a_final_month_is_listed_there(client, cast, made, change):
    act, line = CHANGES[change]
    assert told(client, cast) == []
    act(cast, made)
    assert line in told(client, cast)
    assert told(client, cast, "wu") == [], "not in the other branch"


def test_what_lies_in_open_months_is_listed_nowhere(client, cast, made):
    customer_account_opened(actor=cast.li, customer=made.customer, day=date(2026, 10, 20))
    assert told(client, cast) == []
    with waive_scope("test"):
        assert not LateChange.objects.exists()


def test_both_lists_only_grow(cast, made):
    correct(cast, made, met=False)
    with waive_scope("test"):
        for model in (Earned, LateChange):
            assert model.objects.exists()
            for act in (model.objects.all().delete, lambda model=model: model.objects.update(period=1)):
                with pytest.raises(DatabaseError), transaction.atomic():
                    act()
        row = Earned.objects.first()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_an_act_taken_from_the_list_is_named(cast, made):
    with waive_scope("test"):
        period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    assert services.verify_period(period).ok
    for direction in ("drop", "create"):
        guard(direction)
        if direction == "drop":
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM performance_earned WHERE id = (SELECT min(id) FROM performance_earned)"
                )
    assert services.verify_period(period).differences == ("earned",)


def test_of_many_assignments_each_is_told_to_the_month_it_reaches(cast, made):
    """The earliest first day isn't everybody's."""
    rows = [
        AssignmentRow(GridFactory(parent=cast.east, valid_from=MONTH), UserFactory(), MONTH.replace(day=day))
        for day in (1, 15)
    ]
    assignments_bulk_create(actor=None, rows=rows)
    with waive_scope("test"):
        told = {change.changes["person"][1] for change in LateChange.objects.all()}
    assert told == {row.user.name for row in rows}


def test_what_earned_is_not_hung_on_another_month_by_its_key(cast, made):
    """By its key SQLite's REPLACE would find the row, whatever its number."""
    with waive_scope("test"):
        row = Earned.objects.order_by("pk").first()
        other = services.period_open(actor=cast.zhao, bank=cast.root, month=OCTOBER)
    into = "INSERT OR REPLACE INTO" if connection.vendor == "sqlite" else "INSERT INTO"
    values = [row.indicator, row.source, row.source_id, other.pk]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"{into} performance_earned (indicator, source, source_id, period_id) VALUES (%s, %s, %s, %s)",
            values,
        )
    with waive_scope("test"):
        assert Earned.objects.get(pk=row.pk).period_id == row.period_id


def test_a_document_that_comes_after_is_told_and_listed(client, cast):
    """He became a customer in a month that is final, and had no document: he earns nowhere, and that is said."""
    person = customer(
        household(cast.grid_li), customer_since=date(2026, 9, 9), id_digest=None, id_type="none"
    )
    services.period_publish(actor=cast.zhao, period=services.run_compute(bank=cast.root, month=MONTH).period)
    data = {"id_type": "resident", "id_number": id_number(born=person.birth_date)}
    with closing.listening() as heard:
        customer_update(actor=cast.li, customer=person, version=1, data=data)
    assert heard == {date(2026, 9, 9)}
    with waive_scope("test"):
        # what was confirmed of somebody without one waits for a word again
        told = {"document": [False, True], "evidence": ["confirmed", "claimed"]}
        assert LateChange.objects.get().changes == told
    client.force_login(cast.zhao)
    assert re.search("证件.*否.*是", client.get(PAGE).text, re.DOTALL)
    assert facts(cast, OCTOBER, "customer") == set()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_publishes_waits_for_a_change_of_who_is_counted():
    cast = make_cast()
    person = customer(household(cast.grid_li), customer_since=date(2026, 9, 9), opened_by=cast.li)
    with time_machine.travel(datetime(2026, 10, 5, 4, tzinfo=UTC), tick=True):
        period = services.run_compute(bank=cast.root, month=MONTH).period
        with ThreadPoolExecutor(1) as pool, transaction.atomic():
            data = {"id_type": "none", "id_number": ""}
            customer_update(actor=cast.li, customer=person, version=1, data=data)
            found = pool.submit(published, cast, period)
            with pytest.raises(TimeoutError):
                found.result(timeout=1)
        assert found.result(timeout=10) == "NotAsComputed"


def published(cast, period):
    try:
        return services.period_publish(actor=cast.zhao, period=period).status
    except services.NotAsComputed as refused:
        return type(refused).__name__
    finally:
        connection.close()
