"""The cheapest ways to points without serving anybody: each earns nothing, or is listed before somebody publishes.

Everything is tried by the person himself, through the services behind his pages, on the days on which he would.
"""

import re
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import Claim, Household
from customers.services import (
    app_milestone_set,
    claims_decide,
    customer_account_opened,
    customer_update,
    death_record,
    household_create,
    household_update,
    person_resettle,
)
from customers.services.redating import step_day_correct
from gridbank.errors import Refused
from grids.services import assignment_end, assignment_start
from performance import facts, services
from performance.indicators import INDICATORS
from performance.plausibility import look_at, seal_of
from tests.customers.numbers import id_number
from tests.factories import AreaFactory, ProductFactory
from tests.performance.world import MONTH, customer, household
from tests.visits.bodies import visit_json
from visits.models import Visit
from visits.services import visit_correct, visits_sync

DAY, LAST = date(2026, 9, 15), date(2026, 9, 30)
PAGE = "/performance/2026-09/"


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def on(day: date, hour: int = 18):
    """Be there on a day of September."""
    return time_machine.travel(at(day, hour), tick=False)


@pytest.fixture
def people(cast):
    """Return a dozen people of as many households of Li's, all of them adults with a document."""
    return [customer(household(cast.grid_li), relation="head") for _ in range(12)]


def log(actor, bodies) -> None:
    assert {result.status for result in visits_sync(actor=actor, bodies=bodies)} == {"created"}


def offer(product, result="accepted"):
    return {"product": product.pk, "result": result}


def odd(cast) -> dict[tuple[str, str], int]:
    """Return what stands out, as whoever publishes sees it."""
    return {(one.key, one.name): one.count for one in look_at(cast.root, MONTH)}


def earned(cast, indicator: str, who) -> int:
    run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    rows = [row for row in facts.sums_of(run.pk) if (row.indicator, row.staff_id) == (indicator, who.pk)]
    return sum(row.numerator for row in rows)


def turned(text: str) -> list[list[str]]:
    """Return what a month's page says of whoever died, moved or is of another age."""
    found = re.search(r'<section class="card" id="turnover">.*?</section>', text, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", found[0] if found else "", re.DOTALL)[1:]
    return [
        [" ".join(cell.split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def waiting():
    return models.QuerySet(Claim).filter(state=1)


def test_a_dozen_households_called_in_one_second_of_the_night(cast, people):
    with on(DAY):
        log(cast.li, [visit_json(one, mode="phone", started_at=at(DAY, 3).isoformat()) for one in people])
    assert odd(cast) == {
        ("burst", "李娜"): 12, ("night", "李娜"): 12, ("distant", "李娜"): 12,
    }  # fmt: skip


def test_a_dozen_households_from_one_chair(cast, people):
    from tests.visits.bodies import agreed

    for one in people:
        agreed(one)
    with on(DAY):
        bodies = [
            visit_json(one, started_at=at(DAY, 9, 3 * n).isoformat(), latitude=26.1, longitude=107.2, accuracy_m=5)
            for n, one in enumerate(people)
        ]  # fmt: skip
        log(cast.li, bodies)
    assert odd(cast) == {("one_spot", "李娜"): 12}


def test_visits_in_another_province(cast, people):
    from ground.models import Boundary
    from tests.visits.bodies import agreed

    Boundary(
        grid=cast.grid_li, version=1, geojson={}, min_lon=107.1, min_lat=26.0, max_lon=107.3, max_lat=26.2,
        valid_from=date(2020, 1, 1),
    ).save()  # fmt: skip
    with on(DAY):
        for one, place in zip(people, [(39.9, 116.4), (26.35, 107.2), (26.1, 107.2)], strict=False):
            agreed(one)
            where = {"latitude": place[0], "longitude": place[1], "accuracy_m": 5}
            log(cast.li, [visit_json(one, started_at=at(DAY).isoformat(), **where)])
    assert odd(cast)[("away", "李娜")] == 1


@pytest.mark.parametrize(("consents", "earning"), [(True, 5), (False, 0)])
def test_offers_by_the_handful_where_nobody_was_met(cast, people, consents, earning):
    from tests.visits.bodies import agreed

    products = ProductFactory.create_batch(5)
    with on(DAY):
        if consents:
            agreed(people[0], "marketing")
        bodies = [
            visit_json(people[0], met=False, started_at=at(DAY, hour).isoformat(), offers=[offer(one) for one in products])
            for hour in (9, 11, 14)
        ]  # fmt: skip
        log(cast.li, bodies)
    assert earned(cast, "marketing_success", cast.li) == 0
    assert odd(cast) == {
        ("unmet_offers", "李娜"): 15, ("at_one_visit", "李娜"): 15, ("all_accepted", "李娜"): 15, ("repeated", "李娜"): 10,
    }  # fmt: skip
    # and confirmed by somebody else, they are one a product; to whom nobody asked for consent, none
    claims_decide(actor=cast.chen, claims=waiting().values_list("pk", flat=True), verdict=2)
    assert earned(cast, "marketing_success", cast.li) == earning


def test_accounts_of_people_who_were_there_already(client, cast, people):
    bare = [customer(household(cast.grid_li), id_digest=None, id_type="none") for _ in range(3)]
    with on(DAY):
        for one in [*people[:3], *bare]:
            customer_account_opened(actor=cast.li, customer=one, day=DAY)
    assert earned(cast, "new_customers", cast.li) == 0
    client.force_login(cast.zhao)
    assert "本月有 6 条录入的业绩尚未经第二人核实" in client.get(PAGE).text
    with pytest.raises(PermissionDenied):
        claims_decide(actor=cast.li, claims=waiting().values_list("pk", flat=True), verdict=2)
    claims_decide(actor=cast.chen, claims=waiting().values_list("pk", flat=True), verdict=2)
    # who has no document is none
    assert earned(cast, "new_customers", cast.li) == 3


def test_apps_by_the_word_of_who_earns(cast, people):
    with on(DAY):
        for one in people:
            for step in ("downloaded", "verified"):
                app_milestone_set(actor=cast.li, customer=one, step=step, day=DAY)
    assert earned(cast, "app_activation", cast.li) == 0
    assert waiting().count() == 24


FULL = {"group_name": "三组", "address": "坝上12号", "house_type": "brick", "income_band": "to_50k", "income_source": "种烤烟"}  # fmt: skip


def archives(cast, **said):
    area = AreaFactory()
    for serial in range(200, 211):
        head = {
            "name": "赵一",
            "id_type": "resident",
            "id_number": id_number(serial=serial),
            "phone": "13800138000",
        }
        head |= {"occupation": said.get("occupation", "木匠")}
        data = {"grid": cast.grid_li, "area": area, **FULL, "land_mu": 3, **said}
        data.pop("occupation", None)
        household_create(actor=cast.li, data=data, head=head)


@pytest.mark.parametrize(
    "said",
    [
        {"income_source": "。", "address": "。"},
        {"group_name": "。"},
        {"land_mu": 0},
        {"occupation": "。。。"},
    ],
)
def test_archives_filled_with_one_sign(cast, said):
    with on(DAY):
        archives(cast, **said)
    assert earned(cast, "archive_rate", cast.li) == 0


def test_archives_filled_by_copying_are_listed_and_emptied_ones_earn_no_more(cast):
    with on(DAY):
        archives(cast)
    assert earned(cast, "archive_rate", cast.li) == 11
    assert odd(cast) == {("alike", "李娜"): 11}
    with on(LAST):
        for home in models.QuerySet(Household).filter(completeness=100):
            household_update(actor=cast.li, household=home, version=home.version, data={"income_source": ""})
    assert earned(cast, "archive_rate", cast.li) == 0


def test_own_visits_put_right_by_oneself_at_the_months_end(cast, people):
    with on(DAY):
        log(
            cast.li,
            [
                visit_json(one, met=False, started_at=at(DAY, 9 + n).isoformat())
                for n, one in enumerate(people[:4])
            ],
        )
    with on(LAST):
        for visit in models.QuerySet(Visit).order_by("started_at"):
            body = visit_json(visit.customer, started_at=visit.started_at.isoformat())
            visit_correct(actor=cast.li, visit=visit, body=body, reason="记错了")
    assert odd(cast) == {("own_corrections", "李娜"): 4}


def test_refusals_left_out(cast, people):
    product = ProductFactory()
    with on(DAY):
        bodies = [
            visit_json(one, started_at=at(DAY, 8, 5 * n).isoformat(), offers=[offer(product)])
            for n, one in enumerate(people)
        ]  # fmt: skip
        log(cast.li, bodies)
    assert odd(cast) == {("all_accepted", "李娜"): 12}


def test_households_that_are_elsewhere_for_the_night_of_the_count(client, cast, people):
    homes = [one.household for one in people]
    for day, grid in ((LAST, cast.east), (LAST + timedelta(days=1), cast.grid_li)):
        with on(day):
            for home in homes:
                home.refresh_from_db()
                household_update(actor=cast.chen, household=home, version=home.version, data={"grid": grid})
    services.run_compute(bank=cast.root, month=MONTH)
    client.force_login(cast.zhao)
    text = client.get(PAGE).text
    assert 'id="moves"' in text
    assert "仅至 2026-09-30" in text


def test_an_account_stays_in_the_branch_in_which_it_was_opened(cast, people):
    with on(DAY):
        customer_account_opened(actor=cast.li, customer=people[0], day=DAY)
    claims_decide(actor=cast.chen, claims=[waiting().get().pk], verdict=2)
    with on(LAST):
        home = people[0].household
        household_update(actor=cast.zhao, household=home, version=home.version, data={"grid": cast.grid_wu})
    run = services.run_compute(bank=cast.root, month=MONTH)
    (row,) = [row for row in facts.sums_of(run.pk) if row.indicator == "new_customers"]
    assert (row.staff_id, row.branch_id) == (cast.li.pk, cast.east.pk)


def test_that_a_call_counts_like_the_door_is_said():
    assert "电话、微信等方式同等计入" in str(INDICATORS["visit_coverage"].formula)


def test_deaths_that_are_told_of_whoever_was_not_met(client, cast, people):
    with on(DAY):
        for one in people[:5]:
            death_record(actor=cast.li, customer=one, day=DAY)
    services.run_compute(bank=cast.root, month=MONTH)
    assert odd(cast) == {("deaths", "李娜"): 5}
    client.force_login(cast.zhao)
    text = client.get(PAGE).text
    assert "5 人的登记变动影响计分" in text
    assert turned(text) == [["去世", "5", "2026-09-15", "甲村", "李娜"]]
    client.force_login(cast.wu)
    assert turned(client.get(PAGE).text) == []


def test_people_who_live_elsewhere_for_the_night_of_the_count(client, cast):
    home, other = household(cast.grid_li), household(cast.grid_wang)
    customer(home, relation="head")
    people = [customer(home) for _ in range(4)]
    for day, entered in ((LAST, other), (LAST + timedelta(days=1), home)):
        with on(day):
            for one in people:
                one.refresh_from_db()
                person_resettle(actor=cast.chen, customer=one, household=entered, relation="other")
    services.run_compute(bank=cast.root, month=MONTH)
    assert odd(cast) == {("resettled", "陈刚"): 8}
    client.force_login(cast.zhao)
    text = client.get(PAGE).text
    # when they come back it is the next month
    assert "4 人的登记变动影响计分" in text
    assert turned(text) == [["迁往其他网格", "4", "2026-09-30", "甲村 → 乙村", "陈刚"]]


def test_people_who_are_no_adults_and_have_no_document_any_more(cast, people):
    with on(DAY):
        for one in people[:3]:
            with pytest.raises(Refused, match="不能删除"):
                customer_update(actor=cast.li, customer=one, version=one.version, data={"birth_date": None})
            born = date(2010, 1, 1)
            customer_update(actor=cast.li, customer=one, version=one.version, data={"birth_date": born})
    assert odd(cast) == {("base", "李娜"): 3}


def test_customers_of_years_before_who_opened_their_account_now(cast):
    old = [
        customer(household(cast.grid_li), customer_since=date(2015, 3, 3), account_evidence=None) for _ in range(3)
    ]  # fmt: skip
    with on(DAY):
        for one in old:
            step_day_correct(
                actor=cast.li, customer=one, version=one.version, step="customer_since", day=DAY, reason="日期写错"
            )  # fmt: skip
    assert odd(cast) == {("redated", "李娜"): 3}


def test_a_target_that_anybody_reaches_and_a_month_led_on_two_days(cast):
    from decimal import Decimal

    with on(date(2026, 9, 2)):
        lead = cast.grid_li.assignments.model.on(date(2026, 9, 2)).get(grid=cast.grid_li, part="lead")
        assignment_end(actor=cast.chen, assignment=lead, last_day=date(2026, 9, 2))
    with on(date(2026, 9, 29)):
        assignment_start(
            actor=cast.chen, grid=cast.grid_li, user=cast.li, part="lead", valid_from=date(2026, 9, 29)
        )
        assignment_end(
            actor=cast.chen, assignment=cast.grid_li.assignments.model.on(date(2026, 9, 29)).get(grid=cast.grid_li, part="lead"),
            last_day=LAST,
        )  # fmt: skip
        period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
        services.target_set(
            actor=cast.zhao, period=period, user=cast.li, grid=cast.grid_li, indicator="new_customers", value=Decimal("0.0001"),
        )  # fmt: skip
    assert odd(cast) == {("leads", "陈刚"): 3, ("targets", "赵敏"): 1}


@pytest.fixture
def called(cast, people):
    """Return the month in which everybody was called at night."""
    with on(DAY):
        log(cast.li, [visit_json(one, mode="phone", started_at=at(DAY, 3).isoformat()) for one in people])
    return services.run_compute(bank=cast.root, month=MONTH).period


def test_whoever_publishes_says_that_he_has_looked(client, cast, called):
    client.force_login(cast.zhao)
    text = client.get(PAGE).text
    found = look_at(cast.root, MONTH)
    assert f'value="{seal_of(found)}"' in text
    assert [text.count(str(one.words)) for one in found] == [1] * 3
    sure = {"sure": "yes"}
    for said in (sure, {**sure, "looked_at": seal_of(found[:2])}):
        answer = client.post(f"{PAGE}publish/", said)
        assert answer.status_code == 409
        assert "公布前请查看本月的存疑事项" in answer.text
    called.refresh_from_db()
    assert called.status == "provisional"
    said = {"looked_at": seal_of(found)}
    # what was ticked goes along with the answer to the question
    assert f'name="looked_at" value="{seal_of(found)}"' in client.post(f"{PAGE}publish/", said).text
    assert client.post(f"{PAGE}publish/", sure | said).status_code == 302
    event = AuditEvent.objects.filter(action="period.published").get()
    assert event.details["looked_at"] == [[key, cast.li.pk, 12] for key in ("burst", "night", "distant")]
    assert event.details["odd"] == 3


def test_who_may_not_publish_is_not_told_of_others(client, cast, called):
    for who in (cast.chen, cast.li):
        client.force_login(who)
        assert 'id="odd"' not in client.get(PAGE).text


def test_a_month_of_ordinary_days_has_nothing_to_look_at(cast, people):
    with on(DAY):
        log(
            cast.li,
            [
                visit_json(one, started_at=at(DAY, 8 + n // 2, 30 * (n % 2)).isoformat())
                for n, one in enumerate(people)
            ],
        )
    period = services.run_compute(bank=cast.root, month=MONTH).period
    assert (look_at(cast.root, MONTH), seal_of([])) == ([], "")
    assert services.period_publish(actor=cast.zhao, period=period).status == "published"


def test_another_banks_people_are_no_concern_of_ours(cast, called):
    from tests.factories import GridFactory

    other = GridFactory(tier="head_office", parent=None)
    assert look_at(other, MONTH) == []


def test_a_program_reads_what_stands_out_and_says_that_somebody_has_looked(client, cast, called):
    address = f"/api/v1/periods/{called.pk}/"
    client.force_login(cast.chen)
    assert (client.get(address).json()["stands_out"], client.get(address).json()["looked_at"]) == ([], "")
    client.force_login(cast.zhao)
    told = client.get(address).json()
    assert told["stands_out"][0] == {
        "key": "burst", "words": "一分钟内的多次走访", "person_id": cast.li.pk, "name": "李娜", "count": 12,
    }  # fmt: skip
    body = {"run": told["run"]}
    for more, status in (({}, 409), ({"looked_at": told["looked_at"]}, 200)):
        answer = client.post(f"{address}publish/", body | more, content_type="application/json")
        assert answer.status_code == status
