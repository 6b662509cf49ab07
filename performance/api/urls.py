"""Routes of the performance API."""

from gridbank.api_router import Router
from performance.api.viewsets import PeriodViewSet, RankingViewSet

router = Router()
router.register("periods", PeriodViewSet, basename="period")
router.register("rankings", RankingViewSet, basename="ranking")

urlpatterns = [*router.urls]
