"""Addresses with their query; many addresses at once are the addresses one by one."""

import uuid

import pytest
from django.urls import reverse, set_script_prefix

from gridbank.addresses import address, pages


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


def test_a_query_stands_behind_an_address_when_there_is_one():
    assert address("visits:timeline", 7) == reverse("visits:timeline", args=[7])
    assert address("visits:list", mode="door", q="李") == f"{reverse('visits:list')}?mode=door&q=%E6%9D%8E"
