"""Routes of the performance API."""

from gridbank.api_router import Router
from performance.api.viewsets import JobViewSet, PeriodViewSet, RankingViewSet

router = Router()
router.register("periods", PeriodViewSet, basename="period")
router.register("rankings", RankingViewSet, basename="ranking")
router.register("jobs", JobViewSet, basename="job")

urlpatterns = [*router.urls]
