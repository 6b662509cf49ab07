"""How grids are listed, and how what is counted about them is written."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from gridbank.cells import NOTHING, Text, badge, beside, link, soft
from gridbank.days import day_before
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow, Source, Tick, View
from gridbank.once import FIELD
from gridbank.pages import Question
from grids import measures, policies, selectors
from grids.enums import BackdatingKind, GridNature, Part
from grids.models import Assignment, Backdating, Grid
from grids.selectors import Node
from people.models import User

ENDING = frozenset({BackdatingKind.END, BackdatingKind.CLOSE})


def show_value(measure: measures.Measure, value: measures.Value) -> str:
    """Write a value with its unit, in the reader's language."""
    if value is None:
        return _("no data")
    if measure.unit == measures.Unit.PERCENT:
        return f"{number_format(Decimal(value), decimal_pos=1)}%"
    if measure.unit == measures.Unit.DAYS and value >= measures.NEVER:
        return _("never met")
    if measure.unit == measures.Unit.DAYS:
        return ngettext("%(days)s day", "%(days)s days", int(value)) % {"days": value}
    return number_format(value, force_grouping=True)


def figures(overview: selectors.Overview) -> list[dict[str, Any]]:
    """Return each number of a grid as it is written, with the query that leaves exactly what it counts in a list."""
    return [
        {
            "figure": one,
            "text": show_value(one.measure, one.value),
            "query": urlencode({"grid": overview.grid.pk, **one.measure.opens}),
        }
        for one in overview.figures
    ]


def backdatings_shown(actor: User, rows: Iterable[Backdating]) -> list[dict[str, Any]]:
    """Return each change asked for before today with its state, and whether the reader may decide."""
    return [
        {
            "row": row,
            "what": _asked_of(row),
            "since": None if row.kind in ENDING else row.since,
            "until": day_before(row.since) if row.kind in ENDING else row.until,
            "may_decide": policies.can_decide(actor, row),
        }
        for row in rows
    ]


def _asked_of(row: Backdating) -> str:
    """Say whom or what it is about: a person with his part, or a household by its number and where it goes."""
    if row.user is not None:
        return f"{row.user.name} ({Part(row.part).label})"
    return f"{row.subject_name} → {row.to_grid}" if row.to_grid is not None else ""


def _name(node: Node) -> Text:
    special = node.grid.nature == GridNature.SPECIAL
    return beside(
        link(node.grid.get_absolute_url(), node.grid.name),
        soft(node.grid.code),
        badge(pgettext("grid", "Special"), "accent") if special else "",
    )


def _lead(node: Node) -> Text:
    below = ngettext("%(n)s unassigned", "%(n)s unassigned", node.vacancies) % {"n": node.vacancies}
    nobody = badge(_("Unassigned"), "bad") if node.is_vacant else NOTHING
    return beside(node.lead.name if node.lead else nobody, badge(below, "warn") if node.vacancies else "")


def _size(node: Node) -> str:
    return NOTHING if node.households is None else number_format(node.households, force_grouping=True)


def _above(node: Node) -> str:
    return node.grid.parent.name if node.grid.parent else NOTHING


BY_CODE = Order("code")
GRIDS: Listing[Node] = Listing(
    name="grids",
    title=pgettext_lazy("menu", "Grids"),
    mark=lambda node: f"grid-{node.pk}",
    order=BY_CODE,
    sort="name",
    columns=(
        Column("name", gettext_lazy("Grid"), _name, lambda node: node.grid.name, BY_CODE, narrow=Narrow.NAME),
        Column("kind", gettext_lazy("Kind"), lambda node: node.grid.get_kind_display(), lambda node: node.grid.get_kind_display(), Order("kind")),
        Column("above", gettext_lazy("Belongs to"), _above, _above, Order("parent__code", empty="first"), narrow=Narrow.HIDDEN),
        Column(
            "lead", gettext_lazy("Lead"), _lead, lambda node: node.lead.name if node.lead else "", narrow=Narrow.TOP,
        ),
        Column("size", gettext_lazy("Households"), _size, lambda node: node.households, style="num", labelled=True),
    ),
)  # fmt: skip


def source(*, actor: User, criteria: dict[str, Any]) -> Source[Node]:
    """Return the grids that fit."""

    def read(rows: QuerySet[Grid]) -> list[Node]:
        return selectors.nodes_of(actor=actor, grids=rows, on=criteria.get("on"))

    return Source(selectors.grids_wanted(actor=actor, **criteria), read, selectors.grid_list(actor=actor))


def tick(assignable: Collection[int]) -> Tick[Node]:
    """Say how grids are ticked: those in which the reader decides who is responsible."""
    return Tick(
        "grids", lambda node: str(node.pk) if node.pk in assignable else "", lambda node: node.grid.name
    )


def views(vacant: int) -> list[View]:
    """Return the saved views."""
    return [View(gettext_lazy("All"), {}), View(gettext_lazy("Unassigned"), {"vacant": "on"}, vacant)]


def said(count: int, written: str) -> str:
    """Say how many grids there are."""
    return ngettext("%(n)s grid", "%(n)s grids", count) % {"n": written}


def assigned(actor: User, row: Assignment, before: User | None) -> str:
    """Say who is responsible now, for what and how much of it, from when on, and who was until then."""
    (node,) = selectors.nodes_of(actor=actor, grids=[row.grid])
    told = {"grid": row.grid.name, "name": row.user.name, "part": Part(row.part).label}
    told["day"] = row.valid_from.isoformat()
    said = [_("%(grid)s: %(name)s (%(part)s) is responsible from %(day)s on.") % told]
    if node.households is not None:
        count = number_format(node.households, force_grouping=True)
        said.append(ngettext("%(n)s household.", "%(n)s households.", int(node.households)) % {"n": count})
    if before is not None:
        said.append(_("Until then: %(name)s.") % {"name": before.name})
    return " ".join(said)


def ended(row: Assignment) -> str:
    """Say until when somebody is responsible, and who has to be found by then."""
    told = {"grid": row.grid.name, "name": row.user.name, "part": Part(row.part).label}
    told["day"] = (row.valid_to or row.valid_from).isoformat()
    said = _("%(grid)s: %(name)s (%(part)s) is responsible until %(day)s.") % told
    left = _("Nobody leads it from then on: assign somebody.")
    return f"{said} {left}" if row.part == Part.LEAD else said


def closing(grid: Grid, last_day: date, sent: Mapping[str, str]) -> Question:
    """Return what is asked before a grid is closed; `sent` goes along with the answer."""
    day = {"day": last_day.isoformat()}
    return Question(
        title=_("Close %(grid)s?") % {"grid": grid.name},
        consequences=[
            _("After %(day)s nobody leads it, and every duty in it ends.") % day,
            _("A closed grid is not opened again: found another. What was stays listed."),
        ],
        button=_("Close this grid"),
        back=grid.get_absolute_url(),
        carried={name: sent[name] for name in ("last_day", "reason", FIELD) if name in sent},
    )
