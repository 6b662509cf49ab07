"""What the rows of events are called, and found by: each room declares its own, and says nothing of a customer.

A household is called by its number, as is what belongs to it; staff and grids by their names.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from audit.models import AuditEvent
from gridbank.scoping import NOBODY, waive_scope

Row = tuple[str, str]
# so many rows of a kind are found by a word, the newest; who means fewer says more
FOUND = 200
# events that name rows in a list are found by who did it and when: of so many rows, within so long after each
NEAR, SOON = 50, timedelta(minutes=5)


@dataclass(frozen=True)
class Subjects:
    """Rows of a kind, `app.model`: the columns that make up their name, and the lookups by which a word finds them."""

    kind: str
    rows: Callable[[], QuerySet[Any]]
    name: tuple[str, ...]
    find: tuple[str, ...] = ()
    says: Callable[..., str] = lambda *parts: " · ".join(
        str(part) for part in parts if part not in (None, "")
    )


@dataclass(frozen=True)
class Listed:
    """Where events of an action name their rows in a list; `near` gives the condition for events about some rows."""

    action: str
    detail: str
    kind: str
    near: Callable[[Collection[str]], Q]


_known: dict[str, Subjects] = {}
_listed: dict[str, Listed] = {}


def register(*subjects: Subjects, listed: Iterable[Listed] = ()) -> None:
    """Take what a room's rows are called; called once, when the app is ready."""
    _known.update({one.kind: one for one in subjects})
    _listed.update({one.action: one for one in listed})


def rows_of(event: AuditEvent) -> list[Row]:
    """Return the rows that an event is about: its own, or those that it lists."""
    if event.subject_type:
        return [(event.subject_type, event.subject_id)]
    one = _listed.get(event.action)
    keys = event.details.get(one.detail, ()) if one else ()
    return [(one.kind, str(key)) for key in keys] if one else []


def names(rows: Iterable[Row]) -> dict[Row, str]:
    """Return what rows are called: one query a kind."""
    asked: dict[str, set[str]] = {}
    for kind, key in rows:
        if kind in _known:
            asked.setdefault(kind, set()).add(key)
    found: dict[Row, str] = {}
    with waive_scope("who reads the trail may see of which row an event is, by number or place"):
        for kind, wanted in asked.items():
            one = _known[kind]
            keys = [key for key in wanted if _is_key(one, key)]
            for key, *parts in one.rows().filter(pk__in=keys).values_list("pk", *one.name):
                found[kind, str(key)] = one.says(*parts)
    return found


def _is_key(one: Subjects, key: str) -> bool:
    """Say whether a kind's rows can have such a key: a forged event says what it likes."""
    try:
        one.rows().model._meta.pk.to_python(key)
    except ValidationError:
        return False
    return True


def found_by(word: str) -> dict[str, list[str]]:
    """Return the keys of the rows that a word names, by kind."""
    found: dict[str, list[str]] = {}
    with waive_scope("who reads the trail finds events by the number or the place of their row"):
        for kind, one in _known.items():
            if one.find:
                fits = reduce(or_, (Q(**{lookup: word}) for lookup in one.find))
                keys = one.rows().filter(fits).order_by("-pk").values_list("pk", flat=True)[:FOUND]
                if texts := [str(key) for key in keys]:
                    found[kind] = texts
    return found


def about(rows: dict[str, list[str]]) -> Q:
    """Return the condition that an event is about one of these rows."""
    fits = NOBODY
    for kind, keys in rows.items():
        fits |= Q(subject_type=kind, subject_id__in=keys)
        for one in _listed.values():
            if one.kind == kind:
                with waive_scope("who reads the trail finds the event that names a row among others"):
                    fits |= Q(action=one.action) & one.near(keys)
    return fits
