"""The world every net is cast over: the process's bank, built once for a module, as it was for each test."""

import pytest

from tests.nets.site import World


@pytest.fixture
def world(shared: World) -> World:
    return shared
