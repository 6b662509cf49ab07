"""A month's ranking as a workbook: text stays text, and the run's hash goes with it."""

from io import BytesIO

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.services import record
from exchange import writing
from exchange.writing import Cell, Column, Paper, Points, Rate
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from grids.authority import Act, may, require
from people.models import User
from performance import selectors
from performance.actions import Action
from performance.enums import Level
from performance.indicators import INDICATORS, Indicator
from performance.models import Period, Run, Score

# As many signs of a hash as a person compares by eye.
CODE = 16


@transaction.atomic
def period_export(*, actor: User, period: Period) -> bytes:
    """Return the workbook of what the person may see of a month, and record that it was taken. Raises Refused."""
    period = visible_or_404(selectors.period_list(actor=actor), pk=period.pk)
    require(actor, Act.MONTH_EXPORT, period.grid)
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
    counted = [INDICATORS[key] for key in run.scheme.items.values_list("indicator", flat=True)]
    bank_wide = may(actor, Act.BANK_RANK, period.grid)
    month = date_format(period.month, "YEAR_MONTH_FORMAT")
    words = {"bank": period.grid.name, "month": month}
    foot = _("Computation %(run)s · check code %(hash)s") % {"run": run.pk, "hash": run.root_hash[:CODE]}
    line = f"{period.get_status_display()} · {period.scheme} · {run.as_of.isoformat()}"
    buffer = BytesIO()
    with writing.workbook(buffer) as book:
        title = _("%(bank)s, ranking of account managers, %(month)s") % words
        rows = (_person(score, counted, bank_wide=bank_wide) for score in people)
        columns = [*_person_columns(bank_wide=bank_wide), *_columns(counted)]
        book.table(_("People"), columns, rows, paper=Paper(title, line, foot))
        title = _("%(bank)s, ranking of branches, %(month)s") % words
        rows = ([score.rank_bank, score.subject_name, *_cells(score, counted)] for score in branches)
        columns = [Column(_("Rank"), width=6), Column(_("Branch"), width=16), *_columns(counted)]
        book.table(_("Branches"), columns, rows, paper=Paper(title, line, foot))
        book.pairs(_("Source"), _source(period, run))
    return buffer.getvalue()


def file_name(period: Period) -> str:
    """Return what the workbook of a month is called."""
    month = date_format(period.month, "YEAR_MONTH_FORMAT")
    return writing.file_name(period.grid.name, _("Ranking of account managers"), month)


def _source(period: Period, run: Run) -> list[tuple[str, str]]:
    return [
        (_("Bank"), period.grid.name),
        (_("Month"), str(period)),
        (_("Status"), str(period.get_status_display())),
        (_("As of"), run.as_of.isoformat()),
        (_("Scheme"), str(period.scheme)),
        (_("Computation"), str(run.pk)),
        (_("Facts counted"), str(run.facts_count)),
        (_("Root hash"), run.root_hash),
        (_("Scores hash"), run.scores_hash),
    ]


def _person_columns(*, bank_wide: bool) -> list[Column]:
    """Return the columns before the indicators; who sees one branch has no rank within the bank before him."""
    ranks = [_("Rank in the bank")] if bank_wide else []
    ranks += [_("Rank in the branch"), _("Rank in the group")]
    return [
        *(Column(rank, width=6) for rank in ranks[:1]),
        Column(_("Name")),
        *(Column(rank, width=6) for rank in ranks[1:]),
        Column(_("Staff number")),
        Column(_("Branch"), width=14),
        Column(_("Peer group")),
    ]


def _person(score: Score, counted: list[Indicator], *, bank_wide: bool) -> list[Cell]:
    ranks: list[Cell] = [score.rank_bank] if bank_wide else []
    ranks += [score.rank_branch, score.rank_peer]
    about = [score.staff_no, score.branch_name, str(score.get_peer_group_display())]
    return [ranks[0], score.subject_name, *ranks[1:], *about, *_cells(score, counted)]


def _columns(counted: list[Indicator]) -> list[Column]:
    """Return the total and each indicator's columns: a share with what it was made of."""
    found = [Column(_("Total"), width=8)]
    for indicator in counted:
        parts = [_("Actual"), _("Target"), _("Reached"), _("Points")]
        if indicator.is_rate:
            parts = [pgettext("share", "Done"), pgettext("share", "To be done"), *parts]
        found += [Column(part, str(indicator.name), 8) for part in parts]
    return found


def _cells(score: Score, counted: list[Indicator]) -> list[Cell]:
    """Return a score's values; what the month didn't count for it stays empty."""
    lines = {line.indicator: line for line in score.lines.all()}
    cells: list[Cell] = [Points(score.total)]
    for indicator in counted:
        line = lines.get(indicator.key)
        if line is None:
            cells += [None] * (6 if indicator.is_rate else 4)
            continue
        if indicator.is_rate:
            cells += [line.numerator, line.denominator, Rate(line.actual), Rate(line.target)]
        else:
            cells += [line.actual, line.target]
        cells += [Rate(line.attainment), Points(line.points)]
    return cells
