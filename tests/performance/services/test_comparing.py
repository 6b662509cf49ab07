"""Publishing works a month out again and says in words what differs from its computation."""

import re
from datetime import date
from html import unescape

import pytest

from customers.models import Customer, Household
from gridbank.scoping import waive_scope
from grids.models import Assignment, Grid
from people.models import User
from performance import services
from performance.plausibility import look_at, seal_of
from tests.factories import OfferFactory
from tests.performance.services.test_months import hand_over, people_of_li, target
from tests.performance.world import MONTH, fill, visit
from visits.models import Visit


@pytest.fixture
def provisional(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH).period


def publish(client, period, **more):
    period.refresh_from_db()
    body = {"run": period.current_run_id, "looked_at": seal_of(look_at(period.grid, period.month))}
    address = f"/api/v1/periods/{period.pk}/publish/"
    return client.post(address, body, content_type="application/json", **more)


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
        lambda cast: Household.objects.filter(grid=cast.grid_li).update(completeness=0, complete_since=None),
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
    page = client.post("/performance/2026-09/publish/", {"sure": "yes"})
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
        # its household was visited before: nothing more is counted
        visit(cast.li, people_of_li(cast)[0], 29)
        visit(cast.li, people_of_li(cast)[3], 30, is_late=True)
    assert services.period_publish(actor=cast.zhao, period=provisional).status == "published"
