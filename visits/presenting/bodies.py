"""Bodies that were put away, in words: what waits, and what a visit said before."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.text import capfirst

from customers.pii import Unreadable
from people.models import User
from products.enums import OfferResult
from visits import selectors
from visits.body import COLUMNS
from visits.enums import Mode
from visits.models import HeldVisit, Visit

HELD_SHOWN = 100
# a visit's page says these in words of its own; every other column follows under the model's name for it
WORDED = {
    "customer_id", "started_at", "mode", "met", "note", "next_on", "latitude", "longitude", "accuracy_m",
}  # fmt: skip


def more_of(visit: Visit) -> list[tuple[str, Any]]:
    """Return what a visit says beyond what its page words itself: names and values, without what is empty."""
    shown = [(name, getattr(visit, name)) for name in COLUMNS if name not in WORDED]
    return [_worded(name, value) for name, value in shown if value not in {None, ""}]


def _worded(name: str, value: Any) -> tuple[str, Any]:
    """Return a column's name and its value, a choice by its label."""
    column: Any = Visit._meta.get_field(name)
    return capfirst(str(column.verbose_name)), dict(column.flatchoices).get(value, value)


def _details(held: HeldVisit) -> dict[str, Any]:
    """Return what a held body says; it was written by us."""
    content: dict[str, Any] = json.loads(held.body)
    return content


def held_page(*, actor: User) -> list[dict[str, Any]]:
    """Return the person's own bodies that wait, in words."""
    return held_shown(actor=actor, rows=selectors.held_list(actor=actor)[:HELD_SHOWN])


def held_shown(*, actor: User, rows: Iterable[HeldVisit]) -> list[dict[str, Any]]:
    """Return held bodies, each with what it says and its household if it is in sight."""
    read = [(held, _details(held)) for held in rows if not isinstance(held.body, Unreadable)]
    people = selectors.customers_by_id(actor=actor, ids={content["customer"] for _held, content in read})
    return [
        {
            "held": held,
            "content": content,
            "customer": people.get(content["customer"]),
            "started_at": datetime.fromisoformat(content["started_at"]),
            "mode": Mode(content["mode"]).label,
            "met": Mode(content["mode"]).met_label(content["met"]),
        }
        for held, content in read
    ]


def versions_shown(*, actor: User, visit: Visit) -> list[dict[str, Any]]:
    """Return what a visit said before, newest first, with products by name."""
    rows = [
        (version, json.loads(version.body))
        for version in selectors.version_list(actor=actor, visit=visit)
        if not isinstance(version.body, Unreadable)
    ]
    wanted = {line["product"] for _version, content in rows for line in content["offers"]}
    names = selectors.product_names(wanted)
    return [
        {
            "version": version,
            "content": content,
            "started_at": datetime.fromisoformat(content["started_at"]),
            "mode": Mode(content["mode"]).label,
            "met": Mode(content["mode"]).met_label(content["met"]),
            "more": more_of(Visit(**{name: content.get(name) for name in COLUMNS if name not in WORDED})),
            "offers": [
                (names.get(line["product"], ""), OfferResult(line["result"]).label)
                for line in content["offers"]
            ],
        }
        for version, content in reversed(rows)
    ]
