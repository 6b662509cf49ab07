"""Routes of the performance API."""

from django.urls import path

from gridbank.api_router import Router
from performance.api.viewsets import PeriodPublish, PeriodViewSet, RankingViewSet

router = Router()
router.register("periods", PeriodViewSet, basename="period")
router.register("rankings", RankingViewSet, basename="ranking")

urlpatterns = [
    path("periods/<int:pk>/publish/", PeriodPublish.as_view(), name="period-publish"),
    *router.urls,
]
