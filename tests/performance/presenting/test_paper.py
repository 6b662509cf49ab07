"""A month's ranking on paper: all of it, forty a page, with what a clerk needs to sign it."""

from decimal import Decimal

import pytest

from performance.models import ScoreLine
from performance.presenting.paper import ROWS, _cell, paper
from performance.selectors import ranking
from tests.performance.world import MONTH

PAGE = f"/performance/{MONTH:%Y-%m}/print/"


def test_every_row_of_the_page_stands_on_paper_people_first(cast, period):
    shown = paper(actor=cast.zhao, period=period)
    people, branches = shown["sheets"]
    assert [row.score for row in people.rows] == list(ranking(actor=cast.zhao, period=period))
    assert (people.about_branches, branches.about_branches) == (False, True)
    assert [row.rank for row in people.rows if row.rank] == sorted(
        row.rank for row in people.rows if row.rank
    )


def test_forty_rows_make_a_page(cast, period, monkeypatch):
    monkeypatch.setattr("performance.presenting.paper.ROWS", 3)
    sizes = [(sheet.number, len(sheet.rows)) for sheet in paper(actor=cast.zhao, period=period)["sheets"]]
    assert (ROWS, sizes) == (40, [(1, 3), (2, 1), (3, 2)])


@pytest.mark.parametrize(("attainment", "reached", "mark"), [
    (None, "–", ""), ("0", "0", "▼"), ("0.599999", "59", "▼"), ("0.6", "60", ""), ("0.999999", "99", ""),
    ("1", "100", "✓"), ("2.5", "250", "✓"),
])  # fmt: skip
def test_a_share_is_cut_and_marked_for_eyes_without_colour(attainment, reached, mark):
    cell = _cell(ScoreLine(attainment=None if attainment is None else Decimal(attainment)))
    assert (cell.reached, cell.mark) == (reached, mark)


def test_the_page_carries_bank_month_hash_and_three_signature_lines(client, cast, period):
    client.force_login(cast.zhao)
    page = client.get(PAGE).text
    for said in (
        cast.root.name,
        "2026年9月",
        period.current_run.root_hash[:16],
        "制表",
        "复核",
        "公布",
        "第 1 页，共 2 页",
    ):
        assert said in page
    client.force_login(cast.li)
    assert client.get(PAGE).status_code == 403


def test_a_branch_manager_prints_only_his_branch(client, cast, period):
    client.force_login(cast.chen)
    page = client.get(PAGE)
    assert cast.li.name in page.text
    assert cast.wu.name not in page.text


def test_the_change_of_rank_is_told_from_the_month_before(cast, period):
    rows = paper(actor=cast.zhao, period=period)["sheets"][0].rows
    assert {row.rose for row in rows} == {None}
