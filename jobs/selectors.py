"""Reading jobs."""

from django.db.models import QuerySet

from jobs import scope
from jobs.models import JobRun
from people.models import User


def job_list(*, actor: User) -> QuerySet[JobRun]:
    """Return the jobs of the person's banks that he asked for or sees the subject of, newest first.

    Work that is no bank's is nobody's to see.
    """
    return JobRun.objects.filter(scope.jobs_q(actor)).order_by("-requested_at")
