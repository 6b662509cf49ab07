"""Routes of the needs app."""

from django.urls import URLPattern, path

from needs import views

app_name = "needs"

urlpatterns: list[URLPattern] = [
    path("customers/households/<int:pk>/needs/new/", views.need_new, name="new"),
    path("needs/", views.need_list, name="list"),
    path("needs/close/", views.needs_close, name="close-ticked"),
    path("needs/<int:pk>/close/", views.need_close, name="close"),
]
