"""The ranking once more, slowly and by other means: fractions instead of decimals, counting instead of sorting.

It shares no code with the performance app; where the two differ, one of them is wrong.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction


def rounded(number: Fraction, places: int) -> Fraction:
    """Round half up, away from zero; nothing here is negative."""
    scaled = number * 10**places
    whole = scaled.numerator // scaled.denominator
    return Fraction(whole + (1 if scaled - whole >= Fraction(1, 2) else 0), 10**places)


def share(days: dict[int, int]) -> dict[int, Fraction]:
    """Hand out the millionths one after the other."""
    whole = sum(days.values())
    given = {key: count * 1_000_000 // whole for key, count in days.items() if count}
    while sum(given.values()) < 1_000_000:
        behind = {
            key: Fraction(days[key] * 1_000_000, whole) - given[key] for key in given
            if given[key] == days[key] * 1_000_000 // whole
        }  # fmt: skip
        best = max(behind.values())
        given[min(key for key, value in behind.items() if value == best)] += 1
    return {key: Fraction(value, 1_000_000) for key, value in given.items()}


def points(item, numerator: Fraction, denominator: Fraction, target: Fraction | None):
    """Return (actual, points)."""
    if item["rate"] and denominator == 0:
        return None, Fraction(0)
    actual = rounded(numerator / denominator if item["rate"] else numerator, 6)
    if target is None:
        return actual, Fraction(0)
    reached = rounded(actual / target, 6)
    return actual, rounded(item["weight"] * (min(item["cap"], reached)), 4)


def totals(items, targets, people, facts):
    """Return total points by person: facts are (indicator, staff, branch, numerator, denominator)."""
    found = {}
    for person in people:
        total = Fraction(0)
        for item in items:
            mine = [fact for fact in facts if fact[0] == item["key"] and fact[1] == person["pk"]]
            target = targets.get((person["pk"], item["key"]), item["target"])
            total += points(
                item, sum((f[3] for f in mine), Fraction(0)), sum((f[4] for f in mine), Fraction(0)), target
            )[1]
        found[person["pk"]] = total
    return found


def rank(pk, group, total_of):
    """One more than the number of people who are better."""
    return 1 + sum(1 for other in group if total_of[other] > total_of[pk])


@dataclass(frozen=True)
class Ground:
    """A month in plain values: what stands where and who led it, nothing else."""

    first: date
    last: date
    branches: dict[int, int | None]
    """The branch of each base grid of the bank."""
    leads: dict[int, list[tuple[date, date | None, int]]]
    """For each grid of an account manager: from when, until when, who; a later line takes the day."""

    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def lead(self, grid: int, day: date) -> int:
        """Say who answers for a grid on a day; 0 is nobody."""
        held = [
            who
            for since, until, who in self.leads.get(grid, [])
            if since <= day and (until is None or day <= until)
        ]
        return held[-1] if held else 0

    def shares(self, grid: int) -> dict[int, Fraction]:
        """Divide a grid's month between those who led it, nobody among them."""
        days: dict[int, int] = {}
        for day in self.days():
            days[self.lead(grid, day)] = days.get(self.lead(grid, day), 0) + 1
        return share(days)


def standing(spans, day: date, now: int) -> int:
    """Say where something stood on a day: in the first place that it left on that day or later, else where it is."""
    return next((place for until, place in spans if day <= until), now)


@dataclass(frozen=True)
class Household:
    grid: int
    opened_on: date
    left: list[tuple[date, int]]
    """Until which day it belonged to which grid, in order."""
    complete: list[tuple[date, date | None]]
    """From which day to which its archive was complete."""


@dataclass(frozen=True)
class Person:
    household: int
    known_on: date
    left: list[tuple[date, int]]
    """Until which day he lived in which household, in order."""
    moved_at: dict[date, datetime] = field(default_factory=dict)
    """At which moment of the day after each of them he moved."""
    born_on: date | None = None
    died_on: date | None = None
    """The day of the one death of his that nobody took back."""
    kept: list[tuple[date, date | None]] = field(default_factory=list)
    """From which day on what is known of him was only kept, and on which day that was lifted."""
    has_document: bool = False
    customer_on: date | None = None
    opened_by: int | None = None
    no_contact: bool = False
    verified_on: date | None = None


@dataclass(frozen=True)
class Visit:
    at: datetime
    pk: str
    person: int
    day: date
    met: bool
    late: bool


@dataclass(frozen=True)
class Offer:
    pk: int
    act: str
    day: date
    visit: str | None
    """At which visit it was made."""
    person: int
    product: int
    by: int
    accepted: bool
    asked: bool
    """Whether it was written down since consent is asked for; what is older counts without."""


@dataclass(frozen=True)
class Entry:
    """A line of the trail that bears on an account, or says that a month was published."""

    what: str
    """opened, corrected, confirmed, refuted or published."""
    on: date
    person: int = 0
    stood: date | None = None
    day: date | None = None
    """What a correction put in its place; of a publication its month."""


def month_of(day: date, back: int = 0) -> tuple[int, int]:
    """Return the year and month of a day, or of some months before it."""
    months = day.year * 12 + day.month - 1 - back
    return months // 12, months % 12 + 1


class Trail:
    """Who was a customer before the day that stands, read off what was done in order."""

    def __init__(self, entries: list[Entry]) -> None:
        self.final: set[tuple[int, int]] = set()
        self.entered: dict[int, date] = {}
        self.word: dict[int, str] = {}
        self.confirmed: set[int] = set()
        self.before: dict[int, date] = {}
        for one in entries:
            self.read(one)

    def read(self, one: Entry) -> None:
        if one.what == "published":
            self.final.add(month_of(one.day))
            return
        if one.what == "corrected":
            is_later = one.day is None or month_of(one.day) > month_of(one.stood)
            if is_later and not self.is_slip(one):
                self.before[one.person] = min(self.before.get(one.person, one.stood), one.stood)
        if one.what == "opened":
            self.entered.setdefault(one.person, one.on)
        if one.what == "confirmed":
            self.confirmed.add(one.person)
        self.word[one.person] = one.what

    def is_slip(self, one: Entry) -> bool:
        """Say that he never was one: it was denied, or nobody had confirmed it, and of a month that can still be put right.

        Put into a later month it must have been entered in that month, and for the month before at most.
        """
        if one.person in self.confirmed or self.word[one.person] == "refuted":
            return one.person not in self.confirmed
        if month_of(one.stood) in self.final or one.day is None:
            return month_of(one.stood) not in self.final
        entered = month_of(self.entered[one.person])
        return entered >= month_of(one.day) and month_of(one.stood) >= month_of(one.day, 1)


@dataclass(frozen=True)
class Tables:
    """The live tables of a bank in plain values, and what final months counted."""

    households: dict[int, Household]
    people: dict[int, Person]
    visits: list[Visit]
    offers: list[Offer]
    words: dict[tuple[str, int], int]
    """The last word about what was claimed, by kind and row: 1 claimed, 2 confirmed, 3 refuted."""
    counts_claimed: bool
    earned: frozenset[tuple[str, str]] = frozenset()
    consents: dict[int, list[tuple[date, date | None]]] = field(default_factory=dict)
    """On which day each person agreed to marketing, and on which day he took it back."""
    before: dict[int, date] = field(default_factory=dict)
    """Since when somebody was a customer already, whatever day stands by now."""

    def home(self, person: int, day: date) -> int:
        """Say in which household somebody lived on a day."""
        return standing(self.people[person].left, day, self.people[person].household)

    def visited(self, visit: Visit) -> int:
        """Say which household a visit was paid to: on the day somebody moved, before it the one he left."""
        person = self.people[visit.person]
        for until, place in person.left:
            moved = person.moved_at.get(until)
            if visit.day <= until or (moved and visit.day == moved.date() and visit.at <= moved):
                return place
        return person.household

    def grid(self, household: int, day: date) -> int:
        """Say to which grid a household belonged on a day."""
        return standing(self.households[household].left, day, self.households[household].grid)

    def residents(self, household: int, day: date) -> list[Person]:
        """Return everybody known by then who lived there, the dead among them."""
        return [
            one for pk, one in self.people.items() if one.known_on <= day and self.home(pk, day) == household
        ]

    def ever_lived(self, household: int, day: date) -> bool:
        """Say whether anybody known by then lives there or did."""
        return any(
            one.known_on <= day
            and (
                self.home(pk, day) == household
                or any(until < day and left == household for until, left in one.left)
            )
            for pk, one in self.people.items()
        )

    def counts(self, kind: str, row: int) -> bool:
        """Say whether what was claimed counts: confirmed by somebody else, or at least not denied."""
        word = self.words.get((kind, row))
        return word == 2 or (self.counts_claimed and word in {1, None})

    def agreed(self, offer: Offer) -> bool:
        """Say whether the customer had agreed to marketing on the offer's day; who wants no contact never has.

        A consent holds from its first day on, whenever on that day it was given, and on its last day no more.
        """
        if not offer.asked:
            return True
        if self.people[offer.person].no_contact:
            return False
        for given, ended in self.consents.get(offer.person, []):
            if offer.day >= given and not (ended is not None and offer.day >= ended):
                return True
        return False

    def fresh(self, indicator: str, act: str) -> bool:
        """Say that no final month counted it."""
        return (indicator, act) not in self.earned

    def unpinned(self, offer: Offer) -> bool:
        """Say that no final month counted it, its visit or anything else that was offered at its visit."""
        if not self.fresh("marketing_success", offer.act):
            return False
        if offer.visit is None:
            return True
        beside = {act for key, act in self.earned if key == "marketing_success" and ":" in act}
        carried = any(act.split(":")[0] == offer.visit for act in beside)
        return not carried and self.fresh("visit_coverage", offer.visit)


def lives(person: Person, day: date) -> bool:
    """Say whether somebody lives at the end of a day: on the day of his death no more."""
    return person.died_on is None or day < person.died_on


def may_be_visited(person: Person, day: date) -> bool:
    """Say whether somebody lives at the end of a day and what is known of him isn't only kept."""
    kept = any(since <= day and (lifted is None or day < lifted) for since, lifted in person.kept)
    return lives(person, day) and not kept


def is_adult(person: Person, day: date) -> bool:
    born = person.born_on
    return born is not None and (born.year + 18, born.month, born.day) <= (day.year, day.month, day.day)


class Counts:
    """Numerators and denominators by indicator, person and branch; and the acts that were counted."""

    def __init__(self, ground: Ground, tables: Tables) -> None:
        self.ground, self.tables = ground, tables
        self.found: dict[tuple[str, int, int], list[Fraction]] = {}
        self.acts: set[tuple[str, str]] = set()

    def add(self, key: str, who: int, grid: int, top, bottom) -> None:
        place = (key, who, self.ground.branches[grid] or 0)
        one = self.found.setdefault(place, [Fraction(0), Fraction(0)])
        one[0] += top
        one[1] += bottom

    def counted_households(self) -> set[int]:
        """Return the households that are there at the month's end: opened by then, and somebody is left to be visited.

        Everybody told of by then who ever lived there may have died, left, or want to be let be. One of which nobody was
        told is there.
        """
        households, last = self.tables.households, self.ground.last
        return {pk for pk, home in households.items() if home.opened_on <= last and not self.is_over(pk)}

    def is_over(self, home: int) -> bool:
        """Say whether people lived there and nobody of them is left to be visited at the month's end."""
        last = self.ground.last
        is_left = any(may_be_visited(one, last) for one in self.tables.residents(home, last))
        return not is_left and self.tables.ever_lived(home, last)

    def home(self, pk: int) -> None:
        """Count what a household is at the month's end, divided between those who led its grid."""
        last = self.ground.last
        grid = self.tables.grid(pk, last)
        adults = [
            (one, number)
            for number, one in self.tables.people.items()
            if one.known_on <= last
            and self.tables.home(number, last) == pk
            and may_be_visited(one, last)
            and is_adult(one, last)
        ]
        verified = [
            one
            for one, number in adults
            if one.verified_on and one.verified_on <= last and self.tables.counts("verified", number)
        ]
        complete = any(
            since <= last and (until is None or last <= until)
            for since, until in self.tables.households[pk].complete
        )
        for who, part in self.ground.shares(grid).items():
            self.add("archive_rate", who, grid, part if complete else 0, part)
            self.add("visit_coverage", who, grid, 0, part)
            if adults:
                self.add("app_activation", who, grid, part * len(verified), part * len(adults))

    def visits(self, counted: set[int]) -> None:
        """Count each household's first visit of the month, for who led the grid of that day on its day."""
        seen: set[int] = set()
        for visit in sorted(self.tables.visits, key=lambda one: (one.at, one.pk)):
            home = self.tables.visited(visit)
            if not visit.met or visit.late or visit.day not in self.ground.days() or home in seen:
                continue
            if not self.tables.fresh("visit_coverage", visit.pk):
                continue
            seen.add(home)
            # one that was entered later is there too, unless it was over by then
            if home in counted or (self.opened_after(home) and not self.is_over(home)):
                grid = self.tables.grid(home, visit.day)
                self.add("visit_coverage", self.ground.lead(grid, visit.day), grid, 1, 0)
                self.acts.add(("visit_coverage", visit.pk))

    def opened_after(self, home: int) -> bool:
        return self.tables.households[home].opened_on > self.ground.last

    def accounts(self) -> None:
        """Count who became a customer with a document, for who opened the account, else for who led his grid that day.

        Not who was one before the month already.
        """
        for pk, one in self.tables.people.items():
            day = one.customer_on
            if day not in self.ground.days() or not one.has_document or not self.tables.counts("account", pk):
                continue
            before = self.tables.before.get(pk, self.ground.first)
            if before >= self.ground.first and self.tables.fresh("new_customers", str(pk)):
                grid = self.tables.grid(self.tables.home(pk, day), day)
                self.add("new_customers", one.opened_by or self.ground.lead(grid, day), grid, 1, 0)
                self.acts.add(("new_customers", str(pk)))

    def offers(self) -> None:
        """Count each customer and product once: for who had it accepted first, else for who offered it first."""
        told: dict[tuple[int, int], tuple[int, int, bool]] = {}
        visits = {one.pk: one for one in self.tables.visits}
        for offer in sorted(self.tables.offers, key=lambda one: (one.day, one.pk)):
            if offer.day not in self.ground.days() or not self.tables.unpinned(offer):
                continue
            visit = visits.get(offer.visit)
            home = self.tables.visited(visit) if visit else self.tables.home(offer.person, offer.day)
            grid = self.tables.grid(home, offer.day)
            accepted = offer.accepted and self.tables.agreed(offer) and self.tables.counts("offer", offer.pk)
            self.add("marketing_success", offer.by, grid, 0, 0)
            self.acts.add(("marketing_success", offer.act))
            what = (offer.person, offer.product)
            if what not in told or (accepted and not told[what][2]):
                told[what] = (grid, offer.by, accepted)
        for grid, who, accepted in told.values():
            self.add("marketing_success", who, grid, int(accepted), 1)


def counted(ground: Ground, tables: Tables) -> Counts:
    """Count a month by the words of the indicators."""
    counts = Counts(ground, tables)
    homes = counts.counted_households()
    for pk in homes:
        counts.home(pk)
    counts.visits(homes)
    counts.accounts()
    counts.offers()
    return counts
