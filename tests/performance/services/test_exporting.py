"""The workbook of a month."""

from io import BytesIO

from openpyxl import load_workbook

from audit.models import AuditEvent
from performance import services
from tests.performance.world import MONTH, fill

PAGE = "/performance/2026-09/"


HOSTILE = '=HYPERLINK("http://x","点我")'


def test_a_workbook_holds_text_as_text_and_where_it_came_from(client, cast):
    for name, user in ((HOSTILE, cast.li), ("@SUM(A1)", cast.wang), (" =1+1", cast.wu)):
        user.name = name
        user.save()
    fill(cast)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    client.force_login(cast.zhao)
    book = load_workbook(BytesIO(client.get(f"{PAGE}export/").content))
    people, branches, source = book.worksheets
    names = [people.cell(row, 2) for row in range(2, people.max_row + 1)]
    assert {cell.value for cell in names} == {HOSTILE, "@SUM(A1)", " =1+1", "孙静"}
    assert {cell.data_type for cell in names} == {"s"}
    assert branches.max_row == 3
    values = {row[0].value: row[1].value for row in source.iter_rows()}
    assert period.current_run.root_hash in values.values()
    event = AuditEvent.objects.get(action="period.exported")
    assert (event.actor_id, event.subject_id) == (cast.zhao.pk, str(period.pk))
    assert str(period.current_run.root_hash) in event.changes


def test_a_branch_manager_takes_only_his_branch(client, cast, period):
    client.force_login(cast.chen)
    people, branches, _source = load_workbook(BytesIO(client.get(f"{PAGE}export/").content)).worksheets
    assert {people.cell(row, 2).value for row in range(2, people.max_row + 1)} == {"李娜", "王磊", "孙静"}
    assert branches.max_row == 2
    client.force_login(cast.li)
    assert client.get(f"{PAGE}export/").status_code == 403
