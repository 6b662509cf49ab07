"""Who has the app, as its own system says: each person's registration, and with it what was claimed of his identity."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from customers.enums import AppStatus
from customers.models import AppRegistration
from customers.services.claims import VERIFIED
from customers.services.meant import people_meant
from customers.services.witnessing import (
    PERSON,
    Word,
    day_told,
    desk_of,
    key_of,
    nobody,
    recorded,
    word_heard,
    words_undone,
    words_written,
)
from exchange.sheets import CLEAR, Fate, Fault, Outcome, Row, Source, Stored, Undone, wrong
from gridbank.errors import Refused
from gridbank.loading import keys_draw, rows_insert, rows_update
from gridbank.lookups import portions

FIELDS = ("registered_on", "status", "last_used_on")
APP = "app"


def apps_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Keep how each person stands with the app, and let his identity be verified since the day he registered."""
    meant = people_meant(source, rows)
    there = _registrations({person.pk for person in meant.people.values()})
    told: dict[int, dict[str, Any]] = {}
    for at, person in meant.people.items():
        try:
            told[at] = _told(source, rows[at], there.get(person.pk))
        except Refused as refused:
            meant.faults[at] = wrong(refused.field or "", str(refused), _("Correct the row in the file."))
    for at in list(told):
        standing = there.get(meant.people[at].pk)
        if (
            standing
            and standing.as_of > source.as_of
            and not rows[at].taken
            and _fields(standing) != told[at]
        ):
            meant.faults[at] = _older(standing)
            del told[at]
    words = [
        Word(at, meant.people[at].pk, VERIFIED, values["registered_on"], "registered_on", rows[at].taken)
        for at, values in told.items()
        if values["status"] == AppStatus.OPEN
    ]
    desk = desk_of(source, (meant.people[at] for at in told), words)
    heard = {word.at: word_heard(desk, word) for word in words}
    fresh: list[AppRegistration] = []
    found: list[Outcome] = []
    for at in range(len(rows)):
        said = heard.get(at)
        if at not in told or (said is not None and said.fate == Fate.WRONG):
            found.append(said or meant.faults.get(at) or nobody())
            continue
        key = meant.people[at].pk
        before = _plain(there.get(key))
        if key not in there:
            there[key] = AppRegistration(customer_id=key)
            fresh.append(there[key])
        for name, value in told[at].items():
            setattr(there[key], name, value)
        there[key].as_of = max(source.as_of, there[key].as_of or source.as_of)
        found.append(_outcome(key, said, before, _plain(there[key])))
    for key, one in zip(keys_draw(AppRegistration, len(fresh)), fresh, strict=True):
        one.pk = key
    rows_insert(fresh)
    kept = {meant.people[at].pk for at in told}
    rows_update([one for key, one in there.items() if key in kept and one not in fresh], (*FIELDS, "as_of"))
    words_written(desk)
    return recorded(source, "apps", found)


def _registrations(keys: Collection[int]) -> dict[int, AppRegistration]:
    """Return the registrations of people whom the caller has read, by person."""
    found: dict[int, AppRegistration] = {}
    for some in portions(list(keys)):
        rows: models.QuerySet[AppRegistration] = models.QuerySet(AppRegistration).filter(customer_id__in=some)
        found.update({one.customer_id: one for one in rows})
    return found


def _told(source: Source, row: Row, standing: AppRegistration | None) -> dict[str, Any]:
    """Return how somebody stands as a row says; what it leaves out stays. Raises Refused."""
    values: dict[str, Any] = {} if standing is None else _fields(standing)
    for name in ("registered_on", "last_used_on"):
        text = row.values.get(name)
        if text == CLEAR and name == "last_used_on":
            values[name] = None
        elif text is not None:
            values[name] = day_told(source, text, field=name)
    values["status"] = row.values.get("status", values.get("status", AppStatus.OPEN))
    values.setdefault("last_used_on", None)
    if "registered_on" not in values:
        raise Refused(_("A day is needed here."), field="registered_on")
    if values["last_used_on"] is not None and values["last_used_on"] < values["registered_on"]:
        raise Refused(_("It was last used before it was registered."), field="last_used_on")
    return values


def _fields(standing: AppRegistration) -> dict[str, Any]:
    return {name: getattr(standing, name) for name in FIELDS}


def _plain(standing: AppRegistration | None) -> dict[str, Any]:
    if standing is None:
        return {}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in _fields(standing).items()
    }


def _older(standing: AppRegistration) -> Outcome:
    sentence = _("A file of %(day)s says otherwise.") % {"day": standing.as_of.isoformat()}
    return Outcome(
        Fate.WAITING, (Fault("status", sentence, _("Take this row only if the newer file was wrong.")),)
    )


def _outcome(key: int, said: Outcome | None, before: dict[str, Any], after: dict[str, Any]) -> Outcome:
    """Join what became of the registration with what became of the person's identity."""
    is_said = said is not None and bool(said.subject)
    if before == after and not is_said:
        return said if said is not None else Outcome(Fate.UNCHANGED)
    step_before, step_after = (said.before, said.after) if said is not None and is_said else ({}, {})
    fate = Fate.CHANGED if before else Fate.NEW
    return Outcome(
        fate, subject=f"{PERSON}:{key}", before={**step_before, APP: before}, after={**step_after, APP: after}
    )


def apps_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Take back what a file said of the app."""
    there = _registrations({key_of(row.subject) for row in rows})
    stepped = [row for row in rows if len(row.after) > 1]
    words = iter(words_undone(source, stepped, "apps"))
    found: list[Undone] = []
    for row in rows:
        undone = next(words) if len(row.after) > 1 else Undone()
        standing = there.get(key_of(row.subject))
        if not undone.kept and row.before[APP] != row.after[APP]:
            undone = _put_back(standing, row)
        found.append(undone)
    return found


def _put_back(standing: AppRegistration | None, row: Stored) -> Undone:
    if standing is None or _plain(standing) != dict(row.after[APP]):
        return Undone(_("A newer file said something else of the app since."))
    if not row.before[APP]:
        standing.delete()
        return Undone()
    for name, value in row.before[APP].items():
        is_day = name != "status" and value is not None
        setattr(standing, name, date.fromisoformat(value) if is_day else value)
    standing.save(update_fields=FIELDS)
    return Undone()
