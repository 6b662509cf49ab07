"""How drafts of the ground are listed and shown: today beside the draft, loads, what is to be mended, who signed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gridbank.fields import NO_NUMBER, NO_NUMBER_HERE
from gridbank.pages import Question
from gridbank.spelling import spellings
from grids.authority import Act, may, why_not
from ground import cutting, policies, sketch
from ground.drafts import Row, Sheet, sheet
from ground.enums import LayoutState
from ground.findings import MUST, PASSED, REMIND, carried, fair_band, place_name, sentence
from ground.geometry import middle
from ground.models import Layout, LayoutVersion
from people.models import User

TONES = {
    LayoutState.DRAFT: "accent",
    LayoutState.SUBMITTED: "warn",
    LayoutState.SIGNED: "ok",
    LayoutState.DONE: "ok",
    LayoutState.UNDONE: "muted",
}
LEVELS = {MUST: "bad", REMIND: "warn", PASSED: "ok"}
# rows on one page; the filters reach all of them
LISTED = 400
STEPS = 12
# in parts of the widest bar
BAR = 160
# from one mark to the next below it
MARK = 24


def state(row: Layout) -> str:
    """Say how a draft stands."""
    return _("Could not be put in force") if row.trouble and row.is_come else row.get_state_display()


def tone(row: Layout) -> str:
    """Return the colour of that."""
    return "bad" if row.trouble and row.is_come else TONES[LayoutState(row.state)]


def listed(rows: Iterable[Layout]) -> list[dict[str, Any]]:
    """Return each draft with how it stands."""
    return [{"row": row, "state": state(row), "tone": tone(row)} for row in rows]


def page(actor: User, row: Layout, wanted: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page of a draft shows to this reader; `wanted` narrows the list of villages and groups."""
    found = sheet(actor=actor, layout=row)
    rows, total = _rows(found, wanted)
    versions: QuerySet[LayoutVersion] = LayoutVersion.objects.visible_to(actor).filter(layout=row)
    is_open = row.is_under_way
    return {
        "row": row,
        "state": state(row),
        "tone": tone(row),
        "sheet": found,
        "rows": rows,
        "rows_total": total,
        "wanted": wanted,
        "no_number": {"pattern": NO_NUMBER, "title": NO_NUMBER_HERE},
        "cells": [cell for cell in found.cells.values() if not cell.closed],
        "changed_cells": [cell for cell in found.cells.values() if cell.is_changed],
        "households": sum(found.before.values()),
        "loads": _loads(found) if is_open else None,
        "maps": _maps(found) if is_open else None,
        "findings": said(found) if is_open else [],
        "must": len(found.must) if is_open else 0,
        "steps": versions.select_related("made_by").order_by("-number")[:STEPS],
        "may_change": policies.can_change(actor, row),
        "may_return": row.state == LayoutState.SUBMITTED and may(actor, Act.LAYOUT_MAKE, row.grid),
        "may_sign": policies.can_sign(actor, row),
        "why_not_sign": _why_not_sign(actor, row),
        "may_undo": policies.can_undo(actor, row),
    }


def _why_not_sign(actor: User, row: Layout) -> str:
    if row.state != LayoutState.SUBMITTED or policies.can_sign(actor, row):
        return ""
    return why_not(actor, Act.LAYOUT_SIGN, row.grid) or policies.why_not_second(actor, row)


def _rows(found: Sheet, wanted: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    """Return the villages and groups that are asked for, those that wait for a grid first."""
    cell, words = wanted.get("cell", ""), wanted.get("q", "").strip()
    rows = [row for row in found.rows if not cell or cell in {row.target, cutting.there(row.origin.pk)}]
    rows = [row for row in rows if words in _named(row)] if words else rows
    if wanted.get("moved"):
        rows = [row for row in rows if row.is_moved or row.target is None]
    rows.sort(key=lambda row: row.target is not None)
    return [
        {
            "row": row,
            "village": row.area.name if row.area else "",
            "group": row.place.group,
            "name": _named(row),
            "keys": spellings(_named(row)),
            "today": row.origin.name,
            "then": found.cells[row.target].name if row.target in found.cells else "",
            "stays_above": row.target == cutting.there(found.layout.grid_id),
        }
        for row in rows[:LISTED]
    ], len(rows)


def _named(row: Row) -> str:
    return place_name(row.area.name if row.area else "", row.place.group)


def _loads(found: Sheet) -> dict[str, Any]:
    """Return what each grid and whoever leads it carries today and by the draft, with what is fair and the mean."""
    people = carried(found.facts)
    mean, low, high = fair_band(people.values())
    rows: list[dict[str, Any]] = []
    for cell in found.cells.values():
        before, after = found.before.get(cell.key, 0), found.after.get(cell.key, 0)
        lead = found.leads.get(cell.key)
        rows.append({"cell": cell, "lead": lead, "before": before, "after": after, "change": after - before})
    most = max([high, *(max(row["before"], row["after"]) for row in rows)], default=0) or 1
    for row in rows:
        row |= {"bar": _part(row["after"], most), "ring": _part(row["before"], most)}
    counts = [row["after"] for row in rows if not row["cell"].closed]
    return {
        "rows": rows, "mean": mean, "low": low, "high": high, "bar": BAR, "band": _part(low, most),
        "width": _part(high, most) - _part(low, most), "middle": _part(mean, most),
        "before": sum(row["before"] for row in rows), "after": sum(row["after"] for row in rows),
        "most": max(counts, default=0), "least": min(counts, default=0),
    }  # fmt: skip


def _part(value: Any, most: int) -> int:
    return round(float(value) / most * BAR)


def _maps(found: Sheet) -> dict[str, Any] | None:
    """Return two drawings in one scale: today and the draft, with the place of each finding in the second."""
    everything = [*found.today.values(), *found.grounds.values()]
    if not everything:
        return None
    scale = sketch.Scale.of(everything)
    mean = fair_band(carried(found.facts).values())
    after = {key: ground for key, ground in found.grounds.items() if not found.cells[key].closed}
    changed = {row.target for row in found.rows if row.is_moved} | {
        cutting.there(row.origin.pk) for row in found.rows if row.is_moved
    }
    return {
        "width": scale.width,
        "height": scale.height,
        "today": _drawn(found, sketch.pieces(found.today, scale), found.before),
        "draft": _drawn(found, sketch.pieces(after, scale), found.after, changed),
        "marks": _marks(found, scale),
        "low": mean[1],
        "high": mean[2],
        "middle": int(mean[0]),
    }


def _marks(found: Sheet, scale: sketch.Scale) -> list[dict[str, Any]]:
    """Return every finding that has a place, or is about a grid with ground, by its number in the list."""
    marks = []
    # several about one grid stand one below the other
    taken: Counter[str] = Counter()
    for number, one in enumerate(found.findings, 1):
        key = next((key for key in one.cells if key in found.grounds or key in found.today), "")
        if one.level == PASSED or not (one.where or key):
            continue
        ground = found.grounds.get(key) or found.today.get(key)
        x, y = scale.at(*(one.where or middle(ground)))
        if one.where is None:
            y += MARK * taken[key] + MARK
            taken[key] += 1
        marks.append({"at": (x, y), "text": sentence(one), "level": one.level, "number": number})
    return marks


def limits_of(found: Sheet) -> tuple[Any, ...]:
    """Return from how many households on a grid has the next colour."""
    mean, low, high = fair_band(carried(found.facts).values())
    return low, mean, high + 1


def band(count: int, limits: tuple[Any, ...]) -> int:
    """Return the colour of so many households."""
    return sum(count >= limit for limit in limits)


def _drawn(
    found: Sheet, pieces: Iterable[sketch.Piece], counts: Mapping[Any, int], changed: Iterable[Any] = ()
) -> list[dict[str, Any]]:
    limits, marked = limits_of(found), set(changed)
    return [
        {
            "piece": piece,
            "name": found.cells[piece.key].name,
            "count": counts.get(piece.key, 0),
            "band": band(counts.get(piece.key, 0), limits),
            "is_wide": piece.width > 60,  # noqa: PLR2004  four signs at least
            "changed": "layout-map__cell--changed"
            if piece.key in marked or found.cells[piece.key].is_changed
            else "",
        }
        for piece in pieces
    ]


def said(found: Sheet) -> list[dict[str, Any]]:
    """Return every finding with its words, its colour and its number."""
    words = {MUST: _("Must be mended"), REMIND: _("To be looked at"), PASSED: _("In order")}
    return [
        {
            "number": number,
            "level": one.level,
            "tone": LEVELS[one.level],
            "word": words[one.level],
            "text": sentence(one),
            "cell": one.cells[0] if one.cells else "",
        }
        for number, one in enumerate(found.findings, 1)
    ]


def undoing(row: Layout) -> Question:
    """Return what is asked before a draft is given up or taken back."""
    day = date_format(row.first_day, "SHORT_DATE_FORMAT")
    return Question(
        title=_("Undo “%(name)s”?") % {"name": row.name},
        consequences=[
            _("On %(day)s nothing changes: grids, households and boundaries stay as they are.")
            % {"day": day},
            _("The draft stays where it is listed; to cut after all, begin another."),
        ],
        button=_("Undo it"),
        back=row.get_absolute_url(),
    )


def first_day() -> Any:
    """Return the day that is proposed: the first of the next month."""
    today = timezone.localdate()
    return today.replace(year=today.year + today.month // 12, month=today.month % 12 + 1, day=1)
