"""Turn the plan into rows, through the rooms' services, phase by phase."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password

from customers.enums import Evidence
from customers.selectors import claims_to_decide
from customers.services import claims_decide, households_bulk_create
from demo import geography, words
from demo.activity import Activity
from demo.bank import COUNTY, HEAD_OFFICE, AssignmentPlan, BankPlan, Division, plan_bank
from demo.calendar import Scale, Span
from demo.families import Families, Numbers, Spot
from exchange.reading import decoded
from gridbank.days import month_before, month_first
from grids.enums import GridKind, Part, PeerGroup, Tier
from grids.models import Area, Grid
from grids.services import (
    AssignmentRow,
    GridRow,
    areas_import,
    assignments_bulk_create,
    duties_bulk_create,
    grids_bulk_create,
)
from grids.sheets import AREAS
from ground.services import ServicePointRow, boundaries_bulk_set, service_points_bulk_create
from people.models import User
from people.services import AccountRow, account_disable, accounts_bulk_create
from performance.plausibility import look_at, seal_of
from performance.selectors import period_list
from performance.services import period_lock, period_publish, run_compute
from products.selectors import product_list
from products.services import products_put

DIVISIONS = Path(settings.BASE_DIR) / "grids" / "data" / "guizhou-divisions.csv"
WITHOUT_GRID = 12
CHUNK = 5_000
# claims: days for which they wait, the share that is looked at, and of it what is refuted
FRESH, LOOKED_AT, UNTRUE = 4, 0.97, 0.015
Tell = Callable[[str], None]


def county_divisions() -> list[Division]:
    """Read the county, everything in it and what it lies in."""
    rows = [Division(*row) for _line, row in AREAS.rows(decoded(DIVISIONS.read_bytes()))]
    return [row for row in rows if row.code.startswith(COUNTY) or COUNTY.startswith(row.code)]


@dataclass
class Loader:
    """Seeds a database: what it made is kept for the phases that follow."""

    seed: int
    scale: Scale
    span: Span
    now: datetime
    password: str
    tell: Tell
    plan: BankPlan = field(default_factory=BankPlan)
    users: dict[str, User] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    grids: dict[str, Grid] = field(default_factory=dict)

    def run(self) -> None:
        """Do every phase in order."""
        for name, phase in (
            ("plan", self._plan),
            ("people", self._people),
            ("ground", self._ground),
            ("households", self._households),
            ("visits", self._visits),
            ("holdings", self._holdings),
            ("claims", self._claims),
            ("rankings", self._rankings),
        ):
            with self._timed(name):
                phase()

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.tell(f"{name}: {time.perf_counter() - start:.1f} s")

    @property
    def founded(self) -> date:
        """Return the day from which the grid has been in force."""
        return month_before(self.span.today, 30)

    @property
    def boss(self) -> User:
        """Return the head-office person in whose name the bank is set up."""
        return self.users["zhao"]

    def _rng(self, part: str) -> random.Random:
        return random.Random(f"{self.seed}:{part}")

    def _plan(self) -> None:
        self.divisions = county_divisions()
        self.plan = plan_bank(self.seed, (d for d in self.divisions if d.level == "village"), self.span)

    def _people(self) -> None:
        encoded = make_password(self.password)
        rows = [
            AccountRow(row.username, row.staff_no, row.name, row.role, encoded if row.signs_in else "")
            for row in self.plan.staff
        ]
        self.users = {user.username: user for user in accounts_bulk_create(actor=None, rows=rows)}

    def _ground(self) -> None:
        divisions = AREAS.rows(decoded(DIVISIONS.read_bytes()))
        areas_import(actor=None, rows=divisions, county=COUNTY)
        self.areas = {area.code: area for area in Area.objects.all()}
        rows = [
            GridRow(
                code=g.code, name=g.name, tier=g.tier, valid_from=self.founded, parent=g.parent, nature=g.nature,
                kind=g.kind, peer_group=g.peer_group, area=g.area,
            )
            for g in self.plan.grids
        ]  # fmt: skip
        self.grids = grids_bulk_create(actor=None, rows=rows)
        shapes = {self.grids[g.code].pk: geography.geojson(g.shape) for g in self.plan.grids}
        boundaries_bulk_set(actor=None, boundaries=shapes, illustrative=True)
        assignments_bulk_create(
            actor=None,
            rows=[
                AssignmentRow(self.grids[a.grid], self.users[a.username], a.first, a.last, a.part)
                for a in self.plan.assignments
            ],
        )
        for row in self.plan.staff:
            if row.has_left:
                account_disable(actor=self.users["sysadmin"], user=self.users[row.username])
        duties = [(self.grids[code], text, self.founded) for code, text in self.plan.duties]
        duties_bulk_create(actor=self.boss, rows=duties)
        service_points_bulk_create(
            actor=self.boss,
            rows=[
                ServicePointRow(
                    p.code,
                    p.name,
                    p.kind,
                    self.grids[p.grid],
                    self.areas.get(p.area),
                    *p.position,
                    p.opened_on,
                )
                for p in self.plan.points
            ],
        )

    def _households(self) -> None:
        families = Families(self._rng("families"), self.span, Numbers(), self.founded)
        rows = [row for place, count in self._places() for row in families.of(place, count)]
        for at in range(0, len(rows), CHUNK):
            households_bulk_create(actor=self.boss, rows=rows[at : at + CHUNK])

    @cached_property
    def _activity(self) -> Activity:
        products_put(actor=None, rows=words.PRODUCTS)
        return Activity(
            seed=self.seed, scale=self.scale, span=self.span, now=self.now, boss=self.boss, plan=self.plan,
            users=self.users, grids=self.grids, products=list(product_list()),
        )  # fmt: skip

    def _visits(self) -> None:
        self.tell(f"{self._activity.visits()} visits")

    def _holdings(self) -> None:
        self.tell(f"{self._activity.holdings()} holdings")

    def _claims(self) -> None:
        """Let each branch look at what its people entered; the newest waits, a little of the rest is not so."""
        rng = self._rng("claims")
        leads = self._leads()
        branches = [grid.code for grid in self.plan.grids if grid.tier == Tier.BRANCH]
        for code in branches:
            here = [each.username for each in leads.get(code, ()) if each.last is None]
            if here:
                self._decide(rng, self.users[here[-1]])

    def _decide(self, rng: random.Random, witness: User) -> None:
        new = self.span.today - timedelta(days=FRESH)
        said: dict[Evidence, list[int]] = {Evidence.CONFIRMED: [], Evidence.REFUTED: []}
        rows = claims_to_decide(actor=witness).order_by("pk").values_list("pk", "day")
        for pk, day in rows:
            luck = rng.random()
            if day < new and luck < LOOKED_AT:
                said[Evidence.REFUTED if luck < UNTRUE else Evidence.CONFIRMED].append(pk)
        for verdict, keys in said.items():
            reason = rng.choice(words.UNTRUE) if verdict == Evidence.REFUTED else ""
            for at in range(0, len(keys), CHUNK):
                claims_decide(actor=witness, claims=keys[at : at + CHUNK], verdict=verdict, reason=reason)

    def _rankings(self) -> None:
        """Rank six closed months and the running one; the older ones are locked, the last one published."""
        bank = self.grids[HEAD_OFFICE]
        closed = self.span.closed_months()
        for month in [*closed, month_first(self.span.today)]:
            run_compute(bank=bank, month=month, actor=self.boss)
        for month in closed:
            period = period_list(actor=self.boss).get(month=month)
            looked_at = seal_of(look_at(bank, month))
            period_publish(actor=self.boss, period=period, looked_at=looked_at)
            if month != closed[-1]:
                period_lock(actor=self.users["qian"], period=period)

    def _leads(self) -> dict[str, list[AssignmentPlan]]:
        leads: dict[str, list[AssignmentPlan]] = defaultdict(list)
        for each in self.plan.assignments:
            if each.part == Part.LEAD:
                leads[each.grid].append(each)
        return leads

    def _places(self) -> Iterator[tuple[Spot, int]]:
        """Say how many households live where; a few hang on a branch until somebody decides."""
        rng, leads = self._rng("places"), self._leads()
        staff = {name: user.pk for name, user in self.users.items()}
        ground = self.plan.ground
        shares = [rng.uniform(0.6, 1.4) * (1.7 if g.kind == GridKind.COMMUNITY else 1.0) for g in ground]
        for at, grid in enumerate(ground):
            if leads[grid.code] and leads[grid.code][-1].username in {"li", "wang"}:
                shares[at] = 2.0
        total = self.scale.households - WITHOUT_GRID
        edges = [round(total * sum(shares[:at]) / sum(shares)) for at in range(len(shares) + 1)]
        branches = rng.sample([g for g in self.plan.grids if g.tier == Tier.BRANCH], WITHOUT_GRID)
        counts = [b - a for a, b in pairwise(edges)]
        for grid, count in [*zip(ground, counts, strict=True), *((branch, 1) for branch in branches)]:
            area = self.areas[grid.area].pk if grid.tier == Tier.MANAGER else None
            town = grid.peer_group == PeerGroup.TOWN
            place = Spot(
                grid.code, grid.name, self.grids[grid.code].pk, area, grid.shape, town, tuple(leads[grid.code]), staff
            )  # fmt: skip
            yield place, count
