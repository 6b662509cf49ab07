"""Routes of the dashboards app."""

from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("help/", views.help_page, name="help"),
    path("setup/", views.setup, name="setup"),
    path("setup/found/", views.found_page, name="found"),
]
