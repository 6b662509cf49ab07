"""The account manager's home: the next household first and why, the rest in lines, the month beside its pace."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gridbank.days import month_before, month_last
from gridbank.scoping import waive_scope
from performance.models import Period, Run, Score
from tests.dashboards.ranked import household, month, today
from tests.factories import CustomerFactory, VisitFactory


def home(client, user):
    client.force_login(user)
    page = client.get("/")
    assert page.status_code == 200
    return page.text


def part(page, name):
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def visit(made, staff, days, **more):
    at = timezone.now() - timedelta(days=days)
    return VisitFactory(customer=made.head, staff=staff, started_at=at, **more)


@pytest.fixture
def two(cast):
    """One household was promised a visit yesterday, the other was met long ago."""
    long_ago = household(cast.grid_li, "李四", last_met_on=today() - timedelta(days=100), group_name="二组")
    visit(long_ago, cast.li, 100, note="问过存款")
    promised = household(cast.grid_li, "张三", last_met_on=today() - timedelta(days=20), group_name="六组")
    promised.head.phone = "13900003052"
    promised.head.save(update_fields=["phone"])
    visit(promised, cast.li, 20, note="等儿子回来商量建房")
    visit(promised, cast.li, 19, met=False, next_on=today() - timedelta(days=1))
    CustomerFactory(household=promised, relation="child", phone="13900008820")
    return promised, long_ago


def test_the_next_household_stands_first_with_why_and_what_was_said(client, cast, two):
    page = home(client, cast.li)
    first, rest = part(page, "next-title"), part(page, "today-title")
    assert "张三" in first
    assert "李四" not in first
    # the last words are of the last visit at which any were noted, promised or not
    assert "等儿子回来商量建房" in first
    assert f"/visits/new/?household={two[0].pk}" in first
    assert page.index('id="next-title"') < page.index('id="today-title"') < page.index('id="grids-title"')
    assert "李四" in rest
    assert "张三" not in rest
    assert "100 天未见面" in rest
    assert "问过存款" in rest
    assert f"/visits/new/?household={two[1].pk}" in rest


def test_a_phone_is_known_by_its_tail_and_dialled_for_a_reason(client, cast, two):
    head = two[0].head
    first = part(home(client, cast.li), "next-title")
    shown = head.masked("phone")
    assert shown[-4:] in first
    assert "8820" in first
    assert head.phone not in first
    assert f'action="/customers/{head.pk}/reveal/"' in first
    assert 'name="reason" value="联系走访"' in first


def test_nobody_is_dialled_who_does_not_want_it(client, cast, two):
    head = two[0].head
    head.do_not_contact = True
    head.save(update_fields=["do_not_contact"])
    page = home(client, cast.li)
    assert f'action="/customers/{head.pk}/reveal/"' not in page


def test_his_month_stands_beside_target_and_pace(client, cast):
    period = month(cast, today().replace(day=1), people=[(cast.li, cast.grid_li, cast.east)])
    own = Score.objects.visible_to(cast.li).get(level="manager")
    with waive_scope("a test sets a day"):
        Run.objects.update(as_of=period.month.replace(day=26))
    told = part(home(client, cast.li), "month-title")
    # 60 % of four households are 2.4; by the 26th two of them are due, one was met
    assert "1 / 3 户" in told
    assert "按进度应到 2 户，还差 1 户" in told
    assert f"余 {month_last(period.month).day - 26} 天" in told
    assert f'href="/performance/{period}/{own.pk}/visit_coverage/"' in told


def test_a_part_of_a_month_stands_beside_the_same_part_of_the_one_before(client, cast):
    first = date(2026, 10, 1)
    for one in (first, month_before(first, 1)):
        month(cast, one, people=[(cast.li, cast.grid_li, cast.east)])
    with waive_scope("a test sets the days"):
        for period in Period.objects.all():
            Run.objects.filter(period=period).update(as_of=period.month.replace(day=15))
    told = part(home(client, cast.li), "month-title")
    # no fact of September bears a day before its 16th
    assert "上月同日 0 户" in told
    assert "持平" in told


def test_who_has_nobody_to_visit_is_told_what_else_to_do(client, cast):
    household(cast.grid_li, "王五", last_met_on=today())
    page = home(client, cast.li)
    assert "今日没有应访户" in page
    assert 'id="next-title"' not in page


def test_an_account_manager_sees_his_own_day(client, bank):
    page = home(client, bank.li)
    for said in ("李家湾的张三", "甲村", "第 1 名", "89.0"):
        assert said in page
    for hidden in ("王家湾的赵四", "吴家湾的孙五", "乙村", "丙村", "王磊", "吴峰"):
        assert hidden not in page


def test_an_account_manager_sees_the_gap_to_the_next_rank(client, bank):
    page = home(client, bank.wang)
    assert "第 2 名" in page
    assert "距第 1 名还差 1.0 分" in page


def test_an_account_manager_reads_in_words_what_would_gain_a_place(client, bank):
    page = home(client, bank.wang)
    ways = page.split('class="ways"')[1].split("</div>")[0]
    assert "做到任意一项，即可升到第 1 名" in ways
    # 1 of 4 met, target 60 %, weight 25: one point more takes 0.44 x 0.6 x 4 = 1.056 households, so one more
    assert '<a href="/visits/today/">再走访见面 1 户</a>' in ways
    # nobody is ahead of her
    assert "再走访见面" not in home(client, bank.li)


def test_what_is_left_for_later_goes_last_and_comes_back(client, cast, two):
    promised, long_ago = two
    client.force_login(cast.li)
    page = client.get("/").text
    later = f"/?skip={promised.pk}"
    assert f'href="{later}"' in page
    left = client.get(later).text
    assert "李四" in part(left, "next-title")
    rest = part(left, "today-title")
    assert "张三" in rest
    # undone by a link, and only what was left: all of it left is the order of before
    assert 'href="/"' in rest
    assert "张三" in part(client.get(f"/?skip={promised.pk},{long_ago.pk}").text, "next-title")
    assert "张三" in part(client.get("/?skip=x;drop").text, "next-title")


def test_the_rest_can_be_ordered_along_the_way(client, cast, two):
    # 二组 before 六组
    client.force_login(cast.li)
    assert "李四" in part(client.get("/?sort=route").text, "next-title")
