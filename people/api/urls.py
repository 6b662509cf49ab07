"""Routes of the people API."""

from django.urls import path

from people.api.schema import Schema
from people.api.viewsets import Me

urlpatterns = [
    path("me/", Me.as_view(), name="me"),
    path("schema/", Schema.as_view(), name="schema"),
]
