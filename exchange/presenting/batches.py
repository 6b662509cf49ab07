"""The page of a batch: how far it is, what is wrong, what is to be decided, which column is what."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from exchange import selectors
from exchange.matching import Head, How
from exchange.models import Batch, Phase, State
from exchange.selectors import JUDGE, STORE, UNDO, Out
from exchange.services.returning import phase_of
from exchange.sheets import IN, Column, Fate, hidden
from gridbank.pages import Question
from gridbank.pieces import UnreadablePiece
from jobs.models import JobRun
from people.models import User

# How many rows a page shows; all of them are in the workbook.
SHOWN = 100
EARLIER = 6
OUT = (Fate.WRONG, Fate.DOUBTFUL, Fate.WAITING)
BADGES = {State.STORED: "ok", State.UNDONE: "", State.JUDGED: "warn", State.BROUGHT: "warn"}


@dataclass(frozen=True)
class Step:
    """A step of the way: its name, what it came to, and whether it is done or under way."""

    number: int
    label: str
    says: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True)
class Wrong:
    """A row that is not in, as the page shows it."""

    key: str
    where: str
    name: str
    faults: list[tuple[str, str, str, str]]


def shown(column: Column | None, value: str) -> str:
    """Show a value of a column: a personal one by its mask."""
    if not value or column is None:
        return value
    return column.mask(value) if column.personal else value


def _line(row: Out, columns: dict[str, Column], *, many: bool) -> Wrong:
    """Show a row: its first value that isn't personal helps to find it."""
    name = next(
        (row.values[key] for key, one in columns.items() if key in row.values and not one.personal), ""
    )
    faults = [
        (
            str(columns[fault.column].label) if fault.column in columns else "",
            shown(columns.get(fault.column), row.values.get(fault.column, "")),
            fault.sentence,
            fault.remedy,
        )
        for fault in row.faults
    ]
    return Wrong(row.key, f"{row.sheet} {row.number}" if many else str(row.number), name, faults)


def _lines(batch: Batch, *fates: Fate) -> list[Wrong]:
    columns, many = batch.sheet.by_key, len(batch.layout.places) > 1
    rows: Iterable[Out] = selectors.rows_out(batch, phase_of(batch), *fates)
    return [_line(row, columns, many=many) for row in islice(rows, SHOWN)]


def wrong_told(batch: Batch) -> list[dict[str, Any]]:
    """Return the first rows that are not in, for programs: what a page shows of them."""
    columns, found = batch.sheet.by_key, list[dict[str, Any]]()
    for row in islice(selectors.rows_out(batch, phase_of(batch), *OUT), SHOWN):
        faults = [
            {
                "column": fault.column,
                "value": shown(columns.get(fault.column), row.values.get(fault.column, "")),
                "sentence": fault.sentence,
                "remedy": fault.remedy,
            }
            for fault in row.faults
        ]
        found.append({"sheet": row.sheet, "row": row.number, "fate": row.fate.value, "faults": faults})
    return found


def _steps(batch: Batch, counts: dict[str, int], mapped: int, left: int) -> list[Step]:
    good = sum(counts.get(fate, 0) for fate in IN)
    order = [
        State.BROUGHT,
        State.JUDGING,
        State.JUDGED,
        State.STORING,
        State.STORED,
        State.UNDOING,
        State.UNDONE,
    ]
    at = order.index(State(batch.state))
    rows = ngettext("%(n)s row", "%(n)s rows", batch.rows) % {"n": batch.rows} if batch.rows else ""
    judged = _("%(good)s fit, %(wrong)s wrong") % {"good": good, "wrong": counts.get(Fate.WRONG, 0)}
    columns = _("%(n)s columns, %(left)s left out") % {"n": mapped, "left": left}
    last = _("Put back") if at > order.index(State.STORED) else _("Done")
    return [
        Step(1, pgettext("file", "Brought"), rows, is_done=True, is_now=False),
        Step(2, pgettext("file", "Columns"), columns, is_done=at > 0, is_now=at == 0),
        Step(3, _("Dry run"), judged if at > 1 or counts else "", is_done=at > 1, is_now=at in {1, 2}),
        Step(4, _("Storing"), _("good rows first"), is_done=at > 3, is_now=at == 3),  # noqa: PLR2004  the same
        Step(5, last, _("can be put back for 30 days"), is_done=at in {4, 6}, is_now=at == 5),  # noqa: PLR2004  the same
    ]


def _progress(batch: Batch, job: JobRun | None, counts: dict[str, int]) -> dict[str, Any] | None:
    """Say how far the work is and how long it still takes."""
    if job is None or not batch.is_working:
        return None
    seconds = (timezone.now() - job.started_at).total_seconds() if job.started_at else 0
    pace = job.progress_done / seconds if seconds > 1 else 0
    left = (job.progress_total - job.progress_done) / pace if pace and job.progress_total else 0
    titles = {JUDGE: _("Dry run under way"), STORE: _("Being stored"), UNDO: _("Being put back")}
    return {
        "job": job,
        "title": titles[job.kind],
        "is_open": job.is_open,
        "percent": job.percent,
        "pace": round(pace),
        "seconds": max(round(left), 1) if left else 0,
        "is_stopping": batch.stopping and job.is_open,
        "again": job.kind,
        "counts": _figures(counts),
    }


def _figures(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    words = {
        Fate.NEW: (pgettext("rows", "new"), "ok"),
        Fate.CHANGED: (pgettext("rows", "changed"), ""),
        Fate.UNCHANGED: (pgettext("rows", "unchanged"), ""),
        Fate.WRONG: (pgettext("rows", "wrong"), "bad"),
        Fate.DOUBTFUL: (pgettext("rows", "doubtful"), "warn"),
        Fate.WAITING: (pgettext("rows", "waiting"), "warn"),
    }
    always = {Fate.NEW, Fate.CHANGED, Fate.UNCHANGED, Fate.WRONG}
    return [
        (label, counts.get(fate, 0), style)
        for fate, (label, style) in words.items()
        if counts.get(fate) or fate in always
    ]


def _guess(how: str) -> str:
    return {How.LIKE: _("by a part of its name"), How.CONTENT: _("by what it holds")}.get(how, "")


def _sample(batch: Batch, head: Head) -> str:
    """Show a value of a column: one that nobody has named yet may be anything, so only that there is one."""
    column = batch.sheet.by_key.get(head.key)
    return shown(column, head.sample) if column else hidden(head.sample) if head.sample else ""


def _held(batch: Batch, counts: dict[str, int]) -> dict[str, Any]:
    """Return what is said of single rows and columns; where a sealed piece doesn't open, that it doesn't."""
    is_open = counts.get(Fate.DOUBTFUL) or counts.get(Fate.WAITING)
    try:
        return {
            "missing": batch.layout.missing(batch.sheet),
            "wrong": _lines(batch, Fate.WRONG) if counts.get(Fate.WRONG) else [],
            "doubtful": _lines(batch, Fate.DOUBTFUL, Fate.WAITING) if is_open else [],
            "kept": selectors.rows_kept(batch)[:SHOWN] if batch.state == State.UNDONE else [],
        }
    except UnreadablePiece as unreadable:
        return {"unreadable": unreadable.message}


def page(batch: Batch, *, actor: User, form: Any) -> dict[str, Any]:
    """Return what the page shows; the form says which column is what."""
    counts = dict(selectors.counted(batch, phase_of(batch)))
    columns, heads = batch.sheet.by_key, batch.heads
    mapped = sum(bool(head.key) for head in heads)
    job = selectors.job_of(batch)
    is_free = not (job is not None and job.is_open)
    return {
        "batch": batch,
        "sheet": batch.sheet,
        "steps": _steps(batch, counts, mapped, len(heads) - mapped),
        "progress": _progress(batch, job, counts),
        "broke": job is not None and job.status == job.Status.FAILED and batch.is_working,
        "figures": _figures(counts) if counts else [],
        **_held(batch, counts),
        "wrong_count": counts.get(Fate.WRONG, 0),
        "doubtful_count": counts.get(Fate.DOUBTFUL, 0) + counts.get(Fate.WAITING, 0),
        "form": form,
        "columns": [
            (
                head,
                _sample(batch, head),
                field,
                _guess(head.how),
                columns[head.key].label if head.key else _("Not brought in"),
            )
            for head, field in form.lines()
        ],
        "may_map": is_free and batch.state in {State.BROUGHT, State.JUDGED},
        "may_store": is_free and batch.state == State.JUDGED and any(counts.get(fate) for fate in IN),
        "may_undo": is_free and batch.is_held and batch.state in {State.STORED, State.STORING},
        "is_compared": batch.sheet.compared is not None and batch.state == State.STORED,
        "may_take": is_free and batch.state == State.STORED,
        "same": selectors.same_before(batch) if batch.state in {State.BROUGHT, State.JUDGED} else None,
        "earlier": rows(selectors.batch_list(actor=actor).exclude(pk=batch.pk)[:EARLIER]),
    }


def rows(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    """Return batches as lines of a table."""
    return [
        {
            "batch": one,
            "kind": one.sheet.label,
            "state": one.get_state_display(),
            "badge": BADGES.get(State(one.state), ""),
            "wrong": one.counts.get(Fate.WRONG, 0),
        }
        for one in batches
    ]


def undoing(batch: Batch) -> Question:
    """Return what is asked before a batch is put back."""
    counts = selectors.counted(batch, Phase.STORED)
    new, changed = counts[Fate.NEW], counts[Fate.CHANGED]
    return Question(
        title=_("Put %(name)s back?") % {"name": batch.name},
        consequences=[
            _("%(new)s rows that are new go, %(changed)s rows become what they were before.")
            % {"new": new, "changed": changed},
            _("What somebody worked on since stays and is listed."),
        ],
        button=_("Put it back"),
        back=batch.get_absolute_url(),
    )
