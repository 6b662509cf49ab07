"""Each role's home: what it answers, what it never shows, and that it costs the same with more rows."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gridbank.scoping import waive_scope
from people.enums import Role
from performance.enums import Level
from performance.models import Run, Score
from tests.dashboards.ranked import RATES, household, month, score, today
from tests.factories import AssignmentFactory, CustomerFactory, GridFactory, UserFactory, VisitFactory
from tests.people import assign

QUERIES = {"zhao": 17, "chen": 16, "li": 19}
HOSTILE = '"><script>alert(1)</script>'


def home(client, user, query=""):
    client.force_login(user)
    page = client.get(f"/{query}")
    assert page.status_code == 200
    return page.text


def test_head_office_compares_branches_and_sees_both_ends_of_the_ranking(client, bank):
    page = home(client, bank.zhao)
    for said in ("东支行", "西支行", "李娜", "吴峰", "25.0%", "50.0%", "75.0%"):
        assert said in page
    assert 'data-measure="coverage"' in page
    assert "初步排名" in page


def test_head_office_names_the_grids_without_anybody(client, bank):
    GridFactory(parent=bank.east, name="空村")
    page = home(client, bank.zhao)
    vacant = page.split('id="vacant-title"')[1].split("</section>")[0]
    assert "空村" in vacant
    assert "甲村" not in vacant


@pytest.mark.parametrize(
    ("measure", "title"),
    [("archive", "建档率"), ("activation", "手机银行激活率"), ("days", "户均未见面天数（中位数）")],
)
def test_the_measure_is_chosen_in_the_address(client, bank, measure, title):
    page = home(client, bank.zhao, f"?measure={measure}")
    assert f'data-measure="{measure}"' in page
    assert f'<h2 id="map-title">{title}</h2>' in page


@pytest.mark.parametrize("measure", ["households", HOSTILE, "x" * 5000, "\x00"])
def test_an_unknown_measure_is_said_to_be_unknown(client, bank, measure):
    client.force_login(bank.zhao)
    page = client.get("/", {"measure": measure}).text
    assert "没有这个指标" in page
    assert 'data-measure="coverage"' in page
    assert "<script>alert" not in page


def test_a_branch_manager_sees_his_ground_and_nobody_elses(client, bank):
    page = home(client, bank.chen)
    for said in ("东支行", "甲村", "乙村", "李家湾的张三", "王家湾的赵四", "李娜", "王磊"):
        assert said in page
    for hidden in ("西支行", "丙村", "吴家湾的孙五", "吴峰"):
        assert hidden not in page


def test_never_visited_comes_before_long_unvisited(client, bank):
    page = home(client, bank.chen)
    blind = page.split('id="blind-title"')[1].split("</section>")[0]
    assert blind.index("李家湾的张三") < blind.index("王家湾的赵四")
    assert "从未走访" in blind
    assert "200 天前" in blind


def test_a_branch_manager_sees_who_has_been_out_today(client, bank):
    person = CustomerFactory(household__grid=bank.grid_li)
    VisitFactory(customer=person, staff=bank.li)
    VisitFactory(customer=CustomerFactory(household__grid=bank.grid_wu), staff=bank.wu)
    page = home(client, bank.chen)
    people = page.split('id="people-title"')[1].split("</section>")[0]
    wang, li = people.index("王磊"), people.index("李娜")
    # whoever reported nothing comes first
    assert wang < li
    assert "今日未登记" in people[wang:li]
    assert "1 次" in people[li:]


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


def test_head_office_is_told_first_who_needs_a_push(client, bank):
    with waive_scope("a test adds branches to the month"):
        run = Run.objects.get()
        for number, points in enumerate((40, 30, 20, 10), 3):
            branch = GridFactory(parent=bank.root, tier="branch", name=f"支行{number}")
            rates = {**RATES, "visit_coverage": Decimal(points) / 1000}
            score(
                run, Level.BRANCH, branch.pk, branch.name, grid=branch, total=50, branch=branch, rates=rates
            )  # fmt: skip
    GridFactory(parent=bank.east, name="空村")
    page = home(client, bank.zhao)
    push = page.split('id="push-title"')[1].split("</section>")[0]
    assert "走访覆盖率最低的支行" in push
    behind = push.split("<dd>")[1].split("</dd>")[0]
    assert behind.index("支行6") < behind.index("支行5") < behind.index("支行4")
    assert "支行3" not in behind
    assert "1.0%" in behind
    assert "空村" in push
    assert page.index('id="push-title"') < page.index('id="map-title"')


def test_every_row_of_the_day_can_be_logged_with_one_click(client, bank):
    page = home(client, bank.li)
    today_list = page.split('id="today-title"')[1].split("</section>")[0]
    assert "/visits/new/?household=" in today_list


def test_a_member_of_a_special_grid_counts_there_too(client, cast):
    from customers.models import SpecialMembership

    market = GridFactory(parent=cast.east, name="集市", nature="special", kind="market")
    assign(cast.sun, market)
    made = household(cast.grid_li, "赶集的钱六")
    SpecialMembership.objects.create(grid=market, household=made, since=date(2026, 1, 1))
    household(cast.grid_li, "不赶集的周七")
    page = home(client, cast.sun)
    row = page.split(f'<tr data-grid="{market.pk}">')[1].split("</tr>")[0]
    assert f'<a href="/customers/?grid={market.pk}">1</a>' in row
    assert "不赶集的周七" not in page


@pytest.mark.parametrize("role", [Role.HEAD_OFFICE, Role.BRANCH_MANAGER, Role.ACCOUNT_MANAGER])
def test_somebody_without_assignment_is_told_whom_to_ask(client, bank, role):
    page = home(client, UserFactory(role=role))
    assert "没有负责的网格" in page
    assert "请联系" in page
    for hidden in ("甲村", "东支行", "李家湾的张三", "李娜"):
        assert hidden not in page


def test_an_assignment_that_has_ended_shows_nothing(client, bank):
    assign(bank.sun, bank.grid_li, until=today() - timedelta(days=1))
    assert "李家湾的张三" not in home(client, bank.sun)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_an_officer_sees_his_work_and_no_customer(client, bank, role):
    page = home(client, UserFactory(role=role))
    assert "三员分立" in page
    for hidden in ("甲村", "东支行", "李家湾的张三", "李娜", "map.js"):
        assert hidden not in page


@pytest.mark.parametrize("name", ["zhao", "chen", "li"])
def test_an_empty_bank_has_a_home_for_everybody(client, cast, name):
    page = home(client, getattr(cast, name))
    assert 'class="empty"' in page


@pytest.mark.parametrize("name", ["zhao", "chen", "li"])
def test_hostile_names_are_text(client, cast, name):
    for grid in (cast.root, cast.east, cast.grid_li):
        grid.name = HOSTILE
        grid.save(update_fields=["name"])
    for user in (cast.zhao, cast.chen, cast.li):
        user.name = HOSTILE
        user.save(update_fields=["name"])
    household(cast.grid_li, HOSTILE, group_name=HOSTILE)
    month(cast, today().replace(day=1), people=[(cast.li, cast.grid_li, cast.east)])
    page = home(client, getattr(cast, name))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_numbers_lead_to_the_page_of_their_rows(client, cast):
    first = today().replace(day=1)
    month(cast, first, people=[(cast.li, cast.grid_li, cast.east)])
    page = home(client, cast.zhao)
    one = Score.objects.visible_to(cast.zhao).get(level=Level.BRANCH, subject_id=cast.east.pk)
    assert f'href="{reverse("performance:score", args=[first, one.pk])}"' in page
    for indicator in ("visit_coverage", "archive_rate", "app_activation", "marketing_success"):
        assert f'href="{reverse("performance:facts", args=[first, one.pk, indicator])}"' in page


@pytest.mark.parametrize("name", list(QUERIES))
def test_no_home_reads_what_only_computations_and_maps_need(client, cast, name):
    month(cast, today().replace(day=1), people=[(cast.li, cast.grid_li, cast.east)])
    client.force_login(getattr(cast, name))
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    heavy = [one["sql"] for one in asked if '."inputs"' in one["sql"] or '."geojson"' in one["sql"]]
    assert heavy == []
    assert any('"performance_score"' in one["sql"] for one in asked)


@pytest.mark.parametrize("name", list(QUERIES))
@pytest.mark.parametrize("count", [1, 3])
def test_a_home_costs_the_same_with_more_rows(client, cast, django_assert_num_queries, name, count):
    people = []
    for number in range(count):
        grid = GridFactory(parent=cast.east, name=f"村{number}")
        GridFactory(parent=cast.east, name=f"空{number}")
        user = UserFactory(role=Role.ACCOUNT_MANAGER)
        assign(user, grid)
        AssignmentFactory(user=cast.li, grid=grid, part="deputy")
        people.append((user, grid, cast.east))
        made = household(grid, f"户{number}")
        VisitFactory(customer=made.head, staff=user)
    people.append((cast.li, cast.grid_li, cast.east))
    for number in range(count):
        first = (today().replace(day=1) - timedelta(days=31 * number)).replace(day=1)
        month(cast, first, people=people)
    client.force_login(getattr(cast, name))
    client.get("/")
    with django_assert_num_queries(QUERIES[name]):
        client.get("/")
