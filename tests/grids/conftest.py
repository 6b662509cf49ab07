"""The trail of what a test did to the grid, and somebody signed in."""

import pytest
from django.core.management import call_command

from gridbank.scoping import waive_scope
from people.enums import Role
from tests.factories import UserFactory
from tests.grids.banks import DIVISIONS, PINGTANG

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def unguarded():
    """Let a test look at every row."""
    with waive_scope("tests look at every row"):
        yield


@pytest.fixture
def enter(client):
    def sign_in(user):
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def county(db):
    call_command("import_areas", DIVISIONS, county=PINGTANG, verbosity=0)


@pytest.fixture
def boss(db):
    return UserFactory(username="boss", role=Role.HEAD_OFFICE)
