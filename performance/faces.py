"""How the page of a job speaks of a month's computation and of its proof."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jobs.faces import Face, Step, register
from jobs.models import JobRun
from jobs.scope import banks_of, register_sight
from performance.services import RANK, VERIFY


def _month(job: JobRun) -> str:
    return job.subject.rpartition(":")[2]


def _trail(job: JobRun) -> list[Step]:
    month = _month(job)
    return [
        Step(_("Ranking"), reverse("performance:list")),
        Step(month, reverse("performance:period", args=[month])),
    ]


def register_faces() -> None:
    """Give the jobs their words; how far a month is may be known by whoever sees the month, by his bank."""
    register_sight(lambda actor: Q(bank_id__in=banks_of(actor)), RANK, VERIFY)
    onward = _("To the ranking")
    register(RANK, Face(_("Computation"), about=_month, trail=_trail, onward=onward, icon="trophy"))
    register(
        VERIFY,
        Face(
            _("Verification"),
            about=_month,
            trail=_trail,
            onward=onward,
            icon="trophy",
            result="performance/_verified.html",
        ),
    )
