"""A month's ranking as a workbook: text stays text, and the run's hash goes with it."""

from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from exchange import writing
from exchange.writing import Cell, Rate
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from grids.authority import Act, may, require
from people.models import User
from performance import selectors
from performance.actions import Action
from performance.enums import Level
from performance.indicators import INDICATORS, Indicator
from performance.models import Period, Run, Score


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
    buffer = BytesIO()
    with writing.workbook(buffer) as book:
        ranked = [(score, score.rank_bank if bank_wide else score.rank_branch) for score in people]
        rows = (_cells(score, rank, counted, named=True) for score, rank in ranked)
        book.table(_("People"), _headings(counted, named=True), rows)
        rows = (_cells(score, score.rank_bank, counted, named=False) for score in branches)
        book.table(_("Branches"), _headings(counted, named=False), rows)
        book.pairs(_("Source"), _source(period, run))
    return buffer.getvalue()


def _source(period: Period, run: Run) -> list[tuple[str, str]]:
    return [
        (_("Month"), str(period)),
        (_("Status"), str(period.get_status_display())),
        (_("As of"), run.as_of.isoformat()),
        (_("Scheme"), str(period.scheme)),
        (_("Computation"), str(run.pk)),
        (_("Facts counted"), str(run.facts_count)),
        (_("Root hash"), run.root_hash),
        (_("Scores hash"), run.scores_hash),
    ]


def _headings(counted: list[Indicator], *, named: bool) -> list[str]:
    head = [_("Rank"), _("Name"), *([_("Staff number"), _("Branch"), _("Peer group")] if named else [])]
    for indicator in counted:
        # Each column is named whole: a sheet that is sorted, filtered or cut keeps nothing else.
        head += [f"{indicator.name} · {part}" for part in (_("Actual"), _("Target"), _("Points"))]
    return [*head, _("Total")]


def _cells(score: Score, rank: int | None, counted: list[Indicator], *, named: bool) -> list[Cell]:
    """Return a score's values; what the month didn't count for it stays empty."""
    cells: list[Cell] = [rank, score.subject_name]
    if named:
        cells += [score.staff_no, score.branch_name, score.get_peer_group_display()]
    lines = {line.indicator: line for line in score.lines.all()}
    for indicator in counted:
        line = lines.get(indicator.key)
        if line is None:
            cells += [None] * 3
        elif indicator.is_rate:
            cells += [Rate(line.actual), Rate(line.target), line.points]
        else:
            cells += [line.actual, line.target, line.points]
    return [*cells, score.total]
