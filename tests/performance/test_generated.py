"""Made-up months go the real way, from the tables to the ranking, and must equal the slow reference.

Everything that moves a number is in them: transfers within the month, grids led twice or by nobody, households
that moved or came too late, people on the edge of coming of age, who moved or died, what was claimed and denied,
archives that were complete and are no more, visits at midnight, late ones and those that met nobody.
"""

import itertools
import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from customers.models import Attribution, Claim, CompleteSpan, Death, Residence
from gridbank.days import day_after
from gridbank.scoping import waive_scope
from performance import facts, services
from performance.models import Score
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
from tests.performance import live, reference
from tests.performance.unsaid import scheme_of_before

BEFORE = datetime(2025, 6, 1, tzinfo=UTC)
LONG_AGO = date(2025, 6, 1)
SEEDS = range(24)
# claimed, confirmed, refuted, of before
EVIDENCE = [1, 2, 2, 2, 3, None]
NUMBERS = itertools.count(1)
TIMES = [time(0, 0), time(23, 59, 59), time(9, 30), time(14, 5)]


class Month:
    """A bank whose February hangs on a seed: of 28 days, or of 29."""

    def __init__(self, seed: int) -> None:
        self.rng = rng = random.Random(seed)
        self.first = date(2026 if seed % 2 else 2024, 2, 1)
        self.last = date(self.first.year, 3, 1) - timedelta(days=1)
        # over both edges of the month
        self.days = [self.first + timedelta(days=n) for n in range(-3, 31)]
        if self.first.year == 2024:
            self.long_ago, self.before = date(2023, 6, 1), datetime(2023, 6, 1, tzinfo=UTC)
        else:
            self.long_ago, self.before = LONG_AGO, BEFORE
        self.after = datetime.combine(self.last + timedelta(days=1), time(9), tzinfo=UTC)
        self.counts_claimed = rng.choice([True, False, None]) is not False
        self.root = GridFactory(tier="head_office", parent=None, name="总行")
        self.branches = [GridFactory(tier="branch", parent=self.root) for _ in range(2)]
        self.ground = [
            GridFactory(parent=rng.choice(self.branches), peer_group=rng.choice(["town", "country"]))
            for _ in range(rng.randint(2, 5))
        ]
        self.market = GridFactory(
            parent=rng.choice(self.branches), nature="special", kind="market", peer_group="town"
        )
        self.staff = UserFactory.create_batch(4)
        self.products = ProductFactory.create_batch(2)
        scheme_of_before(self.first, self.root, counts_claimed=self.counts_claimed)
        self._lead()
        self.homes = [self._home() for _ in range(8)]
        for home in self.homes:
            self._completed(home)
        self.spans: dict[int, list[tuple[date, int]]] = {home.pk: self._moved(home) for home in self.homes}
        self.people = [self._person() for _ in range(16)]
        self.lived = {one.pk: self._resettled(one) for one in self.people}
        self.died = {one.pk: day for one in self.people if (day := self._died(one))}
        self.home_by_id = {home.pk: home for home in self.homes}
        self.grid_by_id = {grid.pk: grid for grid in [*self.ground, *self.branches]}
        for _ in range(24):
            self._visit()
        for _ in range(16):
            self._offer()

    @property
    def over_edges(self) -> list[date]:
        """Return days that lie on the month's edges as often as elsewhere."""
        return [self.first, self.last, self.last - timedelta(days=1), day_after(self.last), *self.days]

    def _lead(self) -> None:
        for grid in self.ground:
            if self.rng.random() < 0.2:
                # nobody
                continue
            who, until = self.rng.choice(self.staff), self.rng.choice([*[None] * 30, *self.days])
            AssignmentFactory(user=who, grid=grid, valid_to=until)
            if until and until < self.last and self.rng.random() < 0.7:
                since = until + timedelta(days=self.rng.randint(1, 4))
                # handed over, and on the next day again
                if self.rng.random() < 0.4:
                    AssignmentFactory(
                        user=self.rng.choice(self.staff), grid=grid, valid_from=since, valid_to=since
                    )
                    since += timedelta(days=1)
                AssignmentFactory(user=self.rng.choice(self.staff), grid=grid, valid_from=since)
            AssignmentFactory(user=self.rng.choice(self.staff), grid=grid, part="helper")
        AssignmentFactory(
            user=self.rng.choice(self.staff), grid=self.market, valid_to=self.rng.choice([None, *self.days])
        )

    def _home(self):
        where = self.branches[0] if self.rng.random() < 0.1 else self.rng.choice(self.ground)
        since = self.rng.choice([None, None, *self.days])
        created = self.rng.choice([self.before] * 5 + [self.after])
        return HouseholdFactory(grid=where, complete_since=since, created_at=created)

    def _completed(self, home) -> None:
        """Let its archive have been complete for some days before, too."""
        if self.rng.random() < 0.6:
            first, last = sorted(self.rng.choices(self.over_edges, k=2))
            if home.complete_since is None or last < home.complete_since:
                CompleteSpan(household=home, valid_from=first, valid_to=last).save()

    def _moved(self, home) -> list[tuple[date, int]]:
        """Let it have belonged elsewhere before, until a day and another day."""
        if home.created_at != self.before or self.rng.random() < 0.5:
            return []
        ends = sorted(set(self.rng.choices(self.over_edges, k=self.rng.randint(1, 3))))
        grids = [self.rng.choice([*self.ground, *self.branches]).pk for _ in ends]
        for since, until, grid in zip(
            [self.long_ago, *[day_after(end) for end in ends]], ends, grids, strict=False
        ):
            Attribution(household=home, grid_id=grid, valid_from=since, valid_to=until).save()
        return list(zip(ends, grids, strict=True))

    def _resettled(self, person) -> list[tuple[date, int]]:
        """Let somebody have lived elsewhere before, in one household or in two."""
        if person.created_at != self.before or self.rng.random() < 0.6:
            return []
        ends = sorted(set(self.rng.choices(self.over_edges, k=self.rng.randint(1, 2))))
        homes = [self.rng.choice(self.homes).pk for _ in ends]
        for since, until, home in zip(
            [self.long_ago, *[day_after(end) for end in ends]], ends, homes, strict=False
        ):
            Residence(
                customer=person, household_id=home, valid_from=since, valid_to=until, moved_by=self.staff[0],
                moved_at=timezone.now(),
            ).save()  # fmt: skip
        return list(zip(ends, homes, strict=True))

    def _died(self, person) -> date | None:
        """Let somebody have died, or be said to have, which was taken back."""
        if self.rng.random() < 0.6:
            return None
        day = self.rng.choice(self.over_edges)
        told = {"told_by": self.staff[0], "told_at": timezone.now(), "was": "other"}
        if self.rng.random() < 0.3:
            Death(customer=person, day=day, **told, undone_by=self.staff[1], undone_at=timezone.now()).save()
            return None
        Death(customer=person, day=day, **told).save()
        type(person)._base_manager.filter(pk=person.pk).update(died_on=day)
        return day

    def where(self, home_id: int, day: date) -> int:
        """Say where a household belonged on a day."""
        now = next(home.grid_id for home in self.homes if home.pk == home_id)
        return next((grid for until, grid in self.spans[home_id] if day <= until), now)

    def home(self, person, day: date) -> int:
        """Say where somebody lived on a day."""
        return next((home for until, home in self.lived[person.pk] if day <= until), person.household_id)

    def _claimed(self, kind: str, source: int, person, day: date, word: int | None) -> None:
        if word is not None:
            decided = {"decided_at": timezone.now(), "witness": "core"} if word > 1 else {}
            Claim(customer=person, kind=kind, source_id=source, day=day, state=word, **decided).save(
                force_insert=True
            )

    def _person(self):
        rng, year = self.rng, self.first.year - 18
        birthdays = [date(year, 2, 27), date(year, 2, 28), date(year, 3, 1), date(1970, 1, 1), None]
        birthdays += [date(2008, 2, 29)] if year == 2008 else [date(2006, 2, 28)]
        verified, since = rng.choice([*[None] * 10, *self.days]), rng.choice([None, *self.days])
        account, app = rng.choice(EVIDENCE), rng.choice(EVIDENCE)
        person = CustomerFactory(
            household=rng.choice(self.homes), birth_date=rng.choice(birthdays), app_downloaded_on=verified,
            app_verified_on=verified, customer_since=since, account_evidence=account, app_evidence=app,
            opened_by=rng.choice([None, *self.staff]), created_at=rng.choice([self.before] * 5 + [self.after]),
            id_digest=rng.choice([None, *[f"{next(NUMBERS):064}"] * 4]),
        )  # fmt: skip
        if since:
            self._claimed("account", person.pk, person, since, account)
        if verified:
            self._claimed("verified", person.pk, person, verified, app)
        return person

    def _act(self):
        """Choose somebody and a day on which he lived."""
        person, day = self.rng.choice(self.people), self.rng.choice(self.over_edges)
        return person, min(day, self.died.get(person.pk, day))

    def _visit(self) -> None:
        rng, (person, day) = self.rng, self._act()
        home = self.home(person, day)
        VisitFactory(
            customer=person, household=self.home_by_id[home], grid=self.grid_by_id[self.where(home, day)],
            staff=rng.choice(self.staff), met=rng.random() < 0.7, is_late=rng.random() < 0.2,
            started_at=timezone.make_aware(datetime.combine(day, rng.choice(TIMES))),
        )  # fmt: skip

    def _offer(self) -> None:
        rng, (person, day) = self.rng, self._act()
        person = rng.choice([person, *self.people[:4]])
        day = min(day, self.died.get(person.pk, day))
        grid, word = self.where(self.home(person, day), day), rng.choice(EVIDENCE)
        result = rng.choice(["accepted", "accepted", "refused", "offered"])
        offer = OfferFactory(
            customer=person, product=rng.choice(self.products), staff=rng.choice(self.staff),
            grid=self.grid_by_id[grid], result=result, offered_on=day, evidence=word if result == "accepted" else None,
        )  # fmt: skip
        if result == "accepted":
            self._claimed("offer", offer.pk, person, day, word)

    def counted(self) -> tuple[reference.Ground, reference.Counts]:
        """Count it by the words."""
        ground = live.ground(self.root, self.first, self.last)
        return ground, reference.counted(ground, live.tables(counts_claimed=self.counts_claimed))


def whole(number: Fraction) -> Decimal:
    assert (number * 1_000_000).denominator == 1
    return Decimal(int(number * 1_000_000)).scaleb(-6)


def sums(run) -> dict:
    return {
        (s.indicator, s.staff_id, s.branch_id): (s.numerator, s.denominator) for s in facts.sums_of(run.pk)
    }


def expected(counts: reference.Counts) -> dict:
    return {key: (whole(top), whole(bottom)) for key, (top, bottom) in counts.found.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_up_month_is_counted_as_the_words_say(db, seed):
    month = Month(seed)
    run = services.run_compute(bank=month.root, month=month.first)
    assert sums(run) == expected(month.counted()[1])
    assert services.verify_period(run.period).ok


@pytest.mark.parametrize("seed", SEEDS)
def test_a_made_up_month_is_ranked_as_the_reference_ranks(db, seed):
    month = Month(seed)
    run = services.run_compute(bank=month.root, month=month.first)
    ground, counts = month.counted()
    items = [
        {"key": i.indicator, "rate": i.indicator != "new_customers", "weight": Fraction(i.weight),
         "cap": Fraction(i.cap), "target": None if i.target is None else Fraction(i.target)}
        for i in run.scheme.items.all()
    ]  # fmt: skip
    led = {pk: Counter() for pk in {who for _key, who, _branch in counts.found if who}}
    for grid in ground.leads:
        for day in ground.days():
            if who := ground.lead(grid, day):
                led.setdefault(who, Counter())[grid] += 1
    rows = [(key, who, branch, *value) for (key, who, branch), value in counts.found.items()]
    special = live.special_leads(month.root)
    market = reference.Ground(month.first, month.last, {}, special)
    at_market = {market.lead(month.market.pk, day) for day in ground.days()} - {0}
    for who in at_market:
        led.setdefault(who, Counter())
    totals = reference.totals(items, {}, [{"pk": pk} for pk in led], rows)
    # who leads nothing but the market is at home there
    home = dict.fromkeys(at_market, month.market.pk)
    home |= {pk: max(grids, key=lambda grid: (grids[grid], -grid)) for pk, grids in led.items() if grids}
    peers = {grid.pk: grid.peer_group for grid in [*month.ground, month.market]}
    branches = ground.branches | {month.market.pk: month.market.branch_id}
    with waive_scope("test"):
        scores = {s.subject_id: s for s in Score.objects.filter(run=run, level="manager")}
    assert {pk: Fraction(score.total) for pk, score in scores.items()} == totals
    for pk, score in scores.items():
        groups = [[], [], []]
        if pk in home:
            groups = [
                list(home),
                [other for other in home if branches[home[other]] == branches[home[pk]]],
                [other for other in home if peers[home[other]] == peers[home[pk]]],
            ]
        wanted = [reference.rank(pk, group, totals) if pk in home else None for group in groups]
        assert [score.rank_bank, score.rank_branch, score.rank_peer] == wanted


@pytest.mark.parametrize("seed", SEEDS)
def test_people_and_nobody_make_up_the_branches_and_those_the_bank(db, seed):
    month = Month(seed)
    run = services.run_compute(bank=month.root, month=month.first)
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
