"""Routes of the audit app."""

from django.urls import URLPattern, path

from audit import views

app_name = "audit"

urlpatterns: list[URLPattern] = [
    path("", views.event_page, name="list"),
    path("readings/", views.reading_page, name="readings"),
]
