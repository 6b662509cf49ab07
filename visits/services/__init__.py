"""Writing visits."""

from visits.services.bulk import VisitRow, visits_bulk_create
from visits.services.correct import NotCorrected, visit_correct
from visits.services.held import held_put_aside
from visits.services.receive import MOST_AT_ONCE, Result, visit_log, visits_sync
from visits.services.rows import Belonging

__all__ = [
    "MOST_AT_ONCE",
    "Belonging",
    "NotCorrected",
    "Result",
    "VisitRow",
    "held_put_aside",
    "visit_correct",
    "visit_log",
    "visits_bulk_create",
    "visits_sync",
]
