"""Routes of the needs API."""

from gridbank.api_router import Router
from needs.api.viewsets import NeedViewSet

router = Router()
router.register("needs", NeedViewSet, basename="need")

urlpatterns = [*router.urls]
