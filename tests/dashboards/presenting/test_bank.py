"""Head office's home: each thing said once, and to be acted on."""

from decimal import Decimal

import pytest
from django.urls import reverse

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


def test_numbers_lead_to_the_page_of_their_rows(client, cast):
    first = today().replace(day=1)
    month(cast, first, people=[(cast.li, cast.grid_li, cast.east)])
    page = home(client, cast.zhao)
    one = Score.objects.visible_to(cast.zhao).get(level=Level.BRANCH, subject_id=cast.east.pk)
    assert f'href="{reverse("performance:score", args=[first, one.pk])}"' in page
    for indicator in ("visit_coverage", "archive_rate", "app_activation", "marketing_success"):
        assert f'href="{reverse("performance:facts", args=[first, one.pk, indicator])}"' in page
