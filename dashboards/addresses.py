"""Where a number's rows are: addresses of pages with their query."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse


def address(name: str, *args: Any, **query: Any) -> str:
    """Return a page's address with its query."""
    found = reverse(name, args=args)
    return f"{found}?{urlencode(query)}" if query else found
