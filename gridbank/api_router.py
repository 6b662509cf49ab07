"""The router of every API room. Apart from gridbank.api, which REST framework's settings import early."""

from typing import Any

from rest_framework.routers import SimpleRouter


class Router(SimpleRouter):
    """Addresses of rows: one way to write a number or a UUID; `int()` would also take full-width digits."""

    def get_lookup_regex(self, viewset: Any, lookup_prefix: str = "") -> str:
        """Return the pattern for a row's key."""
        regex: str = super().get_lookup_regex(viewset, lookup_prefix)
        return regex.replace("[^/.]+", "[0-9a-fA-F-]{1,36}")
