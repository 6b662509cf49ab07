"""The page of exports: what one asked for, what waits for a signature, and for the auditor what left the house."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.labels import label
from audit.models import AuditEvent
from exchange.models import Export, Standing
from exchange.outlets import Outlet, outlet_of
from gridbank import listing
from gridbank.pieces import UnreadablePiece
from people.models import User
from people.persons import is_same

BADGES = {
    Standing.ASKED: "badge--warn", Standing.SIGNED: "badge--accent", Standing.READY: "badge--ok", Standing.REFUSED: "badge--bad",
    Standing.GONE: "badge--muted",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """An export as a row of the page."""

    row: Export
    title: str
    what: list[str]
    clear: str
    badge: str
    may_sign: bool
    may_fetch: bool


def asked(exports: Iterable[Export], *, actor: User) -> list[Asked]:
    """Return what was asked for: whoever signs reads how the list is narrowed."""
    now = timezone.now()
    return [
        Asked(
            row=one,
            title=str(one.of.label) if one.of else one.outlet,
            what=_narrowed(one, actor),
            clear=_clear(one.of, one.clear),
            badge=BADGES[Standing(one.state)],
            may_sign=one.state == Standing.ASKED and one.signed_by(actor) and not is_same(one.asker, actor),
            may_fetch=one.state == Standing.READY
            and one.asker_id == actor.pk
            and one.expires_at is not None
            and one.expires_at > now,
        )
        for one in exports
    ]


def _clear(outlet: Outlet | None, keys: Sequence[str]) -> str:
    labels = {one.key: str(one.label) for one in outlet.clear} if outlet else {}
    return _(", ").join(labels.get(key, key) for key in keys)


def _narrowed(export: Export, actor: User) -> list[str]:
    """Say how a list is narrowed, to whoever may read it himself: the auditor sees nobody's archive."""
    if not actor.is_business:
        return []
    try:
        return list(export.asked["told"])
    except UnreadablePiece:
        return [_("unreadable")]


@dataclass(frozen=True)
class Taken:
    """Something that left the house."""

    event: AuditEvent
    who: str
    what: str
    title: str
    rows: str
    purpose: str
    clear: str


def taken(events: Iterable[AuditEvent]) -> list[Taken]:
    """Return who took what, in words."""
    found = []
    for event in events:
        details = event.details
        outlet = outlet_of(str(details.get("list", "")))
        count = details.get("rows", details.get("people"))
        found.append(
            Taken(
                event=event,
                who=f"{event.actor.name} {event.actor.staff_no}" if event.actor else "–",
                what=str(label(event.action)),
                title=str(outlet.label) if outlet else str(details.get("list", "")),
                rows=_rows(count) if isinstance(count, int) else "",
                purpose=str(details.get("purpose", "")),
                clear=_clear(outlet, details.get("clear", [])),
            )
        )
    return found


def _rows(count: int) -> str:
    return ngettext("%(n)s row", "%(n)s rows", count) % {"n": count}


def asking(outlet: Outlet, query: str, actor: User) -> dict[str, Any]:
    """Return what the form says of the list that is asked for."""
    asked_for = QueryDict(query)
    opened = outlet.opened(actor, asked_for)
    says = listing.told(asked_for, opened.form) if opened else []
    return {"outlet": outlet, "narrowed": says, "wrong": opened is None}
