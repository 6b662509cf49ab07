"""Routes of the grids app."""

from django.urls import URLPattern, path

from grids import views

app_name = "grids"

urlpatterns: list[URLPattern] = [
    path("", views.grid_list, name="list"),
    path("<int:pk>/", views.grid_detail, name="detail"),
    path("<int:pk>/assignments/new/", views.assignment_new, name="assignment-new"),
    path("<int:pk>/name/", views.grid_rename, name="rename"),
    path("<int:pk>/close/", views.grid_close, name="close"),
    path("<int:pk>/duties/new/", views.duty_new, name="duty-new"),
    path("assignments/<int:pk>/end/", views.assignment_end, name="assignment-end"),
    path("duties/<int:pk>/end/", views.duty_end, name="duty-end"),
    path("backdatings/", views.backdating_list, name="backdatings"),
    path("backdatings/<int:pk>/", views.backdating_decide, name="backdating-decide"),
]
