"""Where a request came from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """Return where a request came from: behind a proxy of ours what that saw, which it adds as the last.

    Whoever reaches us past the proxies says nothing that is believed: his own address counts.
    """
    near = request.META.get("REMOTE_ADDR", "")
    seen = near
    if settings.PRODUCTION and _is_proxy(near):
        seen = request.headers.get("X-Forwarded-For", near).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return None


def _is_proxy(near: str) -> bool:
    """Say whether it is one of GRIDBANK_PROXIES; nothing comes by a socket, which only the machine itself opens."""
    named = {name.strip() for name in settings.ENVIRONMENT.proxies.split(",")}
    return not near or near in named or "*" in named
