"""A person to be visited, and somebody signed in."""

import pytest

from tests.factories import AssignmentFactory, GridFactory, UserFactory
from tests.visits.bodies import hours, person_in, visit_json
from visits import selectors
from visits.services import visits_sync

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def person(cast):
    return person_in(cast.grid_li)


@pytest.fixture
def parked(cast, person):
    """Return a body that waits: the laptop's clock was ahead."""
    body = visit_json(person, started_at=hours(8))
    (result,) = visits_sync(actor=cast.li, bodies=[body])
    assert result.status == "parked"
    return body


@pytest.fixture
def large(cast, monkeypatch):
    """Return a bank of more grids and people than a menu holds."""
    monkeypatch.setattr(selectors, "MOST_CHOICES", 2)
    # another bank's: it could leak
    foreign = GridFactory(parent=GridFactory(tier="branch"))
    AssignmentFactory(grid=foreign, user=UserFactory())
    return cast


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user, backend=BACKEND)
        return client

    return sign_in
