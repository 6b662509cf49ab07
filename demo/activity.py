"""What happened in the demo's months: visits with their offers and needs, products held."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from customers.selectors import customer_list, household_list
from demo import words
from demo.bank import AssignmentPlan, BankPlan
from demo.calendar import Scale, Span
from demo.rhythm import LOCAL, Call, Home, Round, Walker
from gridbank.days import ADULT_AGE, month_first
from grids.enums import Part
from grids.models import Grid
from needs.services import NeedRow, needs_bulk_create
from people.models import User
from products.models import Product
from products.selectors import offer_list
from products.services import HoldingRow, holdings_bulk_create
from visits.body import OfferLine, VisitBody
from visits.services import Belonging, VisitRow, visits_bulk_create

SHOWN = frozenset({"li", "wang"})
CHUNK = 5_000


@dataclass
class Activity:
    """Makes and stores the history of a bank that stands."""

    seed: int
    scale: Scale
    span: Span
    now: datetime
    boss: User
    plan: BankPlan
    users: dict[str, User]
    grids: dict[str, Grid]
    products: Sequence[Product]

    def _rng(self, part: str) -> random.Random:
        return random.Random(f"{self.seed}:{part}")

    def visits(self) -> int:
        """Walk every grid and store what came of it. Return how many visits there were."""
        homes = self._homes()
        calls: list[Call] = []
        for round_, rng in self._rounds(homes):
            walker = Walker(rng, self.span, self._monthly(round_), [p.pk for p in self.products], self.now)
            calls += walker.walk(round_)
        calls.sort(key=lambda call: (call.started_at, call.id))
        self._store(calls)
        return len(calls)

    def _monthly(self, round_: Round) -> float:
        """Somebody who leads several grids divides his visits between them."""
        return self.scale.visits_a_month * round_.share

    def _homes(self) -> dict[int, list[Home]]:
        adults_by: dict[int, list[int]] = defaultdict(list)
        away: dict[int, bool] = defaultdict(bool)
        born_by = self.span.first - timedelta(days=ADULT_AGE * 366)
        people = customer_list(actor=self.boss).order_by("pk")
        for pk, household, born, migrant, quiet in people.values_list(
            "pk", "household_id", "birth_date", "is_migrant", "do_not_contact"
        ).iterator():
            if born is not None and born <= born_by and not quiet:
                adults_by[household].append(pk)
                away[household] = away[household] or migrant
        homes: dict[int, list[Home]] = defaultdict(list)
        rows = household_list(actor=self.boss).order_by("pk")
        for pk, grid, created, x, y in rows.values_list(
            "pk", "grid_id", "created_at", "longitude", "latitude"
        ).iterator():
            place = (x, y) if x is not None and y is not None else None
            since = created.astimezone(LOCAL).date() + timedelta(days=1)
            homes[grid].append(Home(pk, tuple(adults_by[pk]), since, place, away[pk]))
        return homes

    def _rounds(self, homes: dict[int, list[Home]]) -> Iterator[tuple[Round, random.Random]]:
        by_grid: dict[str, list[AssignmentPlan]] = defaultdict(list)
        for each in self.plan.assignments:
            by_grid[each.grid].append(each)
        rng = self._rng("zeal")
        staff = {name: user.pk for name, user in self.users.items()}
        zeal = {pk: min(1.6, max(0.25, rng.gauss(1.0, 0.32))) for pk in staff.values()}
        skill = {pk: min(0.7, max(0.12, rng.gauss(0.38, 0.1))) for pk in staff.values()}
        zeal[staff["li"]], zeal[staff["wang"]] = 1.25, 0.9
        leading = [a.username for a in self.plan.assignments if a.part == Part.LEAD and a.last is None]
        for plan in self.plan.ground:
            if plan.code in self.plan.never_seen:
                continue
            leads = [a for a in by_grid[plan.code] if a.part == Part.LEAD]
            current = leads[-1].username if leads else ""
            deputies = tuple(staff[a.username] for a in by_grid[plan.code] if a.part == Part.DEPUTY)
            grid = self.grids[plan.code].pk
            yield (
                Round(
                    grid_id=grid, homes=homes[grid], lead_on=self._lead_on(leads, staff), zeal=zeal, skill=skill,
                    deputies=deputies, shown=current in SHOWN, share=1 / max(1, leading.count(current)),
                ),
                self._rng(f"visits:{plan.code}"),
            )  # fmt: skip

    def _lead_on(self, leads: Sequence[AssignmentPlan], staff: dict[str, int]) -> dict[date, int]:
        """Say who goes out on which day; one manager has not gone out this month."""
        this_month = month_first(self.span.today)
        return {
            day: staff[each.username]
            for day in self.span.days()
            for each in leads
            if each.first <= day and (each.last is None or day <= each.last)
            and not (each.username == self.plan.idle and day >= this_month)
        }  # fmt: skip

    def _store(self, calls: Sequence[Call]) -> None:
        for at in range(0, len(calls), CHUNK):
            rows = [self._row(call) for call in calls[at : at + CHUNK]]
            visits_bulk_create(actor=self.boss, rows=rows)
        rng = self._rng("needs")
        needs = [self._need(rng, call, text, due) for call in calls for text, due in call.needs]
        needs_bulk_create(actor=self.boss, rows=needs)

    def _need(self, rng: random.Random, call: Call, text: str, due: date) -> NeedRow:
        """Close most needs, in time or not; some stay open. Stored apart: a visit only raises them."""
        raised = call.started_at.date()
        row = NeedRow(call.household_id, text, raised, call.staff_id, call.customer_id, due, call.id)
        closed_at = call.started_at + timedelta(days=rng.randint(1, 18), hours=2)
        if closed_at > self.now or rng.random() < 0.12:
            return row
        done = rng.random() < 0.85
        return replace(
            row,
            status="done" if done else "dropped",
            outcome=rng.choice(words.OUTCOMES_DONE if done else words.OUTCOMES_DROPPED),
            closed_at=closed_at,
            closed_by_id=call.staff_id,
        )

    def _row(self, call: Call) -> VisitRow:
        longitude, latitude = call.position or (None, None)
        body = VisitBody(
            id=call.id, customer_id=call.customer_id, started_at=call.started_at, mode=call.mode, met=call.met,
            note=call.note, next_on=call.next_on, latitude=latitude, longitude=longitude,
            accuracy_m=call.accuracy_m, offers=tuple(OfferLine(*offer) for offer in call.offers),
        )  # fmt: skip
        return VisitRow(body, Belonging(call.household_id, call.staff_id))

    def holdings(self) -> int:
        """Give customers what they bought: an account for everyone, the rest by chance and by accepted offers."""
        rng = self._rng("holdings")
        by_code = {product.code: product.pk for product in self.products}
        usual = (("SOCIALCARD", 0.4), ("FIXED", 0.22), ("FARMLOAN", 0.14), ("QRPAY", 0.06), ("FARMINS", 0.05))
        held: dict[tuple[int, int], date] = {}
        people = customer_list(actor=self.boss).exclude(customer_since=None).order_by("pk")
        for pk, since, verified in people.values_list("pk", "customer_since", "app_verified_on").iterator():
            if since is None:
                continue
            held[pk, by_code["DEBITCARD"]] = since
            if verified:
                held[pk, by_code["MOBILE"]] = verified
            for code, share in usual:
                if rng.random() < share:
                    held[pk, by_code[code]] = since
        for customer, product, day in self._accepted():
            held.setdefault((customer, product), day)
        rows = [HoldingRow(customer, product, since) for (customer, product), since in held.items()]
        for at in range(0, len(rows), CHUNK):
            holdings_bulk_create(actor=self.boss, rows=rows[at : at + CHUNK])
        return len(rows)

    def _accepted(self) -> list[tuple[int, int, date]]:
        rows = offer_list(actor=self.boss).filter(result="accepted").order_by("pk")
        return list(rows.values_list("customer_id", "product_id", "offered_on"))
