"""The workbook of a month."""

from io import BytesIO
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from audit.models import AuditEvent
from performance import services
from performance.selectors import score_of
from tests.performance.world import MONTH, fill

PAGE = "/performance/2026-09/"


HOSTILE = '=HYPERLINK("http://x","点我")'


HEAD = 4


def test_a_workbook_holds_text_as_text_and_where_it_came_from(client, cast):
    for name, user in ((HOSTILE, cast.li), ("@SUM(A1)", cast.wang), (" =1+1", cast.wu)):
        user.name = name
        user.save()
    fill(cast)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    client.force_login(cast.zhao)
    book = load_workbook(BytesIO(client.get(f"{PAGE}export/").content))
    people, branches, source = book.worksheets
    names = [people.cell(row, 2) for row in range(HEAD + 1, people.max_row + 1)]
    assert {cell.value for cell in names} == {HOSTILE, "@SUM(A1)", " =1+1", "孙静"}
    assert {cell.data_type for cell in names} == {"s"}
    assert branches.max_row == HEAD + 2
    values = {row[0].value: row[1].value for row in source.iter_rows()}
    assert period.current_run.root_hash in values.values()
    event = AuditEvent.objects.get(action="period.exported")
    assert (event.actor_id, event.subject_id) == (cast.zhao.pk, str(period.pk))
    assert str(period.current_run.root_hash) in event.changes


def test_each_sheet_says_whose_it_is_and_carries_the_page_s_numbers(client, cast, period):
    client.force_login(cast.zhao)
    response = client.get(f"{PAGE}export/")
    assert quote(f"{cast.root.name}_客户经理绩效排名_2026年9月.xlsx") in response["Content-Disposition"]
    people = load_workbook(BytesIO(response.content)).worksheets[0]
    assert people["A1"].value == f"{cast.root.name}2026年9月客户经理绩效排名"
    assert people.oddFooter.left.text.endswith(period.current_run.root_hash[:16])
    groups = [cell.value for cell in people[HEAD - 1]]
    headings = [cell.value for cell in people[HEAD]]
    at = groups.index("走访覆盖率")
    assert headings[at : at + 6] == ["已完成", "应完成", "实际", "目标", "完成率", "得分"]
    score = score_of(user=cast.li, period=period)
    row = next(row for row in people.iter_rows(min_row=HEAD + 1) if row[1].value == score.subject_name)
    line = next(line for line in score.lines.all() if line.indicator == "visit_coverage")
    found = [cell.value for cell in row]
    assert found[:4] == [score.rank_bank, score.subject_name, score.rank_branch, score.rank_peer]
    assert found[at : at + 3] == pytest.approx([line.numerator, line.denominator, float(line.actual)])
    assert row[at + 2].number_format == "0.0%"


def test_a_branch_manager_takes_only_his_branch(client, cast, period):
    client.force_login(cast.chen)
    people, branches, _source = load_workbook(BytesIO(client.get(f"{PAGE}export/").content)).worksheets
    names = {people.cell(row, 2).value for row in range(HEAD + 1, people.max_row + 1)}
    assert names == {"李娜", "王磊", "孙静"}
    assert people.cell(HEAD, 1).value == "支行名次"
    assert branches.max_row == HEAD + 1
    client.force_login(cast.li)
    assert client.get(f"{PAGE}export/").status_code == 403
