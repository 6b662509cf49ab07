"""Pages and API, through Django's test client with the real middleware on a kept connection."""

import gzip
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from stdnum.cn import ric

from bench.load import Bank
from bench.measure import Result, fetch, median_ms, raw_ms
from bench.province import province, viewport
from customers.identity import parse_id_number
from customers.pii import id_digest, phone_digests
from gridbank.days import month_first
from gridbank.serving import with_room
from grids.models import Grid
from ground.geometry import Box
from people.models import User

OK = frozenset({200, 302})
BATCH = 200
SYNC = "/api/v1/visits/sync/"
_ID_BODY = "52272719900307911"
ID_NUMBER = _ID_BODY + ric.calc_check_digit(_ID_BODY + "0")
_LIST = """
    SELECT c.id, c.name, c.phone, c.relation, h.head_name, h.completeness, h.last_met_on, g.name
    FROM customers_customer c JOIN customers_household h ON h.id = c.household_id
    JOIN grids_grid g ON g.id = h.grid_id"""


def signed_in(user: User) -> Client:
    """Return a client with the person's session."""
    client = Client(raise_request_exception=True, SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def heads(bank: Bank) -> list[int]:
    """Return people whom the account manager visits."""
    found = fetch(
        """SELECT c.id FROM customers_customer c JOIN customers_household h ON h.id = c.household_id
           WHERE h.grid_id = %s AND c.relation = 'head' ORDER BY c.id LIMIT %s""",
        [bank.grid.pk, BATCH],
    )
    return [pk for (pk,) in found]


def batch(people: list[int]) -> list[dict[str, Any]]:
    """Make up a laptop's visits of forty days ago: no page shows them, the other cases stay as they were."""
    started = timezone.now() - timedelta(days=40)
    return [
        {
            "id": str(uuid.uuid4()),
            "customer": people[at % len(people)],
            "started_at": (started - timedelta(seconds=at)).isoformat(),
            "mode": "door",
            "met": True,
            "note": "在家中与户主交谈。",
        }
        for at in range(BATCH)
    ]


def forget(visits: list[str]) -> None:
    """Remove what was sent, so that the next run finds the set as it was."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM visits_visit WHERE id = ANY(%s::uuid[])", [visits])


class Pages:
    """The cases that ask for a page."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank
        self.repeats = bank.size.repeats
        self.clients = {
            user.username: signed_in(user)
            for user in (bank.head, bank.chief, bank.manager, *bank.officers.values())
        }

    def _get(self, user: User, url: str) -> Callable[[], Any]:
        client = self.clients[user.username]

        def ask() -> Any:
            response = client.get(url)
            if response.status_code not in OK:
                raise RuntimeError(f"{url}: {response.status_code}")
            return response

        return with_room(ask)

    def _page(
        self, what: str, user: User, url: str, bar: float, raw: tuple[str, Any] | None, *, note: str = ""
    ) -> Result:
        ours = median_ms(self._get(user, url), self.repeats)
        limit = raw_ms(*raw, self.repeats) if raw else None
        return Result(what, ours, limit, f"≤ {bar:g} ms", ours <= bar, note=note)

    def results(self) -> Iterator[Result]:
        """Measure everything there is; a page that isn't there yet is left out."""
        for case in (
            self._lists,
            self._searches,
            self._household,
            self._homes,
            self._today,
            self._map,
            self._province,
            self._sync,
        ):
            try:
                yield from case()
            except NoReverseMatch as error:
                print(f"bench: left out, {error}")

    def _lists(self) -> Iterator[Result]:
        url, head, deep = reverse("customers:list"), self.bank.head, self.bank.size.customers * 9 // 10
        first = f"{_LIST} ORDER BY c.id LIMIT 51"
        yield self._page("customer list, households (head office)", head, url, 40, None)
        url += "?by=person"
        yield self._page("customer list, first page (head office)", head, url, 40, (first, None))
        after = f"{_LIST} WHERE c.id > %s ORDER BY c.id LIMIT 51"
        yield self._page(
            "customer list, deep page (head office)", head, f"{url}&after={deep}", 40, (after, [deep])
        )
        yield self._page("customer list, by name (head office)", head, f"{url}&sort=name", 40, None)
        path = f"/{self.bank.root.pk}/%"
        for name, user in (("branch manager", self.bank.chief), ("account manager", self.bank.manager)):
            scope = f"""{_LIST} WHERE h.grid_id IN (SELECT gg.id FROM grids_grid gg JOIN grids_assignment a
                       ON a.user_id = %s JOIN grids_grid top ON top.id = a.grid_id AND gg.path LIKE top.path || '%%')
                       AND g.path LIKE %s ORDER BY c.id LIMIT 51"""
            yield self._page(f"customer list, first page ({name})", user, url, 40, (scope, [user.pk, path]))

    def _searches(self) -> Iterator[Result]:
        url, head = reverse("customers:list"), self.bank.head
        name, initials = fetch(
            "SELECT name, initials FROM customers_customer ORDER BY id DESC OFFSET 17 LIMIT 1"
        )[0]
        digest = fetch("SELECT phone_tail_digest FROM customers_customer LIMIT 1 OFFSET 3")[0][0]
        tail = next(f"{n:04}" for n in range(10_000) if phone_digests(f"1990000{n:04}")[1] == digest)
        for what, term, where, value in (
            ("name", name, "c.name LIKE %s", f"{name}%"),
            ("one surname", name[0], "c.name LIKE %s", f"{name[0]}%"),
            ("pinyin initials", initials, "c.initials LIKE %s", f"{initials}%"),
            ("phone tail", tail, "c.phone_tail_digest = %s", digest),
        ):
            for who, user in (("head office", head), ("branch manager", self.bank.chief)):
                raw = f"{_LIST} WHERE {where} ORDER BY c.id LIMIT 51"
                yield self._page(f"search by {what} ({who})", user, f"{url}?q={term}", 60, (raw, [value]))
        yield self._exact()

    def _exact(self) -> Result:
        found = parse_id_number(ID_NUMBER, id_type="resident", today=timezone.localdate())
        digest, client = id_digest(found.canonical, self.bank.root.pk), self.clients[self.bank.head.username]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_customer SET id_digest = %s WHERE id = %s",
                [digest, self.bank.size.customers // 2],
            )
        url = reverse("customers:search")

        def ask() -> None:
            response = client.post(url, {"number": ID_NUMBER})
            if response.status_code != 302:
                raise RuntimeError(f"{url}: {response.status_code}")

        ours = median_ms(with_room(ask), self.repeats)
        limit = raw_ms(f"{_LIST} WHERE c.id_digest = %s", [digest], self.repeats)
        return Result("search by exact ID number (head office)", ours, limit, "≤ 60 ms", ours <= 60)

    def _household(self) -> Iterator[Result]:
        home = fetch(
            "SELECT id FROM customers_household WHERE grid_id = %s ORDER BY id LIMIT 1", [self.bank.grid.pk]
        )[0][0]
        raw = """SELECT h.*, c.*, v.* FROM customers_household h
                 JOIN customers_customer c ON c.household_id = h.id
                 LEFT JOIN LATERAL (SELECT * FROM visits_visit w WHERE w.household_id = h.id
                                    ORDER BY w.started_at DESC LIMIT 20) v ON true WHERE h.id = %s"""
        url = reverse("customers:household", args=[home])
        yield self._page("household page (account manager)", self.bank.manager, url, 40, (raw, [home]))
        yield self._page("household page (head office)", self.bank.head, url, 40, (raw, [home]))

    def _homes(self) -> Iterator[Result]:
        url, size = reverse("dashboards:home"), self.bank.size
        first = month_first(timezone.localdate())
        bank = """SELECT g.parent_id, count(*), count(h.complete_since), count(h.last_met_on)
                  FROM customers_household h JOIN grids_grid g ON g.id = h.grid_id GROUP BY g.parent_id"""
        branch = """SELECT h.grid_id, count(*), count(h.complete_since), min(h.last_met_on) FROM customers_household h
                    JOIN grids_grid g ON g.id = h.grid_id WHERE g.parent_id = %s GROUP BY h.grid_id"""
        own = """SELECT id, head_name, last_met_on FROM customers_household WHERE grid_id = %s
                 ORDER BY last_met_on NULLS FIRST LIMIT 20"""
        homes = (
            ("head office", self.bank.head, (bank, None)),
            ("branch manager", self.bank.chief, (branch, [self.bank.grid.parent_id])),
            ("account manager", self.bank.manager, (own, [self.bank.grid.pk])),
        )
        for who, user, raw in homes:
            yield self._page(
                f"home ({who})", user, url, 100, raw, note=f"{size.visits:,} visits, month from {first}"
            )
        for role, user in self.bank.officers.items():
            yield self._page(f"home ({role})", user, url, 100, None)

    def _today(self) -> Iterator[Result]:
        raw = """SELECT h.id, h.head_name, max(v.next_on) FROM customers_household h
                 LEFT JOIN visits_visit v ON v.household_id = h.id
                 WHERE h.grid_id = %s GROUP BY h.id ORDER BY 3 NULLS FIRST LIMIT 50"""
        yield self._page(
            "today's list (account manager)",
            self.bank.manager,
            reverse("visits:today"),
            100,
            (raw, [self.bank.grid.pk]),
        )
        newest = (
            "SELECT id, started_at, household_id FROM visits_visit ORDER BY started_at DESC, id DESC LIMIT 51"
        )
        yield self._page(
            "visit list, first page (head office)", self.bank.head, reverse("visits:list"), 40, (newest, None)
        )

    def _map(self) -> Iterator[Result]:
        yield from self._drawn("coverage map", self.bank.head, self.bank.root, 150)

    def _province(self) -> Iterator[Result]:
        """A bank of so many grids that the map comes in parts: its branches first, then what one looks at."""
        head, root = province(self.bank.size)
        self.clients[head.username] = signed_in(head)
        many = f"map of a bank of {self.bank.size.map_grids:,} grids"
        yield from self._drawn(f"{many}, opened", head, root, 300)
        yield from self._drawn(f"{many}, one viewport", head, root, 300, viewport(root))

    def _drawn(
        self, what: str, user: User, root: Grid, bar: float, box: Box | None = None
    ) -> Iterator[Result]:
        """Time what a map asks for, and weigh it, beside the boundaries as they are stored."""
        url = reverse("ground:map-data")
        if box:
            url += "?level=manager&bbox=" + ",".join(f"{edge:.5f}" for edge in box)
        answer = self._get(user, url)().content
        drawn = json.loads(answer)
        packed = len(gzip.compress(answer, 6)) / 1024
        left, low, right, high = box or (-180, -90, 180, 90)
        where = """FROM grids_grid g JOIN ground_boundary b ON b.grid_id = g.id WHERE b.valid_to IS NULL AND tier = %s AND path LIKE %s
                   AND min_lon <= %s AND max_lon >= %s AND min_lat <= %s AND max_lat >= %s"""
        values = [drawn["tier"], f"{root.path}%", right, left, high, low]
        name = f"{what}, {len(drawn['features']):,} {drawn['tier']} grids drawn"
        raw = (f"SELECT g.id, name, geojson::text {where}", values)
        yield self._page(f"{name}: time", user, url, 1000, raw)
        whole = fetch(f"SELECT sum(length(geojson::text)) / 1024.0 {where}", values)[0][0]
        yield Result(
            f"{name}: payload", packed, float(whole or 0), f"≤ {bar:g} KB gz", packed <= bar,
            unit="KB", note="beside it: the boundaries as stored, unpacked",
        )  # fmt: skip

    def _sync(self) -> Iterator[Result]:
        client, people = self.clients[self.bank.manager.username], heads(self.bank)
        sent: list[str] = []

        def ask() -> None:
            visits = batch(people)
            sent.extend(str(visit["id"]) for visit in visits)
            response = client.post(SYNC, json.dumps({"visits": visits}), content_type="application/json")
            stored = [one["status"] for one in response.json()["results"]]
            if stored != ["created"] * BATCH:
                raise RuntimeError(f"sync: {response.status_code} {set(stored)}")

        ours = median_ms(with_room(ask), self.repeats)
        bare = self._bare_sync(BATCH, sent)
        forget(sent)
        yield Result(f"sync of {BATCH} visits (account manager)", ours, bare, "≤ 500 ms", ours <= 500)

    def _bare_sync(self, count: int, made: list[str]) -> float:
        """Insert as many rows by copying old ones under new ids, one statement, committed; note the ids."""
        columns = [name for (name,) in fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'visits_visit' AND column_name <> 'id'"
        )]  # fmt: skip
        listed = ", ".join(columns)

        def insert() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"""INSERT INTO visits_visit (id, {listed})
                        SELECT gen_random_uuid(), {listed} FROM visits_visit WHERE grid_id = %s LIMIT %s
                        RETURNING id::text""",
                    [self.bank.grid.pk, count],
                )
                made.extend(key for (key,) in cursor.fetchall())

        return median_ms(insert, self.repeats)
