"""The steps of a bank's first day."""

import pytest

from tests.factories import UserFactory
from tests.grids.banks import PINGTANG

PAGE, FOUND = "/setup/", "/setup/found/"


def test_each_step_says_what_stands_and_where_the_rest_is_mended(client, bank):
    client.force_login(bank.zhao)
    page = client.get(PAGE).text
    titles = [step.title for step in client.get(PAGE).context["steps"]]
    assert titles == ["银行与所在县", "人员", "网格与负责人", "边界", "农户", "产品与持有情况", "目标"]
    assert 'href="/grids/gaps/?show=duty">去填写' in page
    assert 'href="/grids/gaps/?show=target">查看网格' in page
    assert 'href="/exchange/new/households/"' in page
    assert 'href="/exchange/templates/households.xlsx"' in page
    assert "已完成 4 / 7 步" in page


def test_who_may_not_bring_a_kind_reads_who_does(client, bank, monkeypatch):
    client.force_login(bank.zhao)
    sheet = next(one for one in client.get(PAGE).context["steps"][1].files)
    assert sheet.why_not
    assert sheet.why_not in client.get(PAGE).text


def test_from_nothing_to_the_steps_on_the_pages_alone(client, db):
    boss = UserFactory(role="head_office")
    client.force_login(boss)
    assert f'href="{FOUND}"' in client.get("/").text
    assert client.get(PAGE).url == FOUND
    wrong = client.post(FOUND, {"name": "试点行", "code": "1", "county": PINGTANG})
    assert (wrong.status_code, "银行代码" in wrong.text) == (422, True)
    done = client.post(FOUND, {"name": "试点行", "code": "pt", "county": PINGTANG}, follow=True)
    assert "试点行：支行 11 个，村和社区网格 131 个" in done.text
    assert "142 个无人负责" in done.text
    assert client.get(FOUND).url == PAGE
    assert client.post(FOUND, {"name": "再一行", "code": "ZW", "county": "522728"}).status_code == 403
    # a home without a month leads there
    assert f'href="{PAGE}"' in client.get("/").text


@pytest.mark.parametrize("name", ["chen", "li", "sysadmin"])
def test_it_is_head_offices(client, cast, name):
    client.force_login(getattr(cast, name, None) or UserFactory(role=name))
    assert [client.get(one).status_code for one in (PAGE, FOUND)] == [403, 403]
