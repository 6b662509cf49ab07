"""Who is due for a visit, and why: each reason is a module of its own, and everything here asks all of them."""

from visits.cadence.judging import Due, by_reason, due_counted, in_order, judge, may_be_due
from visits.cadence.reason import Badge, Reason, Standing
from visits.cadence.registry import choices

__all__ = [
    "Badge",
    "Due",
    "Reason",
    "Standing",
    "by_reason",
    "choices",
    "due_counted",
    "in_order",
    "judge",
    "may_be_due",
]
