"""The ranking once more, slowly and by other means: fractions instead of decimals, counting instead of sorting.

It shares no code with the performance app; where the two differ, one of them is wrong.
"""

from dataclasses import dataclass
from datetime import date, timedelta
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
    """The branch of each grid of the bank."""
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


class Counts:
    """Numerators and denominators by indicator, person and branch."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.found: dict[tuple[str, int, int], list[Fraction]] = {}

    def add(self, key: str, who: int, grid: int, top, bottom) -> None:
        place = (key, who, self.ground.branches[grid] or 0)
        one = self.found.setdefault(place, [Fraction(0), Fraction(0)])
        one[0] += top
        one[1] += bottom

    def home(self, grid: int, archived, adults) -> None:
        """Count what a household is at the month's end, divided between those who led its grid."""
        last = self.ground.last
        verified = [person for person in adults if person[3] and person[3] <= last]
        for who, part in self.ground.shares(grid).items():
            complete = any(since <= last and (until is None or last <= until) for since, until in archived)
            self.add("archive_rate", who, grid, part if complete else 0, part)
            self.add("visit_coverage", who, grid, 0, part)
            if adults:
                self.add("app_activation", who, grid, part * len(verified), part * len(adults))

    def visits(self, visits) -> None:
        """Count each household's first visit of the month, for who led the visit's grid on its day."""
        seen: set[int] = set()
        for _when, _pk, home, grid, day in sorted(visits):
            if home not in seen and day in self.ground.days():
                seen.add(home)
                self.add("visit_coverage", self.ground.lead(grid, day), grid, 1, 0)

    def offers(self, offers) -> None:
        """Count each customer and product once: for who had it accepted first, else for who offered it first."""
        told: dict[tuple[int, int], tuple[int, int, bool]] = {}
        for grid, who, _day, accepted, what in offers:
            self.add("marketing_success", who, grid, 0, 0)
            if what not in told or (accepted and not told[what][2]):
                told[what] = (grid, who, accepted)
        for grid, who, accepted in told.values():
            self.add("marketing_success", who, grid, int(accepted), 1)


def counted(ground: Ground, households, people, visits, offers):
    """Count a month by the words of the indicators.

    households: (id, grid on the last day, is there by the end, from when until when its archive was complete); people: (household, is adult, is there by
    the end, verified on, customer since if he has a document, opened by, grid on that day); visits: (when, id, household, grid, day), only those that count;
    offers, in order of time: (grid, person, day, was accepted, (customer, product)).
    """
    counts, within = Counts(ground), ground.days()
    for pk, grid, there, archived in households:
        if there:
            counts.home(grid, archived, [p for p in people if p[0] == pk and p[1] and p[2]])
    counts.visits(visits)
    for _home, _adult, _there, _verified, since, opened_by, grid in people:
        if since in within:
            counts.add("new_customers", opened_by or ground.lead(grid, since), grid, 1, 0)
    counts.offers([offer for offer in offers if offer[2] in within])
    return {key: tuple(value) for key, value in counts.found.items()}
