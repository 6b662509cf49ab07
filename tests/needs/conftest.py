"""The household that asks for something."""

import pytest

from tests.factories import HouseholdFactory


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, head_name="曾小明")
