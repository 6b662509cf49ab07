"""Routes of the ground app."""

from django.urls import URLPattern, path

from ground import coverage, views

app_name = "ground"

urlpatterns: list[URLPattern] = [
    path("map/", views.grid_map, name="map"),
    path("map/data/", views.map_data, name="map-data"),
    path("coverage/", coverage.coverage_page, name="coverage"),
    path("coverage/register/", coverage.register_page, name="register"),
]
