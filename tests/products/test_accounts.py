"""The core system's file of holdings."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from exchange import selectors
from exchange.models import ExportLimit
from exchange.outlets import outlet_of
from exchange.services import batch_bring
from products.enums import Balance, band_of
from products.models import Holding
from tests.customers.corefiles import numbered, stored
from tests.exchange import files
from tests.exchange.exports import cells
from tests.exchange.files import worked, xlsx
from tests.factories import ProductFactory

HEAD = ["身份证号", "客户号", "产品代码", "账号", "开户日期", "余额", "销户日期"]


@pytest.fixture
def person(cast):
    ProductFactory(code="D01", category="deposit")
    return numbered(cast.grid_li)


def held():
    rows = models.QuerySet(Holding).order_by("pk")
    return list(rows.values_list("customer_id", "product__code", "since", "balance", "ended_on"))


def test_accounts_come_change_close_and_go_back(cast, person):
    first = [person.id_number, "K1", "D01", "6217001", "2021-03-05", "12,000.50", None]
    second = [None, "K1", "D01", "6217002", "2022-03-05", "600000", None]
    batch, told = stored(cast.zhao, "holdings", HEAD, first, second)
    assert told == {"rows": 2, "new": 2}
    assert held() == [
        (person.pk, "D01", date(2021, 3, 5), "to_50k", None),
        (person.pk, "D01", date(2022, 3, 5), "over_500k", None),
    ]
    assert stored(cast.zhao, "holdings", HEAD, first, second)[1] == {"rows": 2, "unchanged": 2}
    # a closed account needs its key and the day
    closing, told = stored(cast.zhao, "holdings", ["账号", "销户日期"], ["6217001", "2026-11-20"])
    assert told == {"rows": 1, "changed": 1}
    assert held()[0][-1] == date(2026, 11, 20)
    assert worked(cast.zhao, batch, selectors.UNDO) == {"rows": 2, "kept": 1, "undone": 1}
    assert worked(cast.zhao, closing, selectors.UNDO)["undone"] == 1
    assert held() == [(person.pk, "D01", date(2021, 3, 5), "to_50k", None)]


def test_neither_number_nor_balance_is_kept(cast, person):
    stored(
        cast.zhao,
        "holdings",
        HEAD,
        [person.id_number, "K777", "D01", "62170099", "2021-03-05", "12345.67", None],
    )
    with connection.cursor() as cursor:
        tables = [
            name for name in connection.introspection.table_names(cursor) if not name.startswith("sqlite")
        ]
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            text = repr(cursor.fetchall())
            assert not [word for word in ("K777", "62170099", "12345.67") if word in text], table


def test_what_was_written_down_by_hand_becomes_the_account(cast, person):
    product = ProductFactory(code="L01")
    Holding.objects.create(customer=person, product=product, since=date(2026, 1, 1))
    row = [person.id_number, None, "L01", "88", "2025-12-30", None, None]
    batch, told = stored(cast.zhao, "holdings", HEAD, row)
    assert (told, held()) == ({"rows": 1, "changed": 1}, [(person.pk, "L01", date(2025, 12, 30), "", None)])
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    assert held() == [(person.pk, "L01", date(2026, 1, 1), "", None)]


def test_a_file_that_is_older_than_what_stands_waits(cast, person):
    row = [person.id_number, None, "D01", "88", "2025-12-30", "100", None]
    stored(cast.zhao, "holdings", HEAD, row)
    content = xlsx(HEAD, [*row[:5], "90000", None])
    older = batch_bring(
        actor=cast.zhao, kind="holdings", name="a.xlsx", content=content, as_of=date(2026, 11, 1)
    )
    assert worked(cast.zhao, older, selectors.STORE) == {"rows": 1, "waiting": 1}
    assert held()[0][3] == "under_10k"


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["", "", "D01", "9", "2021-03-05", "", ""], "account"),
        (["", "K8", "D01", "9", "2021-03-05", "", ""], "customer_no"),
        (["+", "", "X", "9", "2021-03-05", "", ""], "product"),
        (["+", "", "D01", "9", "", "", ""], "opened_on"),
        (["+", "", "D01", "9", "2027-01-01", "", ""], "opened_on"),
        (["+", "", "D01", "9", "2021-03-05", "", "2020-01-01"], "closed_on"),
        (["522727198005170000", "", "D01", "9", "2021-03-05", "", ""], "id_number"),
    ],
)
def test_a_wrong_row_says_which_column(cast, person, cells, column):
    row = [person.id_number if cell == "+" else cell or None for cell in cells]
    batch, told = stored(cast.zhao, "holdings", HEAD, row)
    assert told == {"rows": 1, "wrong": 1}
    (out,) = selectors.rows_out(batch, selectors.Phase.STORED, "wrong")
    assert [fault.column for fault in out.faults] == [column]


def test_an_account_stays_with_its_holder(cast, person):
    other = numbered(cast.grid_wang, serial=5)
    stored(cast.zhao, "holdings", HEAD, [person.id_number, None, "D01", "88", "2025-12-30", None, None])
    told = stored(
        cast.zhao, "holdings", HEAD, [other.id_number, None, "D01", "88", "2025-12-30", None, None]
    )[1]
    assert told == {"rows": 1, "wrong": 1}


def test_head_office_brings_it_and_the_trail_tells(cast, person):
    row = [person.id_number, None, "D01", "88", "2025-12-30", None, None]
    with pytest.raises(PermissionDenied):
        stored(cast.chen, "holdings", HEAD, row)
    stored(None, "holdings", HEAD, row)
    event = AuditEvent.objects.filter(action="holdings.stored").get()
    assert (event.actor, json.loads(event.changes)["new"]) == (None, 1)


def test_queries_dont_grow_with_the_rows(cast, person):
    counts = []
    for size, first in ((3, 100), (30, 200)):
        people = [numbered(cast.grid_li, serial=first + at) for at in range(size)]
        rows = [[one.id_number, f"K{one.pk}", "D01", f"A{one.pk}", "2026-11-03", "5", None] for one in people]
        with CaptureQueriesContext(connection) as asked:
            stored(cast.zhao, "holdings", HEAD, *rows)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2


@pytest.mark.parametrize(
    ("yuan", "band"),
    [("-3", "none"), ("0", "none"), ("0.01", "under_10k"), ("9999.99", "under_10k"), ("10000", "to_50k"),
     ("50000", "to_200k"), ("200000", "to_500k"), ("500000", "over_500k")],
)  # fmt: skip
def test_a_balance_is_kept_as_a_band(yuan, band):
    assert band_of(Decimal(yuan)) == Balance(band)


def test_accounts_go_out_without_their_keys_and_come_in_unchanged(client, cast, person):
    rows = [
        [person.id_number, None, "D01", key, "2021-03-05", balance, closed]
        for key, balance, closed in (
            ("6217001", "12000", None),
            ("=1+1", None, "2026-11-20"),
            ("0012", "-5", None),
        )
    ]
    stored(cast.zhao, "holdings", HEAD, *rows)
    stood = held()
    client.force_login(cast.zhao)
    body = client.get("/exchange/out/holdings.xlsx").content
    table = cells(body)
    assert len(table) == 4
    assert "6217001" not in str(table)
    assert files.stored(cast.zhao, body, kind="holdings")[1] == {"rows": 3, "unchanged": 3}
    ExportLimit.objects.create(bank_id=cast.root.pk, rows=2)
    assert client.get("/exchange/out/holdings.xlsx").url == "/exchange/exports/new/products.accounts/"
    assert outlet_of("products.accounts").opened(cast.zhao, QueryDict()).source.rows.count() == 3
    assert not outlet_of("products.accounts").may(cast.chen)
    assert held() == stood


def test_what_stands_for_an_account_opens_none(cast, person):
    made_up = f"#{'a' * 64}"
    _batch, told = stored(
        cast.zhao, "holdings", HEAD, [person.id_number, None, "D01", made_up, "2021-03-05", None, None]
    )
    assert told == {"rows": 1, "wrong": 1}
    assert held() == []
