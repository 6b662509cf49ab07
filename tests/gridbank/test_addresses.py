"""Many addresses at once are the addresses one by one."""

import uuid

import pytest
from django.urls import reverse, set_script_prefix

from gridbank.addresses import pages


@pytest.mark.parametrize("prefix", ["/", "/7/"])
@pytest.mark.parametrize(
    ("route", "keys"),
    [
        ("customers:household", [7, 70, 1]),
        ("visits:detail", [uuid.UUID(int=7), uuid.UUID(int=2**100)]),
        ("visits:timeline", [1, 11]),
        ("grids:detail", []),
    ],
)
def test_many_addresses_are_those_one_by_one(route, keys, prefix):
    set_script_prefix(prefix)
    try:
        assert pages(route, keys) == {key: reverse(route, args=[key]) for key in keys}
    finally:
        set_script_prefix("/")
