"""Reading jobs."""

from django.db.models import QuerySet

from jobs import scope
from jobs.models import JobRun
from people.models import User


def job_list(*, actor: User) -> QuerySet[JobRun]:
    """Return the jobs of the person's banks, newest first; work that is no bank's is nobody's to see."""
    return JobRun.objects.filter(bank_id__in=scope.banks_of(actor)).order_by("-requested_at")
