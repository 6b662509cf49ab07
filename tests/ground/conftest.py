"""Tests that look at every row say so."""

import pytest

from gridbank.scoping import waive_scope


@pytest.fixture
def unguarded():
    with waive_scope("tests look at every row"):
        yield
