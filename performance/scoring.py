"""From sums to points and ranks: plain values in, plain values out, no database, no clock.

Written rules, version 2 (`RULES_VERSION`); a month that was computed by version 1 is proven by version 1:

- Everything is `Decimal`. Actuals and attainments are rounded half up to 6 decimals, points to 4.
- A rate is numerator / denominator; with nothing in the denominator there is nothing to measure, which
  earns 0 points. A count is its numerator.
- attainment = actual / target; points = weight x min(cap, attainment). Without a target the line earns 0.
- The total is the sum of the points and never below 0.
- Ranks go by the total as it is shown, rounded half up to 2 decimals, and by it alone: equal totals share a rank
  and the next rank is skipped (1, 1, 3). No second criterion, and no decimal that nobody sees, decides anybody's
  pay by accident; equal people are listed by staff number. Version 1 ranked by all 4 decimals.
- Branch and bank are scored from their own sums, never from averages of people.
- A branch's target of a count is the sum of its people's targets; of a rate it is the scheme's.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

RULES_VERSION = 2
NOBODY = 0

MICRO = Decimal("0.000001")
POINT = Decimal("0.0001")
# to what a total is rounded before it is ranked, by the version of the rules
RANKED = {1: POINT, 2: Decimal("0.01")}
ZERO = Decimal(0)
LARGEST_ATTAINMENT = Decimal("999999.999999")
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Item:
    """An indicator's place in the scheme."""

    indicator: str
    position: int
    is_rate: bool
    weight: Decimal
    target: Decimal | None
    cap: Decimal


@dataclass(frozen=True, slots=True)
class Person:
    """A person as of the computation. Only `ranked` people take part in the ranking."""

    pk: int
    staff_no: str
    name: str
    grid_id: int
    branch_id: int
    peer_group: str
    ranked: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """A branch or the bank: its grid and its name of that day."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Sum:
    """What the facts of one indicator add up to for one person in one branch (0: none).

    `first` and `last` are the numbers of the first and the last of them.
    """

    indicator: str
    staff_id: int
    branch_id: int
    numerator: Decimal
    denominator: Decimal
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What several sums of one indicator add up to, and between which numbers their facts lie."""

    numerator: Decimal = ZERO
    denominator: Decimal = ZERO
    first: int | None = None
    last: int | None = None

    def plus(self, row: Sum) -> "Tally":
        """Add one sum."""
        return Tally(
            self.numerator + row.numerator,
            self.denominator + row.denominator,
            row.first if self.first is None else min(self.first, row.first),
            row.last if self.last is None else max(self.last, row.last),
        )


NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a result; its facts lie between the numbers `first` and `last`."""

    position: int
    indicator: str
    numerator: Decimal
    denominator: Decimal
    actual: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    weight: Decimal
    points: Decimal
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The score of a person, a branch or the bank."""

    level: str
    subject_id: int
    subject_name: str
    staff_no: str
    grid_id: int
    branch_id: int | None
    branch_name: str
    peer_group: str
    total: Decimal
    rank_bank: int | None
    rank_branch: int | None
    rank_peer: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything but the facts that a computation depends on."""

    items: tuple[Item, ...]
    targets: Mapping[tuple[int, str], Decimal]
    people: tuple[Person, ...]
    branches: tuple[Unit, ...]
    bank: Unit
    rules: int = RULES_VERSION

    def ranked(self, results: Iterable["Result"]) -> dict[int, int]:
        """Give ranks by total, as these rules round it."""
        step = RANKED[self.rules]
        return ranked_by_total(
            (result.subject_id, result.total.quantize(step, context=_CONTEXT)) for result in results
        )


def split_whole(days: Mapping[int, int]) -> dict[int, Decimal]:
    """Split 1 in proportion to days, in steps of a millionth that add to exactly 1.

    What rounding down leaves over goes, one millionth each, to the largest remainders; equal remainders
    are served in order of the key. Raises ValueError without a positive day.
    """
    if any(count < 0 for count in days.values()) or not (whole := sum(days.values())):
        raise ValueError("A split needs days, and none below zero.")
    parts = {key: divmod(1_000_000 * count, whole) for key, count in days.items() if count}
    left = 1_000_000 - sum(micros for micros, _ in parts.values())
    lucky = set(sorted(parts, key=lambda key: (-parts[key][1], key))[:left])
    return {key: Decimal(micros + (key in lucky)).scaleb(-6) for key, (micros, _) in sorted(parts.items())}


def line_for(item: Item, tally: Tally, target: Decimal | None) -> Line:
    """Score one indicator. Raises ValueError for a negative or infinite sum and a target that is none."""
    numerator, denominator = tally.numerator, tally.denominator
    for number in (numerator, denominator):
        if not number.is_finite() or number < 0:
            raise ValueError(f"{item.indicator}: {number} can't be counted.")
    if target is not None and not (target.is_finite() and target > 0):
        raise ValueError(f"{item.indicator}: {target} is no target.")
    with localcontext(_CONTEXT):
        actual = numerator.quantize(MICRO)
        if item.is_rate:
            actual = (numerator / denominator).quantize(MICRO) if denominator else None  # type: ignore[assignment]
        attainment, points = None, ZERO.quantize(POINT)
        if actual is not None and target is not None:
            attainment = min((actual / target).quantize(MICRO), LARGEST_ATTAINMENT)
            points = (item.weight * min(item.cap, attainment)).quantize(POINT)
        return Line(
            item.position, item.indicator, numerator.quantize(MICRO), denominator.quantize(MICRO),
            actual, target, attainment, item.weight, points, tally.first, tally.last,
        )  # fmt: skip


def ranked_by_total(results: Iterable[tuple[int, Decimal]]) -> dict[int, int]:
    """Give ranks by total, highest first; equal totals share one and the next is skipped."""
    ranks: dict[int, int] = {}
    previous: Decimal | None = None
    rank = 0
    for place, (pk, total) in enumerate(sorted(results, key=lambda row: (-row[1], row[0])), start=1):
        if total != previous:
            rank, previous = place, total
        ranks[pk] = rank
    return ranks


Totals = dict[int, dict[str, Tally]]


def _add_up(sums: Iterable[Sum], key: Callable[[Sum], int]) -> Totals:
    found: Totals = defaultdict(dict)
    with localcontext(_CONTEXT):
        for row in sums:
            mine = found[key(row)]
            mine[row.indicator] = mine.get(row.indicator, NOTHING).plus(row)
    return found


def _lines(
    inputs: Inputs, sums: Mapping[str, Tally], target: Callable[[Item], Decimal | None]
) -> tuple[Line, ...]:
    return tuple(line_for(item, sums.get(item.indicator, NOTHING), target(item)) for item in inputs.items)


def _person_target(inputs: Inputs, person: Person) -> Callable[[Item], Decimal | None]:
    return lambda item: inputs.targets.get((person.pk, item.indicator), item.target)


def _unit_target(inputs: Inputs, people: list[Person]) -> Callable[[Item], Decimal | None]:
    def target(item: Item) -> Decimal | None:
        if item.is_rate:
            return item.target
        known = [t for person in people if (t := _person_target(inputs, person)(item)) is not None]
        return sum(known, ZERO) or None

    return target


def _total(lines: Iterable[Line]) -> Decimal:
    return max(ZERO, sum((line.points for line in lines), ZERO)).quantize(POINT)


def score(inputs: Inputs, sums: Iterable[Sum]) -> list[Result]:
    """Score and rank everybody: people by staff number, then branches, then the bank.

    Every sum counts once for its person and once for its branch; what belongs to nobody (staff 0) counts
    for the branch alone. Raises ValueError for a sum of somebody who isn't among the people.
    """
    rows = sorted(sums, key=lambda row: (row.indicator, row.staff_id, row.branch_id))
    people = sorted(inputs.people, key=lambda person: (person.staff_no, person.pk))
    strangers = {row.staff_id for row in rows} - {person.pk for person in people} - {NOBODY}
    if strangers:
        raise ValueError(f"Facts of people who aren't part of the computation: {sorted(strangers)[:5]}")
    return [
        *_score_people(inputs, people, _add_up(rows, lambda row: row.staff_id)),
        *_score_branches(inputs, people, _add_up(rows, lambda row: row.branch_id)),
        _score_bank(inputs, people, _add_up(rows, lambda _row: NOBODY)),
    ]


def _score_people(inputs: Inputs, people: list[Person], sums: Totals) -> list[Result]:
    names = {branch.pk: branch.name for branch in inputs.branches}
    found = []
    for person in people:
        lines = _lines(inputs, sums.get(person.pk, {}), _person_target(inputs, person))
        found.append(
            Result(
                "manager", person.pk, person.name, person.staff_no, person.grid_id, person.branch_id or None,
                names.get(person.branch_id, ""), person.peer_group, _total(lines), None, None, None, lines,
            )
        )  # fmt: skip
    ranked = {person.pk for person in people if person.ranked}
    taking_part = [result for result in found if result.subject_id in ranked]
    bank = inputs.ranked(taking_part)
    branch = _ranks_within(inputs, taking_part, lambda result: result.branch_id)
    peers = _ranks_within(inputs, taking_part, lambda result: result.peer_group)
    return [
        replace(
            result,
            rank_bank=bank.get(result.subject_id),
            rank_branch=branch.get(result.subject_id),
            rank_peer=peers.get(result.subject_id),
        )
        for result in found
    ]


def _ranks_within(inputs: Inputs, results: list[Result], key: Callable[[Result], object]) -> dict[int, int]:
    groups: dict[object, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return {pk: rank for group in groups.values() for pk, rank in inputs.ranked(group).items()}


def _score_branches(inputs: Inputs, people: list[Person], sums: Totals) -> list[Result]:
    found = []
    for branch in sorted(inputs.branches, key=lambda unit: unit.pk):
        staff = [person for person in people if person.ranked and person.branch_id == branch.pk]
        lines = _lines(inputs, sums.get(branch.pk, {}), _unit_target(inputs, staff))
        found.append(
            Result(
                "branch", branch.pk, branch.name, "", branch.pk, branch.pk, branch.name, "", _total(lines),
                None, None, None, lines,
            )
        )  # fmt: skip
    ranks = inputs.ranked(found)
    return [replace(result, rank_bank=ranks[result.subject_id]) for result in found]


def _score_bank(inputs: Inputs, people: list[Person], sums: Totals) -> Result:
    staff = [person for person in people if person.ranked]
    lines = _lines(inputs, sums.get(NOBODY, {}), _unit_target(inputs, staff))
    bank = inputs.bank
    return Result(
        "bank", bank.pk, bank.name, "", bank.pk, None, "", "", _total(lines), None, None, None, lines
    )  # fmt: skip


def _text(number: Decimal | None, step: Decimal) -> str | None:
    return None if number is None else str(number.quantize(step, context=_CONTEXT))


def canonical_lines(results: Iterable[Result]) -> Iterator[str]:
    """Write results in one way only, one line each, in order of level, staff number and id."""
    for result in sorted(results, key=lambda r: (r.level, r.staff_no, r.subject_id)):
        lines = [
            [
                line.position, line.indicator, _text(line.numerator, MICRO), _text(line.denominator, MICRO),
                _text(line.actual, MICRO), _text(line.target, POINT), _text(line.attainment, MICRO),
                _text(line.weight, Decimal("0.01")), _text(line.points, POINT), line.first, line.last,
            ]
            for line in sorted(result.lines, key=lambda line: (line.position, line.indicator))
        ]  # fmt: skip
        yield json.dumps(
            [
                result.level, result.subject_id, result.subject_name, result.staff_no, result.grid_id,
                result.branch_id, result.branch_name, result.peer_group, _text(result.total, POINT),
                result.rank_bank, result.rank_branch, result.rank_peer, lines,
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )  # fmt: skip


def scores_hash(results: Iterable[Result]) -> str:
    """Return the SHA-256 over the canonical lines."""
    digest = hashlib.sha256()
    for line in canonical_lines(results):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def needed(line: Line, item: Item, gap: Decimal) -> Decimal | None:
    """Return by how much the numerator must grow for this indicator alone to earn the gap; None if it can't.

    Whole pieces: nobody opens half an account. The cap, a missing target and an empty denominator stand in
    the way; so does a rate that would have to pass 100 %.
    """
    if line.target is None or line.actual is None or not item.weight:
        return None
    with localcontext(_CONTEXT):
        reached = min(item.cap, line.attainment or ZERO) + gap / item.weight
        if reached > item.cap:
            return None
        wanted = reached * line.target * (line.denominator if item.is_rate else 1)
        if item.is_rate and wanted > line.denominator:
            return None
        return max(Decimal(1), (wanted - line.numerator).to_integral_value(rounding="ROUND_CEILING"))
