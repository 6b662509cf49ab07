"""The set to measure on: the grid through its services, the masses by SQL on the server.

Encrypted columns come from a pool of values encrypted once; digests are unique, as in life. Nothing here is
random: every value is arithmetic on a row's number, scattered by multiplication with a prime.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from bench.size import Size
from customers.completeness import CURRENT
from customers.models import Claim, Customer, Household
from customers.pii import encrypt, phone_digests
from customers.pinyin import spell
from demo import geography
from demo.names import given_name, surname
from demo.words import MET_DOOR, NEEDS, PRODUCTS
from gridbank.days import month_before
from gridbank.scoping import waive_scope
from grids.models import Grid
from grids.services import (
    AssignmentRow,
    GridRow,
    assignments_bulk_create,
    grids_bulk_create,
)
from ground.services import boundaries_bulk_set
from needs.models import Need
from people.models import User
from people.services import AccountRow, accounts_bulk_create
from products.models import Offer, Product
from products.services import products_put
from visits.models import Visit

NAMES, NOTES, TAILS = 20_000, 500, 10_000
PRIME = 7_919
OFFICERS = ("sysadmin", "secadmin", "auditor")


@dataclass(frozen=True)
class Bank:
    """What was loaded, as far as the cases ask for it."""

    root: Grid
    head: User
    chief: User
    manager: User
    officers: dict[str, User]
    grid: Grid
    size: Size


def loaded(size: Size) -> Bank:
    """Return the bank that an earlier run loaded and kept."""
    with waive_scope("the bench looks at what it loaded"):
        grids = {grid.code: grid for grid in Grid.objects.filter(code__in=("B", "B001", "B001-001"))}
        leads = {code: grid.assignments.get().user for code, grid in grids.items()}
    officers = {role: User.objects.get(username=role) for role in OFFICERS}
    return Bank(grids["B"], leads["B"], leads["B001"], leads["B001-001"], officers, grids["B001-001"], size)


def load(size: Size) -> Bank:
    """Load everything into an empty database."""
    bank = _bank(size)
    with _bare(Household, Customer, Visit, Offer, Need, Claim):
        _pools()
        _households(size)
        _customers(size)
        _visits(size)
        _offers_and_needs(size)
        _claims()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return bank


def _bank(size: Size) -> Bank:
    """Found the bank: one head office, branches on a partition of the county, managers on theirs."""
    rng = random.Random(7)
    start = month_before(timezone.localdate(), size.months + 6)
    each = size.managers // size.branches
    county = geography.county(rng)
    rows = [GridRow("B", "演示银行", "head_office", start)]
    shapes: dict[str, Any] = {"B": county}
    seeds = geography.spread_out(rng, county, size.branches, (107.3, 25.83), 0)
    for number, ground in enumerate(geography.partition(rng, county, seeds), 1):
        branch = f"B{number:03}"
        rows.append(GridRow(branch, f"第{number}支行", "branch", start, "B"))
        shapes[branch] = ground
        places = geography.spread_out(rng, ground, each, seeds[number - 1], 0)
        for at, piece in enumerate(geography.partition(rng, ground, places), 1):
            code = f"{branch}-{at:03}"
            rows.append(GridRow(code, f"第{number}-{at}网格", "manager", start, branch, kind="village"))
            shapes[code] = piece
    grids = grids_bulk_create(actor=None, rows=rows)
    boundaries_bulk_set(
        actor=None,
        boundaries={
            grids[code].pk: geography.geojson(shape, geography.CENTIMETRE) for code, shape in shapes.items()
        },
        illustrative=True,
    )
    return _staff(rows, grids, start, size)


def _staff(rows: list[GridRow], grids: dict[str, Grid], start: date, size: Size) -> Bank:
    roles = {"head_office": "head_office", "branch": "branch_manager", "manager": "account_manager"}
    people = {
        row.code: AccountRow(f"u{n}", f"S{n:06}", f"员工{n}", roles[row.tier], "!")
        for n, row in enumerate(rows)
    }
    officers = {role: AccountRow(role, f"O-{role}", role, role, "!") for role in OFFICERS}
    users = accounts_bulk_create(actor=None, rows=[*people.values(), *officers.values()])
    by_name = {user.username: user for user in users}
    by_code = {code: by_name[row.username] for code, row in people.items()}
    assignments_bulk_create(
        actor=None, rows=[AssignmentRow(grids[code], user, start) for code, user in by_code.items()]
    )
    products_put(actor=None, rows=PRODUCTS)
    return Bank(
        root=grids["B"], head=by_code["B"], chief=by_code["B001"], manager=by_code["B001-001"],
        officers={role: by_name[role] for role in officers}, grid=grids["B001-001"], size=size,
    )  # fmt: skip


@contextmanager
def _bare(*tables: type[models.Model]) -> Iterator[None]:
    """Lift plain indexes and foreign-key triggers while the masses come in; build the indexes once afterwards."""
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
               WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique""",
            [names],
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
        for name in names:
            column = "id"
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [name, column])
            if cursor.fetchone()[0]:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) + 1 FROM {name}))"
                )
        for _name, definition in indexes:
            cursor.execute(definition)


def _plain(field: models.Field[Any, Any]) -> str:
    """Return the SQL of what a field holds when nothing is said of it."""
    if field.null:
        return "NULL"
    if not field.has_default():
        return "false" if isinstance(field, models.BooleanField) else "''"
    value = field.get_default()
    known = {bool: str(value), int: str(value), datetime: "now()", list: "'[]'::jsonb"}
    return known.get(type(value), f"'{value}'")


def _insert(model: type[models.Model], values: dict[str, str], source: str) -> None:
    """Fill a table from a query: named columns by their expressions, the others with what is plain for them."""
    columns = {str(field.column): _plain(field) for field in model._meta.concrete_fields} | values
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} {source}"
        )


def _aad(model: type[models.Model], column: str) -> str:
    return f"{model._meta.db_table}.{column}"


def _pools() -> None:
    """Lay out the pools: names with their spelling, encrypted values, phone tails' digests, grids by number."""
    rng = random.Random(11)
    names = []
    for number in range(NAMES):
        name = surname(rng) + given_name(rng, female=bool(number % 2), born=1950 + number % 70)
        names.append((number, name, *spell(name)))
    notes = [(n, encrypt(MET_DOOR[n % len(MET_DOOR)], _aad(Visit, "note"))) for n in range(NOTES)]
    secrets = [
        (
            n,
            encrypt(f"52272719{n % 90 + 10}0101{n:03}X", _aad(Customer, "id_number")),
            encrypt(f"1990000{n:04}", _aad(Customer, "phone")),
            encrypt(f"第{n}组{n}号", _aad(Household, "address")),
        )
        for n in range(NOTES)
    ]
    tails = [(n, phone_digests(f"1990000{n:04}")[1]) for n in range(TAILS)]
    with connection.cursor() as cursor:
        for table, columns, rows in (
            ("pool_name", "n int PRIMARY KEY, name text, pinyin text, initials text", names),
            ("pool_note", "n int PRIMARY KEY, note text", notes),
            ("pool_secret", "n int PRIMARY KEY, id_number text, phone text, address text", secrets),
            ("pool_tail", "n int PRIMARY KEY, digest text", tails),
        ):
            cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns})")
            marks = ", ".join(["%s"] * len(rows[0]))
            for at in range(0, len(rows), 1000):
                part = rows[at : at + 1000]
                values = ", ".join([f"({marks})"] * len(part))
                cursor.execute(f"INSERT INTO {table} VALUES {values}", [cell for row in part for cell in row])
        cursor.execute(
            """CREATE TEMPORARY TABLE pool_grid AS
               SELECT row_number() OVER (ORDER BY g.id) - 1 AS n, g.id AS grid_id, a.user_id AS staff_id
               FROM grids_grid g JOIN grids_assignment a ON a.grid_id = g.id WHERE g.tier = 'manager'"""
        )
        cursor.execute("CREATE UNIQUE INDEX ON pool_grid (n)")
        cursor.execute("ANALYZE")


def _households(size: Size) -> None:
    today = timezone.localdate()
    first = month_before(today, size.months)
    days = (today - first).days
    _insert(
        Household,
        {
            "id": "i",
            "code": "'H' || i",
            "grid_id": "g.grid_id",
            "head_name": "p.name",
            "address": "s.address",
            "house_type": "'brick'",
            "land_mu": "(i % 40) / 2.0",
            "income_band": "'to_50k'",
            "completeness": "CASE WHEN i % 5 < 3 THEN 100 ELSE 70 END",
            "completeness_rule": str(CURRENT),
            "complete_since": f"CASE WHEN i % 5 < 3 THEN DATE '{first}' + (i * {PRIME} % {days})::int END",
            "archived_on": f"CASE WHEN i % 5 < 3 THEN DATE '{first}' + (i * {PRIME} % {days})::int END",
            "archived_by_id": "CASE WHEN i % 5 < 3 THEN g.staff_id END",
            "last_met_on": f"CASE WHEN i % 6 > 0 THEN DATE '{today}' - (i * {PRIME} % 200)::int END",
            "longitude": "107.3",
            "latitude": "25.8",
            "created_at": f"TIMESTAMPTZ '{first} 01:00+00'",
            "updated_at": f"TIMESTAMPTZ '{first} 01:00+00'",
            "created_by_id": "g.staff_id",
        },
        f"""FROM generate_series(1, {size.households}) i
            JOIN pool_grid g ON g.n = (i * {PRIME}::bigint) % {size.managers}
            JOIN pool_name p ON p.n = (i * 4::bigint * {PRIME}) % {NAMES}
            JOIN pool_secret s ON s.n = i % {NOTES}""",
    )


def _customers(size: Size) -> None:
    """Four people to a household: the head's name is the household's."""
    today = timezone.localdate()
    first = month_before(today, size.months)
    days = (today - first).days
    _insert(
        Customer,
        {
            "id": "i",
            "household_id": "(i + 3) / 4",
            "name": "p.name",
            "name_key": "p.name",
            "pinyin": "p.pinyin",
            "initials": "p.initials",
            "relation": "(ARRAY['head', 'spouse', 'child', 'parent'])[(i + 3) % 4 + 1]",
            "gender": "CASE WHEN i % 2 = 0 THEN 'male' ELSE 'female' END",
            "birth_date": f"DATE '1940-01-01' + (i * {PRIME}::bigint % 26000)::int",
            "id_type": "'resident'",
            "id_number": "s.id_number",
            "id_digest": "md5('a' || i) || md5('b' || i)",
            "phone": "s.phone",
            "phone_digest": "md5('c' || i) || md5('d' || i)",
            "phone_tail_digest": "t.digest",
            "occupation": "'务农'",
            "is_migrant": "i % 5 = 0",
            "customer_since": f"CASE WHEN i % 3 > 0 THEN DATE '{first}' + (i * {PRIME}::bigint % {days})::int END",
            "account_evidence": f"CASE WHEN i % 3 > 0 THEN {_looked_at('i')} END",
            "app_evidence": f"CASE WHEN i % 3 = 0 THEN {_looked_at('i')} END",
            "app_informed_on": f"CASE WHEN i % 3 = 0 THEN DATE '{first}' + (i * {PRIME}::bigint % {days})::int END",
            "app_downloaded_on": f"CASE WHEN i % 3 = 0 THEN DATE '{first}' + (i * {PRIME}::bigint % {days})::int END",
            "app_verified_on": f"CASE WHEN i % 3 = 0 THEN DATE '{first}' + (i * {PRIME}::bigint % {days})::int END",
            "created_at": f"TIMESTAMPTZ '{first} 01:00+00'",
            "updated_at": f"TIMESTAMPTZ '{first} 01:00+00'",
        },
        f"""FROM generate_series(1, {size.customers}) i
            JOIN pool_name p ON p.n = ((i + 3) / 4 * 4::bigint * {PRIME} + (i + 3) % 4) % {NAMES}
            JOIN pool_secret s ON s.n = i % {NOTES}
            JOIN pool_tail t ON t.n = (i * {PRIME}::bigint) % {TAILS}""",
    )


def _visits(size: Size) -> None:
    """In the order of time, as they were made; a household's visits lie scattered over the table."""
    now = timezone.now().replace(microsecond=0)
    first = month_before(timezone.localdate(), size.months)
    seconds = ((now.date() - first).days + 1) * 86_400
    home = f"((v.i * {PRIME * 13}::bigint) % {size.households} + 1)"
    _insert(
        Visit,
        {
            "id": "md5('v' || v.i)::uuid",
            "household_id": "h.id",
            "customer_id": "h.id * 4 - 3",
            "staff_id": "h.created_by_id",
            "grid_id": "h.grid_id",
            "started_at": "v.at",
            "day": "(v.at AT TIME ZONE 'Asia/Shanghai')::date",
            "mode": "(ARRAY['door', 'door', 'door', 'phone', 'wechat'])[v.i % 5 + 1]",
            "met": "v.i % 4 > 0",
            "note": "n.note",
            "next_on": "CASE WHEN v.i % 4 = 1 THEN (v.at + interval '14 days')::date END",
            "body_hash": "md5('x' || v.i) || md5('y' || v.i)",
            "received_at": "v.at",
        },
        f"""FROM (SELECT i, TIMESTAMPTZ '{now - timedelta(seconds=seconds)}'
                      + i * interval '1 second' * {seconds / size.visits:.6f} AS at
                  FROM generate_series(1, {size.visits}) i) v
            JOIN customers_household h ON h.id = {home}
            JOIN pool_note n ON n.n = v.i % {NOTES}
            ORDER BY v.i""",
    )


def _looked_at(number: str) -> str:
    """Return the SQL of what somebody else said of an entry: of thirty-two one waits and one is not so."""
    return f"(ARRAY[1, 3] || array_fill(2, ARRAY[30]))[({number}) % 32 + 1]"


def _claims() -> None:
    """Each account, verified identity and accepted offer as it was claimed, and what became of it."""
    about = "FROM customers_customer c JOIN customers_household h ON h.id = c.household_id"
    offers = "FROM products_offer o JOIN customers_customer c ON c.id = o.customer_id"
    at = 0
    for kind, key, day, who, state, source in (
        ("account", "c.id", "c.customer_since", "h.created_by_id", "c.account_evidence", about),
        ("verified", "c.id", "c.app_verified_on", "h.created_by_id", "c.app_evidence", about),
        ("offer", "o.id", "o.offered_on", "o.staff_id", "o.evidence", offers),
    ):
        decided = f"{state} > 1"
        _insert(
            Claim,
            {
                "id": f"{at} + row_number() OVER (ORDER BY {day}, {key})",
                "customer_id": "c.id",
                "kind": f"'{kind}'",
                "source_id": key,
                "day": day,
                "entered_by_id": who,
                "earner_id": who,
                "entered_at": f"{day} + TIME '12:00'",
                "state": state,
                "witness": f"CASE WHEN {decided} THEN 'core' ELSE '' END",
                "decided_at": f"CASE WHEN {decided} THEN {day} + TIME '18:00' END",
                "reason": f"CASE WHEN {state} = 3 THEN '回访称未办理' ELSE '' END",
            },
            f"{source} WHERE {state} IS NOT NULL AND {day} IS NOT NULL",
        )
        at = models.QuerySet(Claim).count()


def _offers_and_needs(size: Size) -> None:
    products = list(Product.objects.order_by("pk").values_list("pk", flat=True))
    chosen = f"(ARRAY{products})[v.number % {len(products)} + 1]"
    numbered = f"""FROM (SELECT *, row_number() OVER (ORDER BY started_at) AS number FROM visits_visit
                         WHERE met AND started_at > now() - interval '{size.months * 15} days') v"""
    _insert(
        Offer,
        {
            "id": "v.number",
            "customer_id": "v.customer_id",
            "product_id": chosen,
            "result": "(ARRAY['accepted', 'refused', 'offered'])[v.number % 3 + 1]",
            "evidence": f"CASE WHEN v.number % 3 = 0 THEN {_looked_at('v.number / 3')} END",
            "offered_on": "v.day",
            "staff_id": "v.staff_id",
            "grid_id": "v.grid_id",
            "origin": "v.id",
        },
        f"{numbered} WHERE v.number % 3 = 0",
    )
    text = "(ARRAY['" + "', '".join(NEEDS) + f"'])[v.number % {len(NEEDS)} + 1]"
    _insert(
        Need,
        {
            "id": "v.number",
            "household_id": "v.household_id",
            "customer_id": "v.customer_id",
            "text": text,
            "due_on": "v.day + 14",
            "status": "CASE WHEN v.number % 8 = 0 THEN 'open' ELSE 'done' END",
            "raised_on": "v.day",
            "raised_by_id": "v.staff_id",
            "origin": "v.id",
        },
        f"{numbered} WHERE v.number % 20 = 0",
    )
