"""A month's ranking as a workbook: text stays text, and the run's hash goes with it."""

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
from performance.indicators import INDICATORS
from performance.models import Period, Run, Score

SAFE = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


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
        keys = [line.indicator for line in people[0].lines.all()] if people else []
        bank_wide = actor.role == Role.HEAD_OFFICE
        places = [score.rank_bank if bank_wide else score.rank_branch for score in people]
        _sheet(book.add_worksheet(_("People")), bold, keys, people, places, named=True)
        places = [score.rank_bank for score in branches]
        _sheet(book.add_worksheet(_("Branches")), bold, keys, branches, places, named=False)
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


def _sheet(
    sheet: Any, bold: Any, keys: list[str], scores: list[Score], places: list[int | None], *, named: bool
) -> None:
    head = [_("Rank"), _("Name"), *([_("Staff number"), _("Branch"), _("Peer group")] if named else [])]
    for key in keys:
        head += [str(INDICATORS[key].name), _("Target"), _("Points")]
    for column, text in enumerate([*head, _("Total")]):
        sheet.write_string(0, column, text, bold)
    for place, (score, rank) in enumerate(zip(scores, places, strict=True), start=1):
        cells: list[Any] = [rank, score.subject_name]
        if named:
            cells += [score.staff_no, score.branch_name, score.get_peer_group_display()]
        for line in score.lines.all():
            cells += [line.actual, line.target, line.points]
        for column, value in enumerate([*cells, score.total]):
            if isinstance(value, str):
                sheet.write_string(place, column, value)
            elif value is not None:
                sheet.write_number(place, column, value)
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 3, 14)
