"""Routes of the visits app."""

from django.urls import URLPattern, path

from visits import views

app_name = "visits"

urlpatterns: list[URLPattern] = [
    path("", views.visit_list, name="list"),
    path("today/", views.today, name="today"),
    path("new/", views.visit_new, name="new"),
    path("held/", views.held, name="held"),
    path("held/<int:pk>/aside/", views.held_aside, name="held-aside"),
    path("households/", views.household_search, name="household-search"),
    path("households/<int:pk>/timeline/", views.timeline, name="timeline"),
    path("<uuid:pk>/", views.visit_detail, name="detail"),
    path("<uuid:pk>/correct/", views.visit_correct, name="correct"),
]
