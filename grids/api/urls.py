"""Routes of the grids API."""

from gridbank.api_router import Router
from grids.api.viewsets import AreaViewSet, GridViewSet

router = Router()
router.register("areas", AreaViewSet, basename="area")
router.register("grids", GridViewSet, basename="grid")

urlpatterns = [*router.urls]
