"""Routes of the jobs API."""

from gridbank.api_router import Router
from jobs.api.viewsets import JobViewSet

router = Router()
router.register("jobs", JobViewSet, basename="job")

urlpatterns = [*router.urls]
