"""A month's ranking as it is signed and hung up: all rows, forty a page, in one order, with the computation's number and hash."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from grids.authority import Act, may
from people.models import User
from performance import selectors
from performance.enums import Level
from performance.indicators import INDICATORS
from performance.models import Period, Score, ScoreLine
from performance.services import CODE

ROWS = 40
FAR_BELOW = Decimal("0.6")


@dataclass(frozen=True)
class Cell:
    """One indicator of a row: the sum behind it, the whole per cents of its target, and the mark beside them."""

    line: ScoreLine
    reached: str
    mark: str


@dataclass(frozen=True)
class Row:
    """A score with its rank, how many ranks it rose since the month before, and its indicators."""

    score: Score
    rank: int | None
    rose: int | None
    cells: list[Cell]

    @property
    def fell(self) -> int:
        """How many ranks it lost."""
        return -(self.rose or 0)


@dataclass(frozen=True)
class Sheet:
    """A page of paper; `about_branches` ranks branches instead of people."""

    number: int
    rows: list[Row]
    about_branches: bool


def paper(*, actor: User, period: Period) -> dict[str, Any]:
    """Return the sheets of a month that has been computed: the people the reader may see, then the branches."""
    wide = may(actor, Act.BANK_RANK, period.grid)
    before = selectors.period_before(actor=actor, period=period)
    sheets: list[Sheet] = []
    for level in (Level.MANAGER, Level.BRANCH):
        ranks = _ranks(actor, before, level, wide=wide) if before else {}
        scores = list(selectors.ranking(actor=actor, period=period, level=level))
        rows = [_row(score, ranks, wide=wide or level == Level.BRANCH) for score in scores]
        for at in range(0, len(rows), ROWS):
            sheets.append(Sheet(len(sheets) + 1, rows[at : at + ROWS], level == Level.BRANCH))
    run = period.current_run
    items = list(period.scheme.items.all())
    return {
        "period": period,
        "run": run,
        "check_code": run.root_hash[:CODE] if run else "",
        "sheets": sheets,
        "indicators": [INDICATORS[item.indicator] for item in items],
        "items": items,
        "bank_wide": wide,
    }


def _ranks(actor: User, period: Period, level: Level, *, wide: bool) -> dict[int, int | None]:
    rank = "rank_bank" if wide or level == Level.BRANCH else "rank_branch"
    rows = selectors.bare_ranking(actor=actor, period=period, level=level)
    return dict(rows.values_list("subject_id", rank))


def _row(score: Score, ranks: dict[int, int | None], *, wide: bool) -> Row:
    rank = score.rank_bank if wide else score.rank_branch
    earlier = ranks.get(score.subject_id)
    rose = earlier - rank if earlier is not None and rank is not None else None
    return Row(score, rank, rose, [_cell(line) for line in score.lines.all()])


def _cell(line: ScoreLine) -> Cell:
    if line.attainment is None:
        return Cell(line, "–", "")
    # cut, not rounded: 99.9 per cent is not the whole
    reached = (100 * line.attainment).to_integral_value(ROUND_FLOOR)
    mark = "✓" if line.attainment >= 1 else "▼" if line.attainment < FAR_BELOW else ""
    return Cell(line, str(reached), mark)
