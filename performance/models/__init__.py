"""The room's tables: schemes, months and what they counted; and what is asked of grids."""

from performance.models.ranking import (
    STANDARD,
    Earned,
    Fact,
    LateChange,
    Period,
    Run,
    Scheme,
    SchemeItem,
    Score,
    ScoreLine,
    Target,
    open_score_q,
    score_scope_q,
)
from performance.models.targets import GridTarget

__all__ = [
    "STANDARD", "Earned", "Fact", "GridTarget", "LateChange", "Period", "Run", "Scheme", "SchemeItem", "Score", "ScoreLine",
    "Target", "open_score_q", "score_scope_q",
]  # fmt: skip
