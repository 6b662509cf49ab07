"""The registry of the coverage page's columns."""

import pytest

from ground.covers import cover, registered


def test_the_first_column_counts_all_households_and_three_are_the_banks_promises():
    assert next(one.key for one in registered()) == "known"
    assert [one.key for one in registered() if one.promise] == ["met", "complete", "served"]


def test_two_columns_are_never_called_alike():
    before = registered()
    with pytest.raises(ValueError, match="Two columns"):
        cover("known", label="x", formula="x")(lambda _actor, _within, _window: {})
    assert registered() == before
