"""The household of most tests, and its manager at his browser."""

import pytest

from tests.factories import AreaFactory, HouseholdFactory


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, area=AreaFactory(), head_name="曾小明")


@pytest.fixture
def li(client, cast):
    client.force_login(cast.li)
    return client
