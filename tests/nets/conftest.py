"""The world every net is cast over."""

import pytest

from tests.nets.site import World, make_world


@pytest.fixture
def world(db) -> World:
    return make_world()
