"""The list of claims: what waits, what may be decided by whom, and what was said."""

import re
from datetime import date

import pytest
from django.db import models
from django.urls import reverse
from django.utils import timezone

from customers import services
from customers.models import Claim
from tests.factories import CustomerFactory

URL = reverse("customers:claims")
DECIDE = reverse("customers:claims-decide")


@pytest.fixture
def waiting(cast):
    """Three accounts of Li's and one of the other branch."""
    people = [CustomerFactory(household__grid=cast.grid_li, birth_date=date(1980, 1, 1)) for _ in range(3)]
    other = CustomerFactory(household__grid=cast.grid_wu, birth_date=date(1980, 1, 1))
    for who, person in (*((cast.li, one) for one in people), (cast.wu, other)):
        services.customer_account_opened(actor=who, customer=person, day=timezone.localdate())
    return list(models.QuerySet(Claim).order_by("pk"))


@pytest.fixture
def chen(client, cast):
    client.force_login(cast.chen)
    return client


def states():
    return list(models.QuerySet(Claim).order_by("pk").values_list("state", flat=True))


def test_the_branch_manager_ticks_and_confirms(chen, waiting):
    text = chen.get(URL).text
    assert text.count('name="claims"') == 3
    answer = chen.post(DECIDE, {"claims": [waiting[0].pk, waiting[2].pk], "verdict": "2"}, follow=True)
    assert "已处理 2 条" in answer.text
    assert answer.text.count('name="claims"') == 1
    assert states() == [2, 1, 2, 1]
    done = chen.get(URL, {"state": "2", "month": f"{timezone.localdate():%Y-%m}", "kind": "account"}).text
    assert done.count('id="claim-') == 2


def test_all_of_the_page_are_decided_without_ticking_each(chen, waiting):
    shown = [one.pk for one in waiting[:3]]
    chen.post(DECIDE, {"shown": shown, "every": "on", "verdict": "3", "reason": "未办理"})
    assert states() == [3, 3, 3, 1]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"claims": [0], "verdict": "3"}, "请填写否定的原因"),
        ({"verdict": "2"}, "请至少勾选一条"),
        ({"claims": [3], "verdict": "2"}, "其中有的已经处理"),
    ],
)
def test_what_is_wrong_is_said_and_the_ticks_stay(chen, waiting, data, said):
    data = {**data, "claims": [waiting[at].pk for at in data.get("claims", [])]}
    answer = chen.post(DECIDE, data)
    assert (answer.status_code, states()) == (422, [1, 1, 1, 1])
    assert said in answer.text
    ticked = re.findall(r'name="claims" value="(\d+)"[^>]* checked>', answer.text)
    assert ticked == ([str(waiting[0].pk)] if waiting[0].pk in data["claims"] else [])


def test_an_account_manager_sees_that_his_own_wait_and_ticks_nothing(client, cast, waiting):
    client.force_login(cast.li)
    text = client.get(URL).text
    assert (text.count('id="claim-'), text.count('name="claims"'), DECIDE in text) == (3, 0, False)
    assert client.post(DECIDE, {"claims": [waiting[0].pk], "verdict": "2"}).status_code == 403
    assert states() == [1, 1, 1, 1]


def test_the_list_goes_on_by_key_and_says_when_it_is_empty(chen, waiting, monkeypatch):
    monkeypatch.setattr("gridbank.listing.SIZES", (2,))
    first = chen.get(URL, {"size": 2}).text
    assert (first.count('id="claim-'), f"after={waiting[1].pk}" in first) == (2, True)
    assert chen.get(URL, {"after": waiting[1].pk}).text.count('id="claim-') == 1
    assert "没有符合条件的记录" in chen.get(URL, {"state": "3"}).text
    assert "月份请写成" in chen.get(URL, {"month": "2026-13"}).text


def test_the_homes_of_who_decides_say_that_something_waits(client, cast, waiting):
    client.force_login(cast.chen)
    page = client.get("/").text
    assert "有 3 条他人录入的业绩待您核实，核实前不计分" in page
    assert f'href="{URL}">去核实' in page
    client.force_login(cast.zhao)
    push = client.get("/").text.split('id="push-title"')[1].split("</section>")[0]
    (line,) = (one for one in push.split("<li>") if "待您核实，核实前不计分" in one)
    assert "4 条他人录入的业绩" in line
    assert f'href="{URL}">去核实' in line
    # what is decided waits for nobody
    client.post(DECIDE, {"claims": [one.pk for one in waiting], "verdict": "2"})
    assert states() == [2, 2, 2, 2]
    assert "待您核实" not in client.get("/").text


def test_a_month_says_how_many_entries_nobody_else_confirmed(client, cast, waiting):
    from performance.services import run_compute

    month = timezone.localdate().replace(day=1)
    run = run_compute(bank=cast.root, month=month)
    client.force_login(cast.chen)
    text = client.get(run.period.get_absolute_url()).text
    assert "本月有 3 条录入的业绩尚未经第二人核实" in text
    assert "只有核实过的才计分" in text


def test_a_home_counts_no_further_than_it_helps(chen, waiting, monkeypatch):
    monkeypatch.setattr("customers.selectors.MANY_WAIT", 2)
    assert "有 2+ 条他人录入的业绩待您核实，核实前不计分" in chen.get("/").text
