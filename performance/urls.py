"""Routes of the performance app."""

from datetime import date

from django.urls import path, register_converter

from gridbank.days import MONTH, month_read, month_write
from jobs.views import job_page
from performance import targeting, views


class MonthConverter:
    """YYYY-MM in an address, the first day of the month in a view."""

    regex = MONTH.pattern

    def to_python(self, value: str) -> date:
        """Read the month."""
        return month_read(value)

    def to_url(self, value: date | str) -> str:
        """Write the month."""
        return value if isinstance(value, str) else month_write(value)


register_converter(MonthConverter, "month")

app_name = "performance"

urlpatterns = [
    path("", views.period_table, name="list"),
    path("targets/", targeting.target_page, name="targets"),
    path("jobs/<int:pk>/", job_page, name="job"),
    path("proofs/", views.proofs_page, name="proofs"),
    path("proofs/trail/", views.trail_verify, name="trail-verify"),
    path("proofs/<int:pk>/", views.proof_verify, name="proof-verify"),
    path("<month:month>/", views.period_page, name="period"),
    path("<month:month>/refresh/", views.period_refresh, name="refresh"),
    path("<month:month>/verify/", views.period_verify, name="verify"),
    path("<month:month>/publish/", views.period_publish, name="publish"),
    path("<month:month>/lock/", views.period_lock, name="lock"),
    path("<month:month>/export/", views.period_export, name="export"),
    path("<month:month>/print/", views.period_paper, name="print"),
    path("<month:month>/<int:pk>/", views.score_page, name="score"),
    path("<month:month>/<int:pk>/<slug:indicator>/", views.facts_page, name="facts"),
    path("<month:month>/<int:pk>/<slug:indicator>/parts/", views.parts_page, name="parts"),
]
