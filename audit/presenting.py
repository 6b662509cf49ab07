"""The audit log and the read log: what a row says, an event's details as lines a person can read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from audit.labels import label, subject_name
from audit.models import AuditEvent, Reading
from audit.selectors import HOUSEHOLDS
from audit.subjects import Row as About
from audit.subjects import names, rows_of
from gridbank.cells import Text, beside, link, moment, soft
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow

# of the rows that an event names in a list, so many are called by name
NAMED = 3


class Line(NamedTuple):
    """One detail: a value, or what it was before and after."""

    name: str
    before: str
    value: str
    is_change: bool


def lines(details: dict[str, Any]) -> list[Line]:
    """Return the details in their order; a pair is a change from the first to the second."""
    found = []
    for name, value in details.items():
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004  before, after
            found.append(Line(name, plain(value[0]), plain(value[1]), is_change=True))
        else:
            found.append(Line(name, "", plain(value), is_change=False))
    return found


def plain(value: Any) -> str:
    """Write a JSON value without its punctuation."""
    if value is None or value == "":
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(plain(inner) for inner in value)
    return str(value)


@dataclass(frozen=True)
class Row:
    """An event as a row of the log shows it."""

    event: AuditEvent
    label: str
    about: list[tuple[About, str, str]]
    """The first rows that it is about: each with its kind and its name in words."""
    count: int
    lines: list[Line]

    @property
    def pk(self) -> int:
        """Return the event's key."""
        return self.event.pk

    @property
    def when(self) -> str:
        """Say when it was, by the bank's clock."""
        return _when(self.event.at)


def _when(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def events(rows: QuerySet[AuditEvent]) -> list[Row]:
    """Read what a page of the log shows."""
    found = [(event, rows_of(event)) for event in rows]
    called = names(row for _event, about in found for row in about[:NAMED])
    return [
        Row(
            event,
            label(event.action),
            [(row, subject_name(row[0]), called.get(row, row[1])) for row in about[:NAMED]],
            len(about),
            lines(event.details),
        )
        for event, about in found
    ]


def _person(actor: Any) -> Text:
    if actor is None:
        return gettext("System")
    return beside(link(f"?{urlencode({'person': actor.username})}", actor.name), soft(actor.staff_no))


def _subject(row: Row) -> Text:
    links = [
        format_html(
            '<a href="?{}" title="{}"><span class="soft">{}</span> {}</a>',
            urlencode({"subject": ":".join(about)}),
            " ".join(about),
            kind,
            name,
        )
        for about, kind, name in row.about
    ]
    more = _more(row)
    return beside(*links, soft(more) if more else "")


def _more(row: Row) -> str:
    left = row.count - len(row.about)
    return ngettext("and %(n)s more", "and %(n)s more", left) % {"n": left} if left else ""


def _subject_said(row: Row) -> str:
    return "; ".join([*(f"{kind} {name}" for _about, kind, name in row.about), *filter(None, [_more(row)])])


def _details(row: Row) -> Text:
    if not row.lines:
        return ""
    count = ngettext("%(n)s detail", "%(n)s details", len(row.lines)) % {"n": len(row.lines)}
    told = format_html_join(
        "", '<p class="hint">{}: {}<strong>{}</strong></p>',
        ((line.name, format_html("<del>{}</del> → ", line.before) if line.is_change else "", line.value) for line in row.lines),
    )  # fmt: skip
    request = f"{gettext('Request')}: {row.event.request_id[:12]}… " if row.event.request_id else ""
    proof = format_html('<p class="hint">{}{}: {}…</p>', request, gettext("Hash"), row.event.hash[:12])
    return format_html("<details><summary>{}</summary>{}{}</details>", count, told, proof)


def _details_said(row: Row) -> str:
    return "; ".join(
        f"{line.name}: {line.before} → {line.value}" if line.is_change else f"{line.name}: {line.value}"
        for line in row.lines
    )


NEWEST = Order(falling=True)
EVENTS: Listing[Row] = Listing(
    name="audit.events",
    title=_("Audit log"),
    mark=lambda row: f"event-{row.pk}",
    order=NEWEST,
    sort="time",
    columns=(
        Column(
            "time", _("Time"), lambda row: moment(row.event.at.isoformat(), row.when), lambda row: row.when, NEWEST,
            falls=True, indexed=True, style="nowrap",
        ),
        Column(
            "person", _("Person"), lambda row: _person(row.event.actor),
            lambda row: row.event.actor.name if row.event.actor else "",
        ),
        Column(
            "action", _("Action"), lambda row: format_html('<span title="{}">{}</span>', row.event.action, row.label),
            lambda row: row.label, narrow=Narrow.NAME,
        ),
        Column("subject", _("Subject"), _subject, _subject_said),
        Column("details", _("Details"), _details, _details_said, style="cell--wide"),
    ),
)  # fmt: skip


def _archives(row: Reading) -> Text:
    if row.kind != HOUSEHOLDS:
        return ngettext("%(n)s person", "%(n)s people", row.count) % {"n": row.count}
    if row.count == 1:
        return link(f"?household={row.first}", gettext("household %(key)s") % {"key": row.first})
    count = ngettext("%(n)s household", "%(n)s households", row.count) % {"n": row.count}
    return beside(count, soft(f"{row.first}–{row.last}"))


def _door(row: Reading) -> Text:
    return beside(row.route, soft(gettext("token %(key)s") % {"key": row.token}) if row.token else "")


READINGS: Listing[Reading] = Listing(
    name="audit.readings",
    title=_("Read log"),
    mark=lambda row: f"reading-{row.pk}",
    order=NEWEST,
    sort="time",
    columns=(
        Column(
            "time", _("Time"), lambda row: moment(row.at.isoformat(), _when(row.at)), lambda row: _when(row.at),
            NEWEST, falls=True, indexed=True, style="nowrap",
        ),
        Column("person", _("Person"), lambda row: _person(row.actor), lambda row: row.actor.name),
        Column("page", _("Page"), _door, lambda row: row.route, narrow=Narrow.NAME),
        Column("archives", _("Archives"), _archives, lambda row: row.count),
        Column("request", _("Request"), lambda row: soft(row.request_id[:12]), lambda row: row.request_id, narrow=Narrow.HIDDEN),
    ),
)  # fmt: skip


def said(count: int, written: str) -> str:
    """Say how many entries there are."""
    return ngettext("%(n)s entry", "%(n)s entries", count) % {"n": written}
