"""The world every net is cast over: the process's bank, as it was built for each test."""

import pytest

from tests.nets.site import World


@pytest.fixture
def world(shared: World) -> World:
    return shared
