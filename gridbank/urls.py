"""All routes: pages by app, the API under /api/v1/."""

from django.urls import include, path
from django.views.i18n import set_language

from gridbank.access import public
from gridbank.views import healthz, readyz

handler400 = "gridbank.views.bad_request"
handler403 = "gridbank.views.forbidden"
handler404 = "gridbank.views.not_found"
handler500 = "gridbank.views.server_error"

urlpatterns = [
    path("healthz", public(healthz), name="healthz"),
    path("readyz", public(readyz), name="readyz"),
    path("language/", public(set_language), name="set_language"),
    path("", include("dashboards.urls")),
    path("", include("people.urls")),
    path("jobs/", include("jobs.urls")),
    path("exchange/", include("exchange.urls")),
    path("audit/", include("audit.urls")),
    path("grids/", include("grids.urls")),
    path("grids/", include("ground.urls")),
    path("", include("customers.urls")),
    path("", include("needs.urls")),
    path("visits/", include("visits.urls")),
    path("performance/", include("performance.urls")),
    path("api/v1/", include("gridbank.api_urls")),
]
