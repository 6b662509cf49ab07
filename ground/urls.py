"""Routes of the ground app."""

from django.urls import URLPattern, path

from ground import coverage, points, views, wall

app_name = "ground"

urlpatterns: list[URLPattern] = [
    path("map/", views.grid_map, name="map"),
    path("map/data/", views.map_data, name="map-data"),
    path("<int:pk>/sheet/", wall.wall_sheet, name="wall"),
    path("layouts/", views.layout_list, name="layouts"),
    path("layouts/new/", views.layout_new, name="layout-new"),
    path("layouts/<int:pk>/", views.layout_page, name="layout"),
    path("layouts/<int:pk>/change/", views.layout_change, name="layout-change"),
    path("layouts/<int:pk>/draw/", views.layout_draw, name="layout-draw"),
    path("layouts/<int:pk>/draw/ground/", views.layout_ground, name="layout-ground"),
    path("layouts/<int:pk>/submit/", views.layout_submit, name="layout-submit"),
    path("layouts/<int:pk>/return/", views.layout_return, name="layout-return"),
    path("layouts/<int:pk>/sign/", views.layout_sign, name="layout-sign"),
    path("layouts/<int:pk>/undo/", views.layout_undo, name="layout-undo"),
    path("points/", points.point_list, name="points"),
    path("points/new/", points.point_new, name="point-new"),
    path("points/<int:pk>/change/", points.point_change, name="point-change"),
    path("points/<int:pk>/close/", points.point_close, name="point-close"),
    path("coverage/", coverage.coverage_page, name="coverage"),
    path("coverage/register/", coverage.register_page, name="register"),
]
