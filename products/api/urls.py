"""Routes of the products API."""

from gridbank.api_router import Router
from products.api.viewsets import OfferViewSet, ProductViewSet

router = Router()
router.register("products", ProductViewSet, basename="product")
router.register("offers", OfferViewSet, basename="offer")

urlpatterns = [*router.urls]
