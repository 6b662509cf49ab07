"""Whatever a month's scheme holds is what the page, the home and the workbook draw."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from audit.services import record
from performance import services
from performance.actions import Action
from performance.enums import Level
from performance.indicators import INDICATORS
from performance.models import Scheme, SchemeItem
from performance.selectors import ranking
from performance.services.schemes import DEFAULT_ITEMS, digest_of
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
    record(
        actor=None,
        action=Action.SCHEME_CREATED,
        subject=made,
        changes={"standard": True, "digest": digest_of(made)},
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
    """Return a table's headings, and the labels and contents of its rows' cells, without markup and small print."""
    text = page.split(label)[1].split("</table>")[0]
    head, _, body = text.partition("</thead>")

    def bare(cell):
        return re.sub(r"<[^>]+>", "", cell).strip()

    headings = [
        bare(re.sub(r"<small>.*?</small>", "", cell, flags=re.DOTALL))
        for cell in re.findall(r"<th\s+scope=\"col\"[^>]*>(.*?)</th>", head, re.DOTALL)
    ]
    rows = [
        [bare(cell) for cell in re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in re.findall(r"<tr\b.*?</tr>", body, re.DOTALL)
    ]
    return headings, rows


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
def test_the_month_has_a_column_for_each(client, period, scheme):
    page = client.get(PAGE).text
    for label in ('ranked">', 'ranked" aria-labelledby="branches-title">'):
        headings, rows = table(page, f'class="table table--dense {label}')
        assert [text for text in headings if text in map(name, ALL)] == [name(key) for key in scheme]
        assert rows
        assert {len(row) for row in rows} == {len(headings)}


COMPARED = 'class="table table--dense compare" aria-labelledby="branches-title">'
RATES = {"coverage": "visit_coverage", "archive": "archive_rate", "activation": "app_activation"}


def compared(headings):
    """Return by which indicator the branches are compared: its bar is followed by its per cents."""
    return headings[headings.index("%") - 1] if "%" in headings else None


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
@pytest.mark.parametrize("measure", [*RATES, "days"])
def test_the_home_of_head_office_has_a_column_for_each(client, cast, period, scheme, measure):
    page = client.get("/", {"measure": measure, "sort": "rank"}).text
    headings, (*rows, whole) = table(page, COMPARED)
    chosen = compared(headings)
    told = [text for text in headings if text in map(name, ALL)]
    assert told == sorted(map(name, scheme), key=lambda text: text != chosen)
    if RATES.get(measure) in scheme:
        assert chosen == name(RATES[measure])
    scores = [
        *ranking(actor=cast.zhao, period=period, level=Level.BRANCH),
        *ranking(actor=cast.zhao, period=period, level=Level.BANK),
    ]
    for row, score in zip([*rows, whole], scores, strict=True):
        assert len(row) == len(headings)
        lines = {line.indicator: line for line in score.lines.all()}
        for key in scheme:
            line = lines[key]
            shown = row[headings.index(name(key)) + (name(key) == chosen)]
            value = line.numerator if not INDICATORS[key].is_rate else line.actual and 100 * line.actual
            assert (
                shown == "–" if value is None else abs(Decimal(shown.rstrip("%")) - value) <= Decimal("0.05")
            )
    assert re.findall(r'class="strip__label">(.*?)<', page) == [name(key) for key in scheme]
    assert page.count("chart--spark") == len(scheme)


@pytest.mark.parametrize(
    ("scheme", "measure", "by"),
    [
        (["new_customers", "archive_rate"], "coverage", "archive_rate"),
        (["new_customers", "archive_rate"], "archive", "archive_rate"),
        (["archive_rate", "app_activation"], "days", "archive_rate"),
        # what the map shows goes before what it doesn't
        (["marketing_success", "archive_rate"], "coverage", "archive_rate"),
        (["new_customers", "marketing_success"], "coverage", "marketing_success"),
        (["new_customers"], "coverage", None),
    ],
    indirect=["scheme"],
)
def test_branches_are_compared_by_a_rate_of_the_month_where_it_has_not_counted_the_measure(
    client, period, scheme, measure, by
):
    headings, _rows = table(client.get("/", {"measure": measure}).text, COMPARED)
    assert compared(headings) == (by and name(by))
    assert "得分" in headings


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
def test_an_account_managers_home_has_a_line_for_each(client, cast, period, scheme):
    client.force_login(cast.li)
    label = 'class="table table--dense gauges" aria-labelledby="month-title">'
    _headings, rows = table(client.get("/").text, label)
    assert [row[0] for row in rows] == [name(key) for key in scheme]


# a title and its line stand above the two rows of headings
TOP = 3


def parts(key):
    """Return the names of an indicator's columns in a workbook, each with the attribute of a line it holds."""
    made_of = {"已完成": "numerator", "应完成": "denominator"} if INDICATORS[key].is_rate else {}
    return {**made_of, "实际": "actual", "目标": "target", "完成率": "attainment", "得分": "points"}


def columns(sheet):
    """Return the indicator and the part over each column; an indicator's cell goes over all of its parts."""
    over, group = [], ""
    groups, heads = sheet.iter_rows(min_row=TOP, max_row=TOP + 1, values_only=True)
    for above, head in zip(groups, heads, strict=True):
        group = group if above is None else above
        over.append((group, head))
    return over


@pytest.mark.parametrize("scheme", HELD, ids=ids, indirect=True)
def test_the_workbook_names_the_indicator_over_each_of_its_columns(client, cast, period, scheme):
    book = load_workbook(BytesIO(client.get(f"{PAGE}export/").content))
    wanted = [("", "总分"), *((name(key), part) for key in scheme for part in parts(key))]
    levels = (Level.MANAGER, Level.BRANCH)
    for sheet, before, level in zip(book.worksheets[:2], (7, 2), levels, strict=True):
        assert columns(sheet)[before:] == wanted
        scores = ranking(actor=cast.zhao, period=period, level=level)
        rows = sheet.iter_rows(min_row=TOP + 2, values_only=True)
        for row, score in zip(rows, scores, strict=True):
            lines = {line.indicator: line for line in score.lines.all()}
            values = [getattr(lines[key], held) for key in scheme for held in parts(key).values()]
            assert list(row[before:]) == [
                None if value is None else float(value) for value in (score.total, *values)
            ]


@pytest.mark.parametrize("scheme", [ALL], ids=["all"], indirect=True)
def test_rates_are_written_as_per_cents(client, period, scheme):
    rates = {(name(key), part) for key in ALL if INDICATORS[key].is_rate for part in ("实际", "目标")}
    rates |= {(name(key), "完成率") for key in ALL}
    points = {("", "总分"), *((name(key), "得分") for key in ALL)}
    for sheet in load_workbook(BytesIO(client.get(f"{PAGE}export/").content)).worksheets[:2]:
        told = columns(sheet)
        assert rates | points < set(told)
        for column, heading in enumerate(told):
            known = {
                row[column].number_format
                for row in sheet.iter_rows(min_row=TOP + 2)
                if row[column].value is not None
            }
            assert known == {"0.0%" if heading in rates else "0.00" if heading in points else "General"}, (
                heading
            )
