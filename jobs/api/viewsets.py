"""Jobs, to be read."""

from django.db.models import QuerySet
from rest_framework import viewsets

from gridbank.api import StrictQuestions
from jobs import selectors
from jobs.api.serializers import JobSerializer
from jobs.models import JobRun
from people.enums import BUSINESS_ROLES


class JobViewSet(StrictQuestions, viewsets.ReadOnlyModelViewSet[JobRun]):
    """The background work that the caller asked for, or whose file or month he sees."""

    allowed_roles = BUSINESS_ROLES
    serializer_class = JobSerializer
    queryset = JobRun.objects.none()

    def get_queryset(self) -> QuerySet[JobRun]:
        """Return what the caller may see."""
        return selectors.job_list(actor=self.request.user)  # type: ignore[arg-type]
