"""Routes of API v1: each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("people.api.urls")),
    path("", include("jobs.api.urls")),
    path("", include("exchange.api.urls")),
    path("", include("grids.api.urls")),
    path("", include("customers.api.urls")),
    path("", include("needs.api.urls")),
    path("", include("products.api.urls")),
    path("", include("visits.api.urls")),
    path("", include("performance.api.urls")),
]
