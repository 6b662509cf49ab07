"""Addresses of many pages at once."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from django.urls import reverse

Key = TypeVar("Key", bound=Hashable)


def pages(route: str, keys: Iterable[Key]) -> dict[Key, str]:
    """Return the address of each key's page. The route takes one key; it is looked up once, not for every row."""
    wanted = list(keys)
    if not wanted:
        return {}
    before, _key, after = reverse(route, args=[wanted[0]]).rpartition(str(wanted[0]))
    return {key: f"{before}{key}{after}" for key in wanted}
