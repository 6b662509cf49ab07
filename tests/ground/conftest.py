"""Tests that look at every row say so."""

import pytest

from gridbank.scoping import waive_scope

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def unguarded():
    with waive_scope("tests look at every row"):
        yield


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in
