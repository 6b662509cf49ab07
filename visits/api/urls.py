"""Routes of the visits API."""

from django.urls import path

from gridbank.api_router import Router
from visits.api.viewsets import VisitSync, VisitViewSet

router = Router()
router.register("visits", VisitViewSet, basename="visit")

urlpatterns = [path("visits/sync/", VisitSync.as_view(), name="visit-sync"), *router.urls]
