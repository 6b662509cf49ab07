"""Reading what a number is made of: lines of the level below, sums by grid."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from people.models import User
from performance import selectors
from performance.enums import Level
from performance.indicators import INDICATORS
from performance.models import Score, ScoreLine


def lines_below(*, actor: User, score: Score, level: Level, indicator: str) -> list[ScoreLine]:
    """Return the lines of one indicator that a bank's or a branch's is made of, as far as the person may see them."""
    rows = ScoreLine.objects.visible_to(actor).filter(
        score__run_id=score.run_id, score__level=level, indicator=indicator
    )
    if score.level == Level.BRANCH:
        rows = rows.filter(score__branch_id=score.subject_id)
    return list(rows.select_related("score").order_by("score__staff_no", "score_id"))


def score_above(*, actor: User, score: Score) -> Score | None:
    """Return the branch's score above a person's and the bank's above a branch's, if the person may see it."""
    rows = Score.objects.visible_to(actor).filter(run_id=score.run_id)
    if score.level == Level.MANAGER:
        rows = rows.filter(level=Level.BRANCH, subject_id=score.branch_id or 0)
    else:
        rows = rows.filter(level=Level.BANK)
    found: Score | None = rows.first()
    return found


@dataclass(frozen=True)
class GridSum:
    """What the rows of a score in one grid add up to, and how many of them count."""

    grid_id: int
    name: str
    numerator: Decimal
    denominator: Decimal
    counted: int
    left: int

    def as_line(self, line: ScoreLine) -> ScoreLine:
        """Return the sum as a line of its own, with the target that the whole has when it is a share."""
        rate = INDICATORS[line.indicator].is_rate
        actual = self.numerator if not rate else None
        if rate and self.denominator:
            actual = self.numerator / self.denominator
        return ScoreLine(
            indicator=line.indicator,
            numerator=self.numerator,
            denominator=self.denominator,
            actual=actual,
            target=line.target if rate else None,
        )


def sums_by_grid(*, actor: User, score: Score, indicator: str) -> list[GridSum]:
    """Return the sums of a person's or a branch's rows by grid, the largest first; of the whole bank none.

    The bank has a million rows: its parts are the branches.
    """
    if score.level == Level.BANK:
        return []
    rows = selectors.fact_list(actor=actor, score=score, indicator=indicator).order_by()
    found = rows.values_list("grid_id", "grid__name").annotate(
        part=Sum("numerator_micros"),
        whole=Sum("denominator_micros"),
        counted=Count("number", filter=selectors.COUNTED),
        left=Count("number", filter=~selectors.COUNTED),
    )
    sums = [
        GridSum(grid, name, Decimal(part).scaleb(-6), Decimal(whole).scaleb(-6), counted, left)
        for grid, name, part, whole, counted, left in found
    ]
    return sorted(sums, key=lambda one: (-one.denominator, -one.numerator, one.grid_id))
