"""A month's ranking as a workbook: text stays text, and the run's hash goes with it."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from people.enums import Role
from people.models import User
from performance import policies, selectors
from performance.actions import Action
from performance.enums import Level
from performance.indicators import INDICATORS, Indicator
from performance.models import Period, Run, Score

SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True)
class Look:
    """How cells are written."""

    heading: Any
    rate: Any


@transaction.atomic
def period_export(*, actor: User, period: Period) -> bytes:
    """Return the workbook of what the person may see of a month, and record that it was taken. Raises Refused."""
    if not policies.may_refresh(actor):
        raise PermissionDenied
    period = visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
    run = period.current_run
    if run is None:
        raise Refused(_("This month has not been computed."))
    people = list(selectors.ranking(actor=actor, period=period))
    branches = list(selectors.ranking(actor=actor, period=period, level=Level.BRANCH))
    body = workbook(actor=actor, period=period, run=run, people=people, branches=branches)
    record(
        actor=actor,
        action=Action.PERIOD_EXPORTED,
        subject=period,
        changes={"run": run.pk, "root_hash": run.root_hash, "people": len(people), "branches": len(branches)},
    )
    return body


def workbook(*, actor: User, period: Period, run: Run, people: list[Score], branches: list[Score]) -> bytes:
    """Write the sheets: people, branches, and where the numbers come from."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, SAFE) as book:
        bold = book.add_format({"bold": True})
        look = Look(bold, book.add_format({"num_format": "0.0%"}))
        counted = [INDICATORS[key] for key in run.scheme.items.values_list("indicator", flat=True)]
        bank_wide = actor.role == Role.HEAD_OFFICE
        places = [score.rank_bank if bank_wide else score.rank_branch for score in people]
        _sheet(book.add_worksheet(_("People")), look, counted, people, places, named=True)
        places = [score.rank_bank for score in branches]
        _sheet(book.add_worksheet(_("Branches")), look, counted, branches, places, named=False)
        proof = book.add_worksheet(_("Source"))
        rows = [
            (_("Month"), str(period)),
            (_("Status"), str(period.get_status_display())),
            (_("As of"), run.as_of.isoformat()),
            (_("Scheme"), str(period.scheme)),
            (_("Computation"), str(run.pk)),
            (_("Facts counted"), str(run.facts_count)),
            (_("Root hash"), run.root_hash),
            (_("Scores hash"), run.scores_hash),
        ]
        for place, (label, value) in enumerate(rows):
            proof.write_string(place, 0, label, bold)
            proof.write_string(place, 1, value)
        proof.set_column(0, 0, 16)
        proof.set_column(1, 1, 70)
    return buffer.getvalue()


def _headings(counted: list[Indicator], *, named: bool) -> list[str]:
    head = [_("Rank"), _("Name"), *([_("Staff number"), _("Branch"), _("Peer group")] if named else [])]
    for indicator in counted:
        # Each column is named whole: a sheet that is sorted, filtered or cut keeps nothing else.
        head += [f"{indicator.name} · {part}" for part in (_("Actual"), _("Target"), _("Points"))]
    return [*head, _("Total")]


def _sheet(
    sheet: Any,
    look: Look,
    counted: list[Indicator],
    scores: list[Score],
    places: list[int | None],
    *,
    named: bool,
) -> None:
    for column, text in enumerate(_headings(counted, named=named)):
        sheet.write_string(0, column, text, look.heading)
    for row, (score, rank) in enumerate(zip(scores, places, strict=True), start=1):
        for column, (value, form) in enumerate(_cells(score, rank, look, counted, named=named)):
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write_number(row, column, value, form)
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 3, 14)


def _cells(
    score: Score, rank: int | None, look: Look, counted: list[Indicator], *, named: bool
) -> list[tuple[Any, Any]]:
    """Return a score's values, each with how it is written; what the month didn't count for it stays empty."""
    cells: list[tuple[Any, Any]] = [(rank, None), (score.subject_name, None)]
    if named:
        texts = (score.staff_no, score.branch_name, score.get_peer_group_display())
        cells += [(text, None) for text in texts]
    lines = {line.indicator: line for line in score.lines.all()}
    for indicator in counted:
        line, form = lines.get(indicator.key), look.rate if indicator.is_rate else None
        cells += (
            [(line.actual, form), (line.target, form), (line.points, None)] if line else [(None, None)] * 3
        )
    return [*cells, (score.total, None)]
