"""Made-up months go the real way, from the tables to the ranking, and must equal the slow reference.

Everything that moves a number is in them: transfers within the month, grids led twice or by nobody, households
that moved or came too late, people on the edge of coming of age, visits that are late or met nobody.
"""

import itertools
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from customers.models import Attribution, CompleteSpan
from gridbank.days import day_after
from gridbank.scoping import waive_scope
from grids.models import Assignment
from performance import facts, services
from performance.models import Scheme, Score
from performance.services import scheme_in_force
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    GridFactory,
    HouseholdFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
    VisitFactory,
)
from tests.performance import reference

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
END = timezone.make_aware(datetime.combine(LAST + timedelta(days=1), time.min))
BEFORE, AFTER = datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC)
# over both edges of the month
DAYS = [FIRST + timedelta(days=n) for n in range(-3, 31)]
BIRTHDAYS = [
    date(2008, 2, 27),
    date(2008, 2, 28),
    date(2008, 2, 29),
    date(2008, 3, 1),
    date(1970, 1, 1),
    None,
]
SEEDS = range(16)
# claimed, confirmed, refuted, of before
EVIDENCE = [1, 2, 2, 2, 3, None]
NUMBERS = itertools.count(1)


class Month:
    """A bank whose February 2026 hangs on a seed."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.counts_claimed = rng.choice([True, False, None]) is not False
        self.root = GridFactory(tier="head_office", parent=None, name="总行")
        self.branches = [GridFactory(tier="branch", parent=self.root) for _ in range(2)]
        self.ground = [
            GridFactory(parent=rng.choice(self.branches), peer_group=rng.choice(["town", "country"]))
            for _ in range(rng.randint(2, 5))
        ]
        self.staff = UserFactory.create_batch(4)
        self.products = ProductFactory.create_batch(2)
        scheme = scheme_in_force(FIRST, self.root)
        Scheme.objects.filter(pk=scheme.pk).update(counts_claimed=self.counts_claimed)
        self._lead()
        self.homes = [self._home() for _ in range(8)]
        self.complete: dict[int, list[tuple[date, date | None]]] = {
            home.pk: self._completed(home) for home in self.homes
        }
        self.spans: dict[int, list[tuple[date, int]]] = {home.pk: self._moved(home) for home in self.homes}
        self.people = [
            CustomerFactory(household=self.rng.choice(self.homes), **self._person()) for _ in range(14)
        ]
        for _ in range(18):
            self._visit()
        for _ in range(16):
            OfferFactory(
                customer=rng.choice(self.people[:4]), product=rng.choice(self.products), staff=rng.choice(self.staff),
                grid=rng.choice(self.ground), result=rng.choice(["accepted", "refused", "offered"]),
                offered_on=rng.choice(DAYS), evidence=rng.choice(EVIDENCE),
            )  # fmt: skip

    def _lead(self) -> None:
        for grid in self.ground:
            if self.rng.random() < 0.2:
                # nobody
                continue
            who, until = self.rng.choice(self.staff), self.rng.choice([*[None] * 30, *DAYS])
            AssignmentFactory(user=who, grid=grid, valid_to=until)
            if until and until < LAST and self.rng.random() < 0.7:
                since = until + timedelta(days=self.rng.randint(1, 4))
                AssignmentFactory(user=self.rng.choice(self.staff), grid=grid, valid_from=since)
            AssignmentFactory(user=self.rng.choice(self.staff), grid=grid, part="helper")

    def _home(self):
        where = self.branches[0] if self.rng.random() < 0.1 else self.rng.choice(self.ground)
        since, created = self.rng.choice([None, None, *DAYS]), self.rng.choice([BEFORE] * 5 + [AFTER])
        return HouseholdFactory(grid=where, complete_since=since, created_at=created)

    def _completed(self, home) -> list[tuple[date, date | None]]:
        """Let its archive have been complete for some days before, too; return all the spans."""
        found: list[tuple[date, date | None]] = []
        if self.rng.random() < 0.6:
            first, last = sorted(self.rng.choices(DAYS, k=2))
            if home.complete_since is None or last < home.complete_since:
                CompleteSpan(household=home, valid_from=first, valid_to=last).save()
                found.append((first, last))
        return found + ([(home.complete_since, None)] if home.complete_since else [])

    def _moved(self, home) -> list[tuple[date, int]]:
        """Let it have belonged elsewhere before, until a day and another day."""
        if home.created_at != BEFORE or self.rng.random() < 0.5:
            return []
        ends = sorted(self.rng.sample(DAYS, self.rng.randint(1, 3)))
        grids = [self.rng.choice([*self.ground, *self.branches]).pk for _ in ends]
        for since, until, grid in zip(
            [date(2025, 6, 1), *[day_after(end) for end in ends]], ends, grids, strict=False
        ):
            Attribution(household=home, grid_id=grid, valid_from=since, valid_to=until).save()
        return list(zip(ends, grids, strict=True))

    def where(self, home_id: int, day: date | None) -> int:
        """Say where a household belonged on a day."""
        now = next(home.grid_id for home in self.homes if home.pk == home_id)
        return next((grid for until, grid in self.spans[home_id] if day and day <= until), now)

    def _person(self) -> dict:
        verified = self.rng.choice([*[None] * 30, *DAYS])
        return {
            "birth_date": self.rng.choice(BIRTHDAYS),
            "app_downloaded_on": verified,
            "app_verified_on": verified,
            "customer_since": self.rng.choice([None, *DAYS]),
            "account_evidence": self.rng.choice(EVIDENCE),
            "app_evidence": self.rng.choice(EVIDENCE),
            "opened_by": self.rng.choice([None, *self.staff]),
            "created_at": self.rng.choice([BEFORE] * 5 + [AFTER]),
            "id_digest": self.rng.choice([None, *[f"{next(NUMBERS):064}"] * 4]),
        }

    def _visit(self) -> None:
        rng, person = self.rng, self.rng.choice(self.people)
        day = rng.choice(DAYS)
        VisitFactory(
            customer=person, grid_id=self.where(person.household_id, day), staff=rng.choice(self.staff),
            met=rng.random() < 0.7, is_late=rng.random() < 0.2,
            started_at=datetime.combine(day, time(rng.randint(0, 15), 30), tzinfo=UTC),
        )  # fmt: skip

    def plain(self) -> tuple:
        """Read the bank back in plain values, as the reference wants it."""
        from customers.models import Customer, Household
        from products.models import Offer
        from visits.models import Visit

        # the scheme says whether what was only claimed counts
        counts = {1, 2, None} if self.counts_claimed else {2}
        leads = defaultdict(list)
        every = {g.pk: g.branch_id for g in [self.root, *self.branches, *self.ground]}
        with waive_scope("test"):
            held = Assignment.objects.filter(grid__in=self.ground, part="lead").order_by("valid_from", "pk")
            for one in held:
                leads[one.grid_id].append((one.valid_from, one.valid_to, one.user_id))
            homes = [
                (h.pk, self.where(h.pk, LAST), h.created_at < END, self.complete[h.pk])
                for h in Household.objects.all()
            ]
            people = [
                (c.household_id, c.birth_date is not None and c.birth_date <= date(2008, 2, 28), c.created_at < END,
                 c.app_verified_on if c.app_evidence in counts else None,
                 c.customer_since if c.id_digest and c.account_evidence in counts else None, c.opened_by_id, self.where(c.household_id, c.customer_since))
                for c in Customer.objects.all()
            ]  # fmt: skip
            visits = [
                (v.started_at, v.pk, v.household_id, v.grid_id, v.day)
                for v in Visit.objects.filter(met=True, is_late=False)
            ]
            offers = [
                (
                    o.grid_id,
                    o.staff_id,
                    o.offered_on,
                    o.result == "accepted" and o.evidence in counts,
                    (o.customer_id, o.product_id),
                )
                for o in Offer.objects.order_by("offered_on", "pk")
            ]
        return reference.Ground(FIRST, LAST, every, dict(leads)), homes, people, visits, offers


def whole(number: Fraction) -> Decimal:
    assert (number * 1_000_000).denominator == 1
    return Decimal(int(number * 1_000_000)).scaleb(-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_up_month_is_counted_as_the_words_say(db, seed):
    month = Month(seed)
    run = services.run_compute(bank=month.root, month=FIRST)
    found = {
        (s.indicator, s.staff_id, s.branch_id): (s.numerator, s.denominator) for s in facts.sums_of(run.pk)
    }
    expected = reference.counted(*month.plain())
    assert found == {key: (whole(top), whole(bottom)) for key, (top, bottom) in expected.items()}
    assert services.verify_period(run.period).ok


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_up_month_is_ranked_as_the_reference_ranks(db, seed):
    month = Month(seed)
    run = services.run_compute(bank=month.root, month=FIRST)
    ground, *rest = month.plain()
    counts = reference.counted(ground, *rest)
    items = [
        {"key": i.indicator, "rate": i.indicator != "new_customers", "weight": Fraction(i.weight),
         "cap": Fraction(i.cap), "target": None if i.target is None else Fraction(i.target)}
        for i in run.scheme.items.all()
    ]  # fmt: skip
    led = {pk: Counter() for pk in {who for _key, who, _branch in counts if who}}
    for grid in ground.leads:
        for day in ground.days():
            if who := ground.lead(grid, day):
                led.setdefault(who, Counter())[grid] += 1
    rows = [(key, who, branch, *value) for (key, who, branch), value in counts.items()]
    totals = reference.totals(items, {}, [{"pk": pk} for pk in led], rows)
    home = {pk: max(grids, key=lambda grid: (grids[grid], -grid)) for pk, grids in led.items() if grids}
    peers = {grid.pk: grid.peer_group for grid in month.ground}
    with waive_scope("test"):
        scores = {s.subject_id: s for s in Score.objects.filter(run=run, level="manager")}
    assert {pk: Fraction(score.total) for pk, score in scores.items()} == totals
    for pk, score in scores.items():
        groups = [[], [], []]
        if pk in home:
            groups = [
                list(home),
                [other for other in home if ground.branches[home[other]] == ground.branches[home[pk]]],
                [other for other in home if peers[home[other]] == peers[home[pk]]],
            ]
        wanted = [reference.rank(pk, group, totals) if pk in home else None for group in groups]
        assert [score.rank_bank, score.rank_branch, score.rank_peer] == wanted


@pytest.mark.parametrize("seed", SEEDS)
def test_people_and_nobody_make_up_the_branches_and_those_the_bank(db, seed):
    run = services.run_compute(bank=Month(seed).root, month=FIRST)
    nobody, headless = defaultdict(Decimal), defaultdict(Decimal)
    for row in facts.sums_of(run.pk):
        nobody[row.indicator] += row.numerator if row.staff_id == 0 else 0
        headless[row.indicator] += row.numerator if row.branch_id == 0 else 0
    levels = {level: defaultdict(Decimal) for level in ("manager", "branch", "bank")}
    with waive_scope("test"):
        for score in Score.objects.filter(run=run).prefetch_related("lines"):
            for line in score.lines.all():
                levels[score.level][line.indicator] += line.numerator
    for key, total in levels["bank"].items():
        assert levels["manager"][key] + nobody[key] == total
        assert levels["branch"][key] + headless[key] == total
