"""A roster of a county, row by row validated, sealed, indexed, compared with who is here, stored and recorded."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from stdnum.cn import ric

from bench.load import NAMES, PRIME, Bank
from bench.measure import Result
from customers.models import Customer, Household
from customers.services.roster import roster_store
from demo.names import given_name, surname
from exchange.sheets import IN, ROWS_A_CHUNK, Row, Source
from gridbank.scoping import waive_scope
from grids.enums import AreaLevel
from grids.models import Area

EACH = 4
LEAST = 5_000
VILLAGE, TOWNSHIP = "522799100201", "522799100000"
RELATIONS = ("head", "spouse", "child", "child")
BORN = (date(1955, 1, 1), date(1957, 1, 1), date(1978, 1, 1), date(1981, 1, 1))


def _number(place: int, kind: int) -> str:
    """Return a well-formed ID number of nobody, another one for each place."""
    born = BORN[kind] + timedelta(days=place * PRIME % 7_000)
    body = f"5227{place // 7_000 % 90 + 10}{born:%Y%m%d}{place // 630_000:03}"
    return body + str(ric.calc_check_digit(body + "0"))


def _rows(count: int) -> Iterator[Row]:
    rng = random.Random(11)
    names = [f"{surname(rng)}{given_name(rng, female=n % 2 == 0, born=1955 + n % 40)}" for n in range(NAMES)]
    for place in range(count):
        home, kind = divmod(place, EACH)
        number = _number(place, kind)
        values = {
            "household": f"5227{home:08}", "village": VILLAGE, "group_name": f"{home % 12 + 1}组",
            "name": names[place * PRIME % NAMES], "relation": RELATIONS[kind], "id_number": number,
            "phone": f"13{place * PRIME % 10**9:09}", "occupation": "务农",
        }  # fmt: skip
        if not kind:
            values |= {
                "address": f"{home}号",
                "house_type": "brick",
                "land_mu": "2.5",
                "income_source": "务工",
            }
        yield Row("roster", place + 2, values)


def _bare(first: int) -> float:
    """Write the people who were stored once more, into a table with the same indexes, and nothing else."""
    people = StringIO()
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(
            f"COPY (SELECT * FROM customers_customer WHERE id > {first}) TO STDOUT", people
        )
        cursor.execute("CREATE TABLE bench_person (LIKE customers_customer INCLUDING INDEXES)")
        people.seek(0)
        start = time.perf_counter()
        cursor.cursor.copy_expert("COPY bench_person FROM STDIN", people)
        taken = time.perf_counter() - start
        cursor.execute("DROP TABLE bench_person")
    return taken


def roster(bank: Bank) -> Iterator[Result]:
    """Store a roster as head office, a chunk in a transaction; what is kept for the next run is as it was."""
    township, _new = Area.objects.get_or_create(
        code=TOWNSHIP, defaults={"name": "T", "level": AreaLevel.TOWNSHIP}
    )
    village = {"name": "V", "level": AreaLevel.VILLAGE, "parent": township}
    bank.grid.area, _new = Area.objects.get_or_create(code=VILLAGE, defaults=village)
    bank.grid.save()
    with waive_scope("the bench copies what it stored, and takes it away again"):
        last = {model: model.objects.aggregate(last=Max("pk"))["last"] for model in (Customer, Household)}
    rows, stored = list(_rows(bank.size.roster)), 0
    source = Source(bank.head, timezone.localdate(), bank.root.pk)
    start = time.perf_counter()
    for at in range(0, len(rows), ROWS_A_CHUNK):
        with transaction.atomic():
            stored += sum(one.fate in IN for one in roster_store(source, rows[at : at + ROWS_A_CHUNK]))
    ours = stored / (time.perf_counter() - start)
    bare = stored / _bare(last[Customer])
    for model, first in last.items():
        made: QuerySet[Any] = QuerySet(model)
        made.filter(pk__gt=first)._raw_delete(made.db)
    yield Result(
        f"roster of {len(rows):,} people, validated, sealed, compared, stored", ours, bare, f"≥ {LEAST:,} rows/s",
        ours >= LEAST and stored == len(rows), "rows/s", note="beside it: COPY of the same people, sealed",
    )  # fmt: skip
