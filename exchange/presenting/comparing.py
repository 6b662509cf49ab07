"""The report of a batch: as a page, and as a workbook of three sheets."""

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from exchange.comparing import Line, report
from exchange.models import Batch
from exchange.sheets import Fate
from exchange.writing import Cell, Column, Paper, workbook
from people.models import User

SHOWN = 100
# as many as a sheet takes with room for what is added below
MOST = 100_000


def page(batch: Batch, *, actor: User) -> dict[str, Any]:
    """Return what the page shows."""
    made = report(batch, actor=actor, most=SHOWN)
    counts = made.counts
    return {
        "batch": batch,
        "sheet": batch.sheet,
        "report": made,
        "shown": SHOWN,
        "figures": [
            (_("in the file, not here before"), counts[Fate.NEW], "ok"),
            (_("in the file, nobody here"), counts["unknown"], "bad"),
            (_("different"), counts[Fate.CHANGED] + counts["waiting"], "warn"),
            (_("here, not in the file"), counts["absent"], "warn"),
            (_("entries confirmed"), counts["confirmed"], "ok"),
            (_("entries refuted"), counts["refuted"], "bad"),
        ],
        "counts": {
            "new": counts[Fate.NEW],
            "unknown": counts["unknown"],
            "different": counts[Fate.CHANGED] + counts["waiting"],
            "absent": counts["absent"],
        },
    }


def book(batch: Batch, *, actor: User) -> bytes:
    """Write the report as a workbook."""
    made, buffer = report(batch, actor=actor, most=MOST), BytesIO()
    title = f"{batch.sheet.label} #{batch.pk}"
    foot = f"{actor.name} {actor.staff_no}"
    head = [
        Column(_("Row"), width=14),
        Column(_("Who or what"), width=24),
        Column(_("What differs"), width=60),
    ]
    with workbook(buffer) as written:
        for name, rows in (
            (_("In the file, not here"), _cells([*made.new, *made.unknown])),
            (_("Different"), _cells(made.different)),
            (_("Here, not in the file"), [["", one.who, one.says] for one in made.absent]),
        ):
            written.table(name, head, rows, paper=Paper(f"{title} · {name}", batch.as_of.isoformat(), foot))
    return buffer.getvalue()


def _cells(lines: list[Line]) -> list[list[Cell]]:
    return [[line.where, line.apart.who, _said(line)] for line in lines]


def _said(line: Line) -> str:
    told = "；".join(f"{label}: {was or '–'} → {now or '–'}" for label, was, now in line.differs)
    return told or line.apart.says
