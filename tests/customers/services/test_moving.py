"""A household's move from a day that is over: asked for, signed by head office, listed, never into a final month."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from customers.models import Attribution
from customers.services import household_move_ask, household_update
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Backdating
from grids.services import backdating_refuse, backdating_sign
from performance import services
from tests.factories import HouseholdFactory, OfferFactory, VisitFactory
from tests.performance.world import MONTH, customer, fill, household


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


@pytest.fixture
def home(cast):
    return household(cast.grid_li)


def ask(cast, home, actor=None, **changes):
    wanted = {"grid": cast.grid_wang, "since": ago(5), "reason": "上周已搬家", **changes}
    return household_move_ask(actor=actor or cast.chen, household=home, **wanted)


def spans(home):
    rows = Attribution.everywhere().filter(household=home)
    return list(rows.values_list("grid_id", "valid_to", "moved_by_id"))


def test_it_holds_once_it_is_signed_and_acts_follow(cast, home):
    person = customer(home)
    early = VisitFactory(customer=person, staff=cast.li, started_at=timezone.now() - timedelta(days=9))
    late = VisitFactory(customer=person, staff=cast.li, started_at=timezone.now() - timedelta(days=2))
    offer = OfferFactory(customer=person, staff=cast.li, offered_on=ago(2))
    asked = ask(cast, home)
    home.refresh_from_db()
    assert (home.grid, spans(home)) == (cast.grid_li, [])
    backdating_sign(actor=cast.zhao, backdating=asked)
    for row in (home, early, late, offer):
        row.refresh_from_db()
    assert (home.grid, home.version) == (cast.grid_wang, 2)
    assert spans(home) == [(cast.grid_li.pk, ago(6), cast.chen.pk)]
    assert [row.grid for row in (early, late, offer)] == [cast.grid_li, cast.grid_wang, cast.grid_wang]


def test_a_refusal_changes_nothing(cast, home):
    backdating_refuse(actor=cast.zhao, backdating=ask(cast, home))
    home.refresh_from_db()
    assert (home.grid, spans(home)) == (cast.grid_li, [])


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"reason": " "}, "写明原因"), ({"since": ago(0)}, "不需要第二人签字"), ({"grid": "same"}, "已在该网格"),
     ({"since": date(2020, 1, 1)}, "甲村"), ({"grid": "wu"}, "请选择您负责的网格")],
)  # fmt: skip
def test_what_could_not_be_signed_is_not_asked_for(cast, home, changes, said):
    if changes.get("grid"):
        changes = {"grid": cast.grid_li if changes["grid"] == "same" else cast.grid_wu}
    with pytest.raises(Refused, match=said):
        ask(cast, home, **changes)
    with waive_scope("test"):
        assert not Backdating.objects.exists()


def test_nobody_asks_for_what_he_may_not_do(cast, home):
    with pytest.raises(Refused):
        ask(cast, home, actor=cast.li)
    for actor in (cast.wang, cast.wu, cast.zhou, cast.sun):
        with pytest.raises(Http404):
            ask(cast, home, actor=actor)
    asked = ask(cast, home, actor=cast.zhao)
    with pytest.raises(Refused, match="申请人不能自己签字"):
        backdating_sign(actor=cast.zhao, backdating=asked)
    with pytest.raises(PermissionDenied):
        backdating_sign(actor=cast.chen, backdating=asked)


def test_one_that_moved_meanwhile_is_not_moved_again(cast, home):
    asked = ask(cast, home)
    household_update(actor=cast.chen, household=home, version=1, data={"grid": cast.east})
    with pytest.raises(Refused, match="在此期间已调整网格"):
        backdating_sign(actor=cast.zhao, backdating=asked)


def test_it_never_reaches_into_a_published_month_and_stands_on_the_page_of_an_open_one(client, cast, home):
    fill(cast)
    asked = ask(cast, home, since=date(2026, 9, 30))
    period = services.run_compute(bank=cast.root, month=MONTH).period
    client.force_login(cast.zhao)
    text = client.get("/performance/2026-09/").text
    assert ("上周已搬家" in text, f"{home.code} → 乙村" in text, "农户调整网格" in text) == (True, True, True)
    services.period_publish(actor=cast.zhao, period=period)
    with pytest.raises(Refused, match="2026-09的排名已公布"):
        backdating_sign(actor=cast.zhao, backdating=asked)
    with pytest.raises(Refused, match="2026-09的排名已公布"):
        ask(cast, home, since=date(2026, 9, 29))
    backdating_sign(actor=cast.zhao, backdating=ask(cast, home, since=date(2026, 10, 1)))


def test_the_page_moves_today_and_asks_for_earlier_days(client, cast, home):
    client.force_login(cast.chen)
    address = f"/customers/households/{home.pk}/move/"
    assert address in client.get(home.get_absolute_url()).text
    body = {"version": 1, "grid": cast.grid_wang.pk, "first_day": ago(3).isoformat(), "reason": ""}
    assert "写明原因" in client.post(address, body).text
    assert "已提出申请" in client.post(address, {**body, "reason": "上周已搬家"}, follow=True).text
    assert client.post(address, {**body, "first_day": ago(-1).isoformat()}).status_code == 422
    assert client.post(address, {**body, "first_day": ago(0).isoformat()}).status_code == 302
    home.refresh_from_db()
    assert home.grid == cast.grid_wang
    client.force_login(cast.li)
    assert client.get(address).status_code == 404
    unseen = HouseholdFactory(grid=cast.grid_wu)
    assert client.get(f"/customers/households/{unseen.pk}/move/").status_code == 404
