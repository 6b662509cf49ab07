"""Addresses of pages: one with its query, many at once."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.urls import reverse

Key = TypeVar("Key", bound=Hashable)


def address(name: str, *args: Any, **query: Any) -> str:
    """Return a page's address with its query."""
    found = reverse(name, args=args)
    return f"{found}?{urlencode(query)}" if query else found


def pages(route: str, keys: Iterable[Key]) -> dict[Key, str]:
    """Return the address of each key's page. The route takes one key; it is looked up once, not for every row."""
    wanted = list(keys)
    if not wanted:
        return {}
    before, _key, after = reverse(route, args=[wanted[0]]).rpartition(str(wanted[0]))
    return {key: f"{before}{key}{after}" for key in wanted}
