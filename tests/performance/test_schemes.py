"""Whatever a month's scheme holds is what the page, the home and the workbook draw."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from performance import services
from performance.enums import Level
from performance.indicators import INDICATORS
from performance.models import Scheme, SchemeItem
from performance.selectors import ranking
from performance.services.schemes import DEFAULT_ITEMS
from tests.performance.world import MONTH, fill

PAGE = "/performance/2026-09/"
ALL = [item.indicator for item in DEFAULT_ITEMS]
HELD = [
    *([key for key in ALL if key != left_out] for left_out in ALL),
    *([key] for key in ALL),
    list(reversed(ALL)),
]


def ids(keys):
    return "+".join(keys)


@pytest.fixture
def scheme(request, db):
    """A signed scheme that holds some of the indicators only."""
    made = Scheme.objects.create(
        code="part", version=1, name="部分", effective_from=date(2026, 1, 1), activated_at=timezone.now()
    )
    SchemeItem.objects.bulk_create(
        SchemeItem(
            scheme=made,
            indicator=key,
            position=position,
            weight=10,
            target=Decimal("0.5"),
            cap=Decimal("1.2"),
        )
        for position, key in enumerate(request.param, 1)
    )
    return request.param


@pytest.fixture
def period(cast, scheme, client):
    fill(cast)
    client.force_login(cast.zhao)
    return services.run_compute(bank=cast.root, month=MONTH).period


def name(key):
    return str(INDICATORS[key].name)


def table(page, label):
    """Return a table's headings, and the labels and contents of its rows' cells, without markup."""
    text = page.split(label)[1].split("</table>")[0]
    head, _, body = text.partition("</thead>")

    def bare(cell):
        return re.sub(r"<[^>]+>", "", cell).strip()

    headings = [bare(cell) for cell in re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", head, re.DOTALL)]
    rows = [
        [bare(cell) for cell in re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in re.findall(r"<tr\b.*?</tr>", body, re.DOTALL)
    ]
    return headings, rows


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
def test_the_month_has_a_column_for_each(client, period, scheme):
    page = client.get(PAGE).text
    for label in ('<section class="card">\n', 'aria-labelledby="branches-title">'):
        headings, rows = table(page, label)
        assert [text for text in headings if text in map(name, ALL)] == [name(key) for key in scheme]
        assert rows
        assert {len(row) for row in rows} == {len(headings)}


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
@pytest.mark.parametrize("measure", ["coverage", "archive", "activation", "days"])
def test_the_home_of_head_office_has_a_column_for_each(client, cast, period, scheme, measure):
    page = client.get("/", {"measure": measure}).text
    headings, rows = table(page, 'table--rows" aria-labelledby="branches-title">')
    assert headings[1:-1] == [name(key) for key in scheme]
    scores = ranking(actor=cast.zhao, period=period, level=Level.BRANCH)
    for row, score in zip(rows, scores, strict=True):
        lines = {line.indicator: line for line in score.lines.all()}
        for key, shown in zip(scheme, row[1:-1], strict=True):
            line = lines[key]
            value = line.numerator if not INDICATORS[key].is_rate else line.actual and 100 * line.actual
            assert (
                shown == "–" if value is None else abs(Decimal(shown.rstrip("%")) - value) <= Decimal("0.05")
            )
    cards = re.findall(r'class="stat__label">(.*?)<', page)
    assert cards[:-1] == [name(key) for key in scheme if INDICATORS[key].is_rate]
    drawn = re.search(r'id="trend-title".*?</section>', page, re.DOTALL)
    assert bool(drawn) == bool(cards[:-1])


@pytest.mark.parametrize("scheme", [["new_customers", "archive_rate"]], ids=ids, indirect=True)
def test_branches_are_compared_by_points_where_the_month_has_not_counted_the_measure(client, period, scheme):
    def title(measure):
        page = client.get("/", {"measure": measure}).text
        return re.search(r'id="bars-title">.*?class="soft">\s*(.*?)\s*<', page, re.DOTALL)[1]

    assert title("coverage") == "得分"
    assert title("archive") == "建档率"


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
def test_an_account_managers_home_has_a_line_for_each(client, cast, period, scheme):
    client.force_login(cast.li)
    _headings, rows = table(client.get("/").text, 'table table--dense" aria-labelledby="month-title">')
    assert [row[0] for row in rows] == [name(key) for key in scheme]


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
def test_the_workbook_names_the_indicator_over_each_of_its_columns(client, cast, period, scheme):
    book = load_workbook(BytesIO(client.get(f"{PAGE}export/").content))
    wanted = [f"{name(key)} · {part}" for key in scheme for part in ("实际", "目标", "得分")]
    levels = (Level.MANAGER, Level.BRANCH)
    for sheet, before, level in zip(book.worksheets[:2], (5, 2), levels, strict=True):
        head, *rows = sheet.iter_rows()
        assert [cell.value for cell in head][before:-1] == wanted
        scores = ranking(actor=cast.zhao, period=period, level=level)
        for row, score in zip(rows, scores, strict=True):
            lines = {line.indicator: line for line in score.lines.all()}
            values = [
                value for key in scheme for value in (lines[key].actual, lines[key].target, lines[key].points)
            ]
            written = [cell.value for cell in row][before:]
            assert written == [None if value is None else float(value) for value in (*values, score.total)]


@pytest.mark.parametrize("scheme", [ALL], ids=["all"], indirect=True)
def test_rates_are_written_as_per_cents(client, period, scheme):
    people = load_workbook(BytesIO(client.get(f"{PAGE}export/").content)).worksheets[0]
    for column, heading in enumerate(cell.value for cell in people[1]):
        rates = {
            f"{name(key)} · {part}" for key in ALL if INDICATORS[key].is_rate for part in ("实际", "目标")
        }
        known = [
            row[column].number_format for row in people.iter_rows(min_row=2) if row[column].value is not None
        ]
        assert set(known) <= ({"0.0%"} if heading in rates else {"General"}), heading
