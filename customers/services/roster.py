"""A roster: one row a person, judged, stored and put back a chunk at a time, in a fixed number of statements.

A row never crosses a scope that whoever brings the file doesn't have. What is here is changed field by field, and only
by rows that are sure of whom they mean; what was changed here since the day of the file waits.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import canonical, record, recorded_last
from customers import selectors
from customers.actions import Action
from customers.models import CompleteSpan, Customer, Household
from customers.personal import index_columns, typed
from customers.services import measuring
from customers.services.asking import COUNTED, DAILY_CAP, asked_today, asker_hold, leave_row, tried_today
from customers.services.identities import identities_keep
from customers.services.numbering import numbers_draw
from customers.services.roster_guesses import BY_CHANCE, many_refuse
from customers.services.roster_homes import Home, homes_find, homes_gathered
from customers.services.roster_people import (
    Desk,
    Verdict,
    fresh,
    home_judged,
    home_judged_too,
    refused,
    wards_kept,
)
from customers.services.roster_places import Ground, ground_of, places_find
from customers.services.roster_rows import Told, plain, rows_told
from exchange.sheets import IN, Fate, Fault, Outcome, Row, Source
from gridbank.loading import keys_draw, rows_insert, rows_update
from gridbank.sealing import seal
from gridbank.turns import take_turn
from grids.authority import Act, may
from people.models import User

PERSON, HOUSEHOLD = "customers.customer", "customers.household"
PERSON_COLUMNS = (
    *typed(Customer),
    "name_key",
    "pinyin",
    "initials",
    "id_digest",
    *index_columns(Customer),
    "version",
    "updated_at",
)
HOME_COLUMNS = (*typed(Household), *measuring.STATE, "ended_on", "version", "updated_at")
TRIES = 2


@dataclass
class Chunk:
    """The rows of a chunk, judged."""

    source: Source
    ground: Ground
    told: list[Told]
    homes: list[Home]
    desk: Desk

    def verdicts(self) -> list[Verdict]:
        """Return what becomes of each row, in their order."""
        return [self.desk.by_row.get(one.place) or refused(one) for one in self.told]


def roster_judge(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Say what would become of rows. Nobody learns by it whether somebody out of his sight is here.

    What it tells of numbers of who is in his sight counts as it does when rows are stored.
    """
    chunk = _judged(source, rows, is_rehearsal=True)
    _count_guesses(chunk)
    return [Outcome(verdict.fate, verdict.faults) for verdict in chunk.verdicts()]


def roster_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Store rows, in the caller's transaction. One audit row for what was written."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return _stored(source, rows)
        except IntegrityError:
            # somebody entered one of them meanwhile: now he is found
            if not left:
                raise
    raise AssertionError


@recorded_last()
def _stored(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    # two files of a bank with the same people: the second finds whom the first stored
    take_turn(f"roster {source.bank_id}")
    chunk = _judged(source, rows, is_rehearsal=False)
    _count_guesses(chunk)
    written = _write(chunk)
    outcomes = [_outcome(verdict, chunk) for verdict in chunk.verdicts()]
    if written:
        record(actor=source.actor, action=Action.ROSTER_STORED, changes=_told(source, written, outcomes))
    return outcomes


def _told(source: Source, written: Counter[str], outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """Return what the trail says of a chunk: how many, and a seal over all that became of its rows."""
    rows = [
        [outcome.subject, outcome.fate, outcome.before, outcome.after]
        for outcome in outcomes
        if outcome.subject
    ]
    return {"batch": source.batch, "as_of": source.as_of, "digest": seal(canonical(rows)), **written}


def _judged(source: Source, rows: Sequence[Row], *, is_rehearsal: bool) -> Chunk:
    today = timezone.localdate()
    villages = {row.values["village"] for row in rows if "village" in row.values}
    ground = ground_of(source, villages, hold=not is_rehearsal)
    is_counted = _is_counted(source.reader)
    if not is_rehearsal and is_counted:
        # his answers of the day are counted once people are held; who counts comes before them
        asker_hold(source.reader)
    told = rows_told(rows, ground.bank_id, today)
    if is_counted:
        many_refuse(told)
    places_find(ground, told)
    homes = homes_gathered(told)
    found = homes_find(ground, homes, hold=not is_rehearsal, is_counted=is_counted)
    now = timezone.now()
    # what a file says is as old as the file: only what somebody changes here after its day makes later rows wait
    stamp = min(now, timezone.make_aware(datetime.combine(source.as_of, time(23, 59))))
    since = {"created_at": now, "updated_at": stamp, "created_by": source.actor}
    desk = Desk(source.actor, found, today, source.as_of, Customer(**since), is_rehearsal, is_counted)
    blank = Household(**since)
    for home in found.homes:
        _place(ground, home, blank)
        home_judged(desk, home)
        if home.household is not None and any(desk.by_row[one.place].fate in IN for one in home.told):
            home_judged_too(desk, home, home.household)
            wards_kept(desk, home)
    return Chunk(source, ground, told, found.homes, desk)


def _place(ground: Ground, home: Home, blank: Household) -> None:
    """Say in which grid a new household is, and of one that is here that it stays in its village."""
    area_id = next((one.area_id for one in home.told if one.area_id is not None), None)
    if home.household is not None:
        for one in home.told:
            if one.area_id is not None and home.household.area_id not in {None, one.area_id}:
                one.refuse(
                    "village",
                    _("The household stands in another village here."),
                    _("Move it on its page first."),
                )
        return
    grid = ground.grid_of(area_id)
    if grid is None:
        for one in home.told:
            one.refuse(
                "village",
                _("This village isn't in your grids."),
                _("Let the branch that it belongs to bring the file."),
            )
        return
    household = home.household = fresh(blank)
    household.grid, household.area_id, household.code, household.policy_tags = grid, area_id, home.code, []


def _is_counted(actor: User | None) -> bool:
    """Whether what somebody is told of numbers counts: not of who holds the bank's records anyhow."""
    return actor is not None and not may(actor, Act.RECORDS_LOAD)


def _count_guesses(chunk: Chunk) -> None:
    """Count what tells of a number that is here: beyond the day's answers the households that follow wait.

    Who may load the records of the whole bank holds them anyhow; his batches are kept.
    """
    reader, desk = chunk.source.reader, chunk.desk
    if not desk.is_counted:
        return
    tries = _Tries(reader, desk)
    left = max(DAILY_CAP - asked_today(reader), 0)
    told: list[tuple[Action, int | None]] = []
    for home in chunk.homes:
        by_chance, beyond = tries.of(home)
        misses = [verdict.whose for one in home.told if (verdict := desk.by_row[one.place]).is_miss] + beyond
        if not misses and not any(map(_is_compared, home.told)):
            continue
        # a try beyond the day's answers takes those that are left: waiting is an answer as well
        if not left or len(misses) > left:
            desk.by_row |= {one.place: _uncompared() for one in home.told}
            misses, by_chance = misses[:left], []
        left -= len(misses)
        told += [(Action.CUSTOMER_NUMBER_TRIED, whose) for whose in by_chance]
        told += [(Action.CUSTOMER_IDENTITY_REFUSED, whose) for whose in misses]
    changes = {"field": "id_number", "batch": chunk.source.batch}
    for action, whose in told:
        subject = None if whose is None else Customer(pk=whose)
        if action in COUNTED:
            leave_row(reader, action, subject, changes)
        else:
            record(actor=reader, action=action, subject=subject, changes=changes)


class _Tries:
    """How often somebody's number may have been tried today, under his name, by one that agrees with what pages show."""

    def __init__(self, reader: User, desk: Desk) -> None:
        self._desk, self._near = desk, dict(desk.found.near)
        self._done = tried_today(reader, {pk for people in self._near.values() for pk in people})

    def of(self, home: Home) -> tuple[list[int], list[int]]:
        """Return whose numbers the rows of a household may try: by chance still, and beyond chance."""
        by_chance: list[int] = []
        beyond: list[int] = []
        for one in home.told:
            # what counts anyhow, or isn't looked at, is no other try; and a number is tried once
            if one.faults or self._desk.by_row[one.place].is_miss or not one.digest:
                continue
            if people := self._near.pop(one.digest, None):
                whose = max(people, key=lambda pk: (self._done[pk], -pk))
                self._done[whose] += 1
                (beyond if self._done[whose] > BY_CHANCE else by_chance).append(whose)
        return by_chance, beyond


def _is_compared(one: Told) -> bool:
    return bool(one.digest or one.birth_date or one.person.get("phone"))


def _uncompared() -> Verdict:
    """Return the verdict of a household's row beyond the day's answers: all that its rows say goes in, or waits."""
    sentence = _("No more numbers can be compared today.")
    return Verdict(
        Fate.WRONG, (Fault("id_number", sentence, _("Go on tomorrow, or let head office bring the file.")),)
    )


def _write(chunk: Chunk) -> Counter[str]:
    """Write what goes in. Returns how many of each."""
    verdicts = [verdict for verdict in chunk.verdicts() if verdict.goes_in]
    homes = list(
        {id(verdict.home): verdict.home for verdict in verdicts if verdict.home is not None}.values()
    )
    spans: list[CompleteSpan] = []
    for home in homes:
        spans += _finish(home, chunk)
    new_homes = [
        home.household for home in homes if home.household is not None and home.household._state.adding
    ]
    new_people = [
        verdict.person for verdict in verdicts if verdict.fate == Fate.NEW and verdict.person is not None
    ]
    changed = [verdict for verdict in verdicts if verdict.person is not None and verdict.before]
    _number(new_homes, new_people)
    for home in homes:
        for person in home.taken.values():
            person.household_id = home.household.pk  # type: ignore[union-attr]
            if person.guardian is not None:
                person.guardian_id = person.guardian.pk
    old_homes = [
        home.household for home in homes if home.household is not None and not home.household._state.adding
    ]
    rows_insert(new_homes)
    rows_insert(new_people)
    people = [verdict.person for verdict in changed if verdict.person is not None]
    _stamp([*old_homes, *people], chunk)
    rows_update(old_homes, HOME_COLUMNS)
    rows_update(people, PERSON_COLUMNS)
    _keep(chunk, changed, spans)
    counted = Counter(
        households=len(new_homes),
        people=len(new_people),
        households_changed=len(old_homes),
        people_changed=len(people),
    )
    return +counted


def _stamp(rows: Iterable[Household | Customer], chunk: Chunk) -> None:
    for row in rows:
        row.version += 1
        row.updated_at = max(row.updated_at, chunk.desk.template.updated_at)


def _keep(chunk: Chunk, changed: Sequence[Verdict], spans: Sequence[CompleteSpan]) -> None:
    """Say what was until yesterday: who people were, and that archives were complete."""
    who = [
        (verdict.person, verdict.before.get("birth_date", verdict.person.birth_date), verdict.before.get("id_digest", verdict.person.id_digest))
        for verdict in changed
        if verdict.person is not None and verdict.before.keys() & {"birth_date", "id_digest"}
    ]  # fmt: skip
    if who:
        identities_keep(chunk.source.actor, who)
    if spans:
        CompleteSpan.objects.bulk_create(spans)


def _finish(home: Home, chunk: Chunk) -> list[CompleteSpan]:
    """Bring a household after its people: its head's name, whether anybody lives there, how complete its archive is."""
    household, head = home.household, home.head()
    assert household is not None
    if head is not None:
        household.head_name = head.name
    elif not household.head_name:
        told = next((one.head for one in home.told if one.head), "")
        household.head_name = told or next(person.name for person in home.living())
    if household.ended_on is not None and home.living():
        household.ended_on = None
    since, today = household.complete_since, chunk.desk.today
    values = None if head is None else {name: getattr(head, name) for name in selectors.HEAD_FIELDS}
    measuring.measure(household, values, day=today, by_id=chunk.source.actor and chunk.source.actor.pk)
    return measuring.ended(household, since, today)


def _number(homes: Sequence[Household], people: Sequence[Customer]) -> None:
    """Give keys to all, so that they refer to one another, and numbers to the households that have none."""
    numbers_draw([home for home in homes if not home.code], {home.code for home in homes if home.code})
    for home, pk in zip(homes, keys_draw(Household, len(homes)), strict=True):
        home.pk = pk
    for person, pk in zip(people, keys_draw(Customer, len(people)), strict=True):
        person.pk = pk


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, str], ...]:
    return tuple((name, model._meta.get_field(name).attname) for name in typed(model))  # type: ignore[union-attr]


def told_of(row: Household | Customer) -> dict[str, Any]:
    """Return what people fill in of a row, as JSON takes it; what says nothing is left out."""
    kept = row.__dict__
    return plain({name: value for name, column in _columns(type(row)) if (value := kept[column])})


def _outcome(verdict: Verdict, chunk: Chunk) -> Outcome:
    if not verdict.goes_in or verdict.home is None:
        return Outcome(verdict.fate, verdict.faults)
    household, subjects, before, after = verdict.home.household, [], {}, {}
    assert household is not None
    if verdict.person is not None and (verdict.fate == Fate.NEW or verdict.before):
        person = verdict.person
        subjects.append(f"{PERSON}:{person.pk}")
        if verdict.fate == Fate.NEW:
            after["person"] = told_of(person)
        else:
            before["person"] = plain(verdict.before)
            after["person"] = plain(
                {
                    name: getattr(person, "guardian_id" if name == "guardian" else name)
                    for name in verdict.before
                }
            )
    if verdict.before_home or _founded(verdict, chunk):
        subjects.append(f"{HOUSEHOLD}:{household.pk}")
        if _founded(verdict, chunk):
            after["home"] = told_of(household)
        else:
            before["home"] = plain(verdict.before_home)
            after["home"] = plain({name: getattr(household, name) for name in verdict.before_home})
    return Outcome(verdict.fate, (), " ".join(subjects), before, after)


def _founded(verdict: Verdict, chunk: Chunk) -> bool:
    """Whether a row is the one with which its household came."""
    home = verdict.home
    if home is None or home.household is None or home.household.created_at != chunk.desk.template.created_at:
        return False
    first = next((one.place for one in home.told if chunk.desk.by_row[one.place].goes_in), None)
    return first is not None and chunk.desk.by_row[first] is verdict
