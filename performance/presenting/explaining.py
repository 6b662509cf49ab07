"""Why a score is what it is: plain rows for a page, from stored lines alone."""

from dataclasses import dataclass
from decimal import Decimal

from performance.indicators import INDICATORS, Indicator
from performance.models import Score, ScoreLine
from performance.nearing import how_many_more
from performance.scoring import Item, Line


@dataclass(frozen=True)
class Explained:
    """One indicator of a score with what it would take to gain a place and what changed since the month compared."""

    line: ScoreLine
    indicator: Indicator
    cap: Decimal
    needed: Decimal | None
    before: ScoreLine | None

    @property
    def is_capped(self) -> bool:
        """Whether more would earn nothing."""
        return self.line.attainment is not None and self.line.attainment >= self.cap

    @property
    def nothing_to_measure(self) -> bool:
        """Whether the denominator was empty."""
        return self.line.actual is None

    @property
    def change(self) -> Decimal | None:
        """Return the points gained or lost against the month before."""
        return None if self.before is None else self.line.points - self.before.points


def explain(
    *, score: Score, caps: dict[str, Decimal], gap: Decimal | None, before: Score | None
) -> list[Explained]:
    """Return the score's indicators in the scheme's order."""
    earlier = {line.indicator: line for line in before.lines.all()} if before else {}
    return [
        Explained(
            line=line,
            indicator=INDICATORS[line.indicator],
            cap=caps[line.indicator],
            needed=None if gap is None else _needed(line, caps[line.indicator], gap),
            before=earlier.get(line.indicator),
        )
        for line in score.lines.all()
    ]


def _needed(line: ScoreLine, cap: Decimal, gap: Decimal) -> Decimal | None:
    return how_many_more(
        Line(
            line.position, line.indicator, line.numerator, line.denominator, line.actual, line.target,
            line.attainment, line.weight, line.points,
        ),
        Item(
            line.indicator, line.position, INDICATORS[line.indicator].is_rate, line.weight, line.target, cap
        ),
        gap,
    )  # fmt: skip
