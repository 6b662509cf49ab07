"""Head office's home: each thing said once, and to be acted on."""

from decimal import Decimal

import pytest
from django.urls import reverse

from gridbank.days import month_before, month_last
from gridbank.scoping import waive_scope
from performance.enums import Level
from performance.models import Run, Score
from tests.dashboards.ranked import RATES, month, score, today
from tests.factories import GridFactory

HOSTILE = '"><script>alert(1)</script>'


def home(client, user, query=""):
    client.force_login(user)
    page = client.get(f"/{query}")
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize(
    ("measure", "title"),
    [("archive", "建档率"), ("activation", "手机银行激活率"), ("days", "户均未见面天数（中位数）")],
)
def test_the_measure_is_chosen_in_the_address(client, bank, measure, title):
    page = home(client, bank.zhao, f"?measure={measure}")
    assert f'data-measure="{measure}"' in page
    assert f'aria-current="true">{title}</a>' in page


@pytest.mark.parametrize("measure", ["households", HOSTILE, "x" * 5000, "\x00"])
def test_an_unknown_measure_is_said_to_be_unknown(client, bank, measure):
    client.force_login(bank.zhao)
    page = client.get("/", {"measure": measure}).text
    assert "没有这个指标" in page
    assert 'data-measure="coverage"' in page
    assert "<script>alert" not in page


def test_numbers_lead_to_the_page_of_their_rows(client, cast):
    first = today().replace(day=1)
    month(cast, first, people=[(cast.li, cast.grid_li, cast.east)])
    page = home(client, cast.zhao)
    one = Score.objects.visible_to(cast.zhao).get(level=Level.BRANCH, subject_id=cast.east.pk)
    assert f'href="{reverse("performance:score", args=[first, one.pk])}"' in page
    for indicator in ("visit_coverage", "archive_rate", "app_activation", "marketing_success"):
        assert f'href="{reverse("performance:parts", args=[first, one.pk, indicator])}"' in page


def part(page, name):
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def more_branches(bank):
    """Four more branches, each behind the one before."""
    with waive_scope("a test adds branches to the month"):
        run = Run.objects.get()
        for number, share in enumerate(
            (Decimal("0.04"), Decimal("0.03"), Decimal("0.02"), Decimal("0.01")), 3
        ):
            branch = GridFactory(parent=bank.root, tier="branch", name=f"支行{number}")
            rates = {**RATES, "visit_coverage": share}
            score(
                run, Level.BRANCH, branch.pk, branch.name, grid=branch, total=50 - number, branch=branch, rank=number,
                rates=rates,
            )  # fmt: skip
        Run.objects.update(as_of=month_last(run.as_of))


def test_each_number_stands_beside_target_pace_and_its_course(client, cast):
    first = today().replace(day=1)
    for month_of in (month_before(first, 1), first):
        month(cast, month_of, people=[])
    with waive_scope("a test sets a day"):
        Run.objects.filter(period__month=first).update(as_of=month_last(first))
    page = home(client, cast.zhao)
    strip = page.split('class="panel strip"')[1].split('class="home')[0]
    for said in (
        "走访覆盖率",
        "25.0%",
        "35.0",
        "进度 60.0% · 目标 60.0%",
        "1 / 4",
        "上月同日",
        "上月末 50.0%",
    ):
        assert said in strip
    assert strip.count("chart--spark") == len(RATES)


def test_the_branches_stand_in_one_table_furthest_behind_first(client, bank):
    more_branches(bank)
    page = home(client, bank.zhao)
    table = part(page, "branches-title")
    rows = [row.split("</a>")[0].rpartition(">")[2] for row in table.split('<th scope="row">')[1:7]]
    assert rows[:4] == ["支行6", "支行5", "支行4", "支行3"]
    assert set(rows[4:]) == {"东支行", "西支行"}


@pytest.mark.parametrize(
    ("sort", "first", "turned"),
    [
        ("rank", "东支行", "-rank"),
        ("-rank", "支行6", "rank"),
        ("-points", "东支行", "points"),
        ("nothing", "东支行", "rank"),
    ],
)
def test_a_head_sorts_and_turns_round(client, bank, sort, first, turned):
    more_branches(bank)
    table = part(home(client, bank.zhao, f"?sort={sort}"), "branches-title")
    assert table.split('<th scope="row">')[1].split("</a>")[0].endswith(f">{first}")
    assert f"sort={turned}#branches" in table


def test_places_won_and_lost_stand_beside_the_rank(client, cast):
    first = today().replace(day=1)
    month(cast, month_before(first, 1), people=[], branches=(cast.west, cast.east))
    month(cast, first, people=[])
    table = part(home(client, cast.zhao, "?sort=rank"), "branches-title")
    east, west = table.split('<th scope="row">')[:2]
    assert "climb--up" in east
    assert "climb--down" in west


def test_head_office_is_told_whom_to_push_with_the_words_for_it(client, bank):
    more_branches(bank)
    GridFactory(parent=bank.east, name="空村")
    page = home(client, bank.zhao)
    push = part(page, "push-title")
    assert "落后进度 10 点以上的支行 6 个" in push
    shown = push.split('class="push__names"')[1].split("</span>\n          </div>")[0]
    assert shown.index("支行6") < shown.index("支行5") < shown.index("支行4")
    assert "支行3" not in shown.split("<textarea")[0]
    assert "−59.0" in shown
    words = push.split("<textarea")[1].split("</textarea>")[0]
    assert "按进度今天应达到 60.0%" in words
    assert "支行3 −56.0" in words
    assert "空村" in push
    assert 'href="/grids/?vacant=on"' in push


def test_nothing_is_said_twice(client, bank):
    empty = GridFactory(parent=bank.east, name="空村")
    page = home(client, bank.zhao)
    assert f'href="/grids/{empty.pk}/assignments/new/"' in page
    assert page.count("空村") == 1
    assert page.count("无人负责的网格") == 1


def test_the_last_month_shows_who_signed_and_why_the_next_step_waits(client, cast):
    first = today().replace(day=1)
    over = month(cast, month_before(first, 1), people=[])
    signed = part(home(client, cast.zhao), "signed-title")
    assert str(over.month.year) in signed
    assert "steps__one--next" in signed
