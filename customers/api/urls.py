"""Routes of the customers API."""

from customers.api.viewsets import CustomerViewSet, HouseholdViewSet
from gridbank.api_router import Router

router = Router()
router.register("households", HouseholdViewSet, basename="household")
router.register("customers", CustomerViewSet, basename="customer")

urlpatterns = [*router.urls]
