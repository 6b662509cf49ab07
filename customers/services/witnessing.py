"""What the core system's files say of a person's first account and of the app: claims are confirmed or refuted by it.

What nobody entered is written down with the file as its witness. A month that is final stays as it is.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import canonical, record
from customers import policies
from customers.actions import Action
from customers.enums import Evidence, Witness
from customers.models import Claim, Customer
from customers.services.claims import (
    ACCOUNT,
    DOWNLOADED,
    VERIFIED,
    Claimed,
    claims_decide,
    claims_enter,
    claims_reopen,
    claims_withdraw,
)
from customers.services.meant import homes_held, people_held, people_meant
from customers.services.milestones import EVIDENCE, KINDS, check_steps
from exchange.sheets import CLEAR, Fate, Fault, Outcome, Row, Source, Stored, Undone, wrong
from gridbank.days import month_first
from gridbank.errors import Refused
from gridbank.loading import rows_update
from gridbank.lookups import portions
from gridbank.sealing import seal
from grids import closing

PERSON = "customers.customer"
STEPS = {ACCOUNT: "customer_since", VERIFIED: "app_verified_on"}
CREDITED = {"customer_since": "opened_by_id", "app_verified_on": "app_activated_by_id"}
COLUMNS = (
    *STEPS.values(), *CREDITED.values(), *EVIDENCE.values(), "customer_before", "app_downloaded_on", "version", "updated_at",
)  # fmt: skip
TOLD = Q(state=Evidence.CONFIRMED, kind=ACCOUNT, witness=Witness.CORE, earner=None)
KEPT = tuple(name for name in COLUMNS if name not in {"version", "updated_at"})


@dataclass(frozen=True, slots=True)
class Word:
    """What a row says: on which day a person reached a step; `column` is where the file says it."""

    at: int
    person_id: int
    kind: str
    day: date
    column: str
    is_taken: bool = False


@dataclass
class Desk:
    """The people of a chunk, held, with their open claims and which of their days lie in final months."""

    source: Source
    people: dict[int, Customer]
    claims: dict[tuple[str, int], Claim]
    # who became a customer by a file, with nobody's word before it
    told: frozenset[int]
    final: dict[int, frozenset[date]]
    withdrawn: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    verdicts: dict[tuple[Evidence, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    entered: dict[str, list[Claimed]] = field(default_factory=lambda: defaultdict(list))
    changed: dict[int, dict[str, list[Any]]] = field(default_factory=lambda: defaultdict(dict))


def desk_of(source: Source, people: Iterable[Customer], words: Collection[Word]) -> Desk:
    """Hold the people of a chunk with all that their words touch: households, months, people, in this order."""
    people = list(people)
    homes_held(people)
    days: dict[int, set[date | None]] = defaultdict(set)
    grids, roots = {}, {person.pk: person.household.grid.root_id for person in people}
    for person in people:
        grids[roots[person.pk]] = person.household.grid
        days[roots[person.pk]] |= {getattr(person, step) for step in STEPS.values()}
    for word in words:
        days[roots[word.person_id]].add(word.day)
    final = {root: closing.hold(grids[root], days[root]) for root in sorted(days)}
    held = people_held(source, roots)
    claims: dict[tuple[str, int], Claim] = {}
    told: set[int] = set()
    for some in portions(list(held)):
        rows: QuerySet[Claim] = models.QuerySet(Claim).filter(customer_id__in=some, kind__in=KINDS.values())
        for claim in rows.filter(Q(state=Evidence.CLAIMED) | TOLD):
            if claim.state == Evidence.CLAIMED:
                claims[claim.kind, claim.source_id] = claim
            else:
                told.add(claim.source_id)
    return Desk(source, held, claims, frozenset(told), {pk: final[root] for pk, root in roots.items()})


def day_told(source: Source, text: str, *, field: str) -> date:
    """Return a day that a file tells of. Raises Refused for one after the day of the file, or that is to go."""
    if text == CLEAR:
        raise Refused(_("A day is needed here."), field=field)
    day = date.fromisoformat(text)
    if day > min(source.as_of, timezone.localdate()):
        raise Refused(_("The day lies after the day of the file."), field=field)
    return day


def word_heard(desk: Desk, word: Word) -> Outcome:
    """Say what becomes of a word, and note what is to be written; `words_written` writes it for the whole chunk."""
    person = desk.people.get(word.person_id)
    if person is None:
        return wrong(word.column, _("The person was moved meanwhile."), _("Send the row again."))
    before, stands = _standing(person), getattr(person, STEPS[word.kind])
    claims = [
        claim.pk
        for kind in (word.kind, DOWNLOADED)[: 1 + (word.kind == VERIFIED)]
        if (claim := desk.claims.get((kind, person.pk))) is not None
    ]
    try:
        policies.unrestricted(person)
        outcome = _heard(desk, word, person, stands)
    except Refused as refused:
        for name in KEPT:
            setattr(person, name, before[name])
        return wrong(word.column, str(refused))
    if outcome is not None:
        return outcome
    desk.touched.add(person.pk)
    after = {**_plain(_standing(person)), "claims": claims}
    fate = Fate.NEW if stands is None else Fate.CHANGED
    return Outcome(fate, subject=f"{PERSON}:{person.pk}", before=_plain(before), after=after)


def _heard(desk: Desk, word: Word, person: Customer, stands: date | None) -> Outcome | None:
    """Do what a word leads to; return an outcome where it leads to nothing. Raises Refused, and has noted nothing then."""
    claim = desk.claims.get((word.kind, person.pk))
    if stands is None:
        _write(desk, word, person)
        _decide(desk, word, person, Evidence.CONFIRMED)
        return None
    if claim is None:
        return _settled(desk, word, person, stands)
    if _agrees(word, claim.day):
        setattr(person, EVIDENCE[STEPS[word.kind]], Evidence.CONFIRMED)
        _decide(desk, word, person, Evidence.CONFIRMED)
        return None
    if not _denies(word, claim.day) and not word.is_taken:
        return _other(word, stands)
    if desk.final[person.pk] & {stands, word.day}:
        setattr(person, EVIDENCE[STEPS[word.kind]], Evidence.REFUTED)
        if word.kind == ACCOUNT and word.day < stands:
            person.customer_before = min(filter(None, (person.customer_before, word.day)))
    else:
        _write(desk, word, person)
    _decide(desk, word, person, Evidence.REFUTED)
    return None


def _settled(desk: Desk, word: Word, person: Customer, stands: date) -> Outcome | None:
    """Do what a word about what nobody claims leads to: it was decided, or stood before anybody asked."""
    evidence = getattr(person, EVIDENCE[STEPS[word.kind]])
    is_open = not desk.final[person.pk] & {stands, word.day}
    is_earlier = word.kind == ACCOUNT and month_first(word.day) < month_first(stands)
    if evidence == Evidence.REFUTED and is_open:
        _write(desk, word, person)
        return None
    if evidence == Evidence.REFUTED or not is_earlier or person.customer_before:
        return Outcome(Fate.UNCHANGED)
    # what a file said before, another of its rows may put earlier
    if person.pk in desk.told and is_open:
        _write(desk, word, person)
        desk.withdrawn.append(person.pk)
        return None
    return wrong(
        word.column,
        _("Here the person is a customer since %(day)s, which is later.") % {"day": stands.isoformat()},
        _("If the file is right, let the branch put the day right on the person's page."),
    )


def _agrees(word: Word, day: date) -> bool:
    """Whether the file bears a claim out: an account opened in the month, an identity verified by the end of it."""
    said, month = month_first(word.day), month_first(day)
    return said == month if word.kind == ACCOUNT else said <= month


def _denies(word: Word, day: date) -> bool:
    """Whether the file shows that a claim can't be so: he was a customer before the month in which he is said to have become one."""
    return word.kind == ACCOUNT and month_first(word.day) < month_first(day)


def _other(word: Word, stands: date) -> Outcome:
    sentence = _("Here %(day)s was entered, and nobody has confirmed it yet.") % {"day": stands.isoformat()}
    fault = Fault(word.column, sentence, _("Take the row as the file has it, or leave it: the entry waits."))
    return Outcome(Fate.WAITING, (fault,))


def _decide(desk: Desk, word: Word, person: Customer, verdict: Evidence) -> None:
    """Note what becomes of the claims of a step; of an account that is denied the reason is the day that the file says."""
    reason = word.day.isoformat() if verdict == Evidence.REFUTED else ""
    for kind in (word.kind, DOWNLOADED) if word.kind == VERIFIED else (word.kind,):
        if claim := desk.claims.pop((kind, person.pk), None):
            desk.verdicts[verdict, reason].append(claim.pk)


def _write(desk: Desk, word: Word, person: Customer) -> None:
    """Let a person have reached a step on the day of the file, by nobody's work; it is confirmed as it is entered."""
    step = STEPS[word.kind]
    stood = getattr(person, step)
    if step == "app_verified_on" and (
        person.app_downloaded_on is None or person.app_downloaded_on > word.day
    ):
        person.app_downloaded_on = word.day
    setattr(person, step, word.day)
    check_steps(person, [step])
    setattr(person, CREDITED[step], None)
    setattr(person, EVIDENCE[step], Evidence.CONFIRMED)
    desk.entered[word.kind].append(Claimed(person.pk, person.pk, word.day, None))
    desk.changed[person.pk][step] = [stood and stood.isoformat(), word.day.isoformat()]


def words_written(desk: Desk) -> None:
    """Write what was heard, in a few statements for the chunk."""
    now = timezone.now()
    for (verdict, reason), keys in sorted(desk.verdicts.items()):
        claims_decide(
            actor=desk.source.actor, claims=keys, verdict=verdict, reason=reason, witness=Witness.CORE
        )
    claims_withdraw(kind=ACCOUNT, source_ids=desk.withdrawn)
    for kind, rows in sorted(desk.entered.items()):
        _enter(desk.source, kind, rows)
    people = [desk.people[pk] for pk in sorted(desk.touched)]
    for person in people:
        person.version += 1
        person.updated_at = now
    rows_update(people, COLUMNS)
    for pk, told in sorted(desk.changed.items()):
        days = {date.fromisoformat(day) for pair in told.values() for day in pair if day}
        person = desk.people[pk]
        final = frozenset(desk.final[pk] & days)
        closing.tell(closing.Change(desk.source.actor, person.household.grid, person, final, told))


def _enter(source: Source, kind: str, rows: Sequence[Claimed]) -> None:
    """Note what a file said and nobody had entered: the file confirms it as it stands."""
    claims_enter(actor=source.actor, kind=kind, rows=_with_before(kind, rows))
    keys: list[int] = []
    for some in portions([row.source_id for row in rows]):
        fresh: QuerySet[Claim] = models.QuerySet(Claim).filter(
            kind=kind, source_id__in=some, state=Evidence.CLAIMED
        )
        keys += fresh.values_list("pk", flat=True)
    claims_decide(actor=source.actor, claims=keys, verdict=Evidence.CONFIRMED, witness=Witness.CORE)


def _with_before(kind: str, rows: Sequence[Claimed]) -> list[Claimed]:
    """Say of each which day was claimed first, as `stood_before` does, in one statement."""
    first: dict[int, date] = {}
    for some in portions([row.source_id for row in rows]):
        told: QuerySet[Claim] = models.QuerySet(Claim).filter(kind=kind, source_id__in=some).order_by("pk")
        first.update({source: was or day for source, was, day in told.values_list("source_id", "was", "day")})
    return [replace(row, was=was if (was := first.get(row.source_id)) != row.day else None) for row in rows]


def key_of(subject: str) -> int:
    """Return the key of the person that a row is about."""
    return int(subject.partition(":")[2])


def _standing(person: Customer) -> dict[str, Any]:
    return {name: getattr(person, name) for name in KEPT}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def recorded(source: Source, kind: str, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Leave the chunk's row in the trail: how many, and a seal over what became of the rows."""
    outcomes = list(outcomes)
    counts = Counter(outcome.fate.value for outcome in outcomes if outcome.subject)
    if counts:
        rows = [[one.subject, one.fate, one.before, one.after] for one in outcomes if one.subject]
        told = {"batch": source.batch, "as_of": source.as_of, "digest": seal(canonical(rows))}
        record(actor=source.actor, action=Action.CORE_STORED, changes={"kind": kind, **told, **counts})
    return outcomes


def accounts_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Let people be customers since the day on which their first account was opened, as the core system says."""
    meant, words = people_meant(source, rows), list[Word]()
    for at, person in meant.people.items():
        try:
            day = day_told(source, rows[at].values["opened_on"], field="opened_on")
        except Refused as refused:
            meant.faults[at] = wrong("opened_on", str(refused), _("Correct the day in the file."))
            continue
        words.append(Word(at, person.pk, ACCOUNT, day, "opened_on", rows[at].taken))
    desk = desk_of(source, (meant.people[word.at] for word in words), words)
    found = {at: meant.faults.get(at) or nobody() for at in range(len(rows))}
    # the first account is what makes a customer
    for word in sorted(words, key=lambda word: (word.day, word.at)):
        found[word.at] = word_heard(desk, word)
    words_written(desk)
    return recorded(source, "accounts", [found[at] for at in range(len(rows))])


def nobody() -> Outcome:
    return wrong("id_number", _("The row names nobody."), _("An ID number or a customer number is needed."))


def accounts_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Take back what a file said of accounts."""
    return words_undone(source, rows, "accounts")


def words_undone(source: Source, rows: Sequence[Stored], kind: str) -> list[Undone]:
    """Put back what a file said of people, as far as it stands and its months are open. One audit row."""
    keys = {key_of(row.subject) for row in rows}
    people = people_held(source, keys, hold=False)
    desk = desk_of(source, people.values(), [])
    found, back = list[Undone](), dict[int, Customer]()
    words = _Words()
    for row in rows:
        person = desk.people.get(key_of(row.subject))
        kept = _kept(desk, person, row)
        if not kept and person is not None:
            _take_back(words, person, row)
            back[person.pk] = person
        found.append(Undone(kept))
    _words_put(source, words)
    for person in back.values():
        person.version += 1
        person.updated_at = timezone.now()
    rows_update(list(back.values()), COLUMNS)
    kept_rows = sum(bool(one.kept) for one in found)
    changes = {"kind": kind, "batch": source.batch, "put_back": len(rows) - kept_rows, "kept": kept_rows}
    record(actor=source.actor, action=Action.CORE_UNDONE, changes=changes)
    return found


@dataclass
class _Words:
    """What becomes of claims when a file is taken back."""

    reopened: list[int] = field(default_factory=list)
    withdrawn: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    again: dict[str, list[Claimed]] = field(default_factory=lambda: defaultdict(list))


def _kept(desk: Desk, person: Customer | None, row: Stored) -> str:
    if person is None:
        return _("The person isn't there any more.")
    stands = _plain(_standing(person))
    if any(stands[name] != row.after.get(name) for name in KEPT):
        return _("Somebody worked on the person's account or app since.")
    days = {told.get(step) for told in (row.before, row.after) for step in STEPS.values()}
    moved = any(row.before.get(name) != row.after.get(name) for name in KEPT)
    if moved and {date.fromisoformat(day) for day in days if day} & desk.final[person.pk]:
        return _("It lies in a month that is final.")
    return ""


def _take_back(words: _Words, person: Customer, row: Stored) -> None:
    """Put a person's days back, and say what becomes of their claims."""
    before, after = row.before, row.after
    for kind, step in STEPS.items():
        column = EVIDENCE[step]
        if (before.get(step), before.get(column)) == (after.get(step), after.get(column)):
            continue
        if before.get(step) != after.get(step) or before.get(column) == Evidence.REFUTED:
            words.withdrawn[kind].append(person.pk)
            if before.get(column) == Evidence.CONFIRMED:
                day = date.fromisoformat(before[step])
                words.again[kind].append(Claimed(person.pk, person.pk, day, None))
    words.reopened += after.get("claims", [])
    for name in KEPT:
        value = before.get(name)
        setattr(person, name, date.fromisoformat(value) if isinstance(value, str) else value)


def _words_put(source: Source, words: _Words) -> None:
    for kind, keys in sorted(words.withdrawn.items()):
        claims_withdraw(kind=kind, source_ids=keys)
    if words.reopened:
        claims_reopen(actor=source.actor, claims=words.reopened)
    for kind, rows in sorted(words.again.items()):
        _enter(source, kind, rows)
