"""The rows of a ranking: the place and how it moved, each indicator as the share of its target, one's own row apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from people.models import User
from performance import policies, selectors
from performance.enums import Level
from performance.models import Period, Score, ScoreLine

# from these parts of the target on a cell is one step darker
CUTS = (Decimal("0.6"), Decimal("0.8"), Decimal(1))
MEDALS = 3


@dataclass(frozen=True)
class Cell:
    """One indicator of a row: whole per cents of its target, in which of four steps, and the number itself."""

    line: ScoreLine
    reached: str
    step: int

    @property
    def mark(self) -> str:
        """Return the sign that says it without a colour."""
        return "✓" if self.step == len(CUTS) else "▼" if self.step == 0 and self.reached else ""


@dataclass(frozen=True)
class Row:
    """A score with its place, how many places it won since the month before, and its cells."""

    score: Score
    rank: int | None
    climbed: int | None
    cells: list[Cell]
    is_own: bool = False

    @property
    def medal(self) -> int:
        """Return which medal it wins, 0 for none."""
        return self.rank if self.rank is not None and self.rank <= MEDALS else 0


def ranked(*, actor: User, period: Period, scores: Iterable[Score], scope: str) -> list[Row]:
    """Return the rows of a page; `scope` says among whom they are ranked: bank, branch or peer."""
    found = list(scores)
    level = Level(found[0].level) if found else Level.MANAGER
    places = selectors.places_before(
        actor=actor, period=period, level=level, subjects=[score.subject_id for score in found]
    )
    return [_row(actor, score, places.get(score.subject_id), scope) for score in found]


def _row(actor: User, score: Score, before: selectors.Place | None, scope: str) -> Row:
    now: int | None = getattr(score, f"rank_{scope}")
    then: int | None = getattr(before, scope) if before else None
    own = score.level == Level.MANAGER and score.subject_id == actor.pk
    climbed = None if now is None or then is None else then - now
    return Row(score, now, climbed, [_cell(line) for line in score.lines.all()], own)


def _cell(line: ScoreLine) -> Cell:
    if line.attainment is None:
        return Cell(line, "", 0)
    # cut, not rounded: 99.9 per cent is not the whole
    whole = (100 * line.attainment).to_integral_value(ROUND_FLOOR)
    return Cell(line, str(whole), sum(line.attainment >= cut for cut in CUTS))


def own_row(*, actor: User, period: Period, score: Score | None, scope: str) -> dict[str, Any] | None:
    """Return what one's own row says besides: the places elsewhere, the next one, and what costs most."""
    if score is None:
        return None
    (row,) = ranked(actor=actor, period=period, scores=[score], scope=scope)
    lost = [(line.weight - line.points, line) for line in score.lines.all()]
    cost, line = max(lost, key=lambda pair: pair[0], default=(Decimal(0), None))
    return {
        "row": row,
        "gap": selectors.gap_to_next(actor=actor, score=score),
        "costs": line if cost > 0 else None,
        "cost": cost,
        "sees_bank_rank": policies.sees_bank_rank(actor, score),
    }
