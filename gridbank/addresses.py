"""Addresses of pages: one with its query, many at once."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from gridbank.numbers import personal_numbers

Key = TypeVar("Key", bound=Hashable)
HOME = "/"


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


def without_numbers(address: str) -> str:
    """Return an address without anybody's ID, phone or card number; what else stands in it stays as it is written.

    Of a query what holds one is left out, in an address that it leads on to as well; of a path its digits become
    zeros, which name no row either. What was looked at before leads nowhere else afterwards: an address that would, and
    one that can't be read, become the site's first page.
    """
    try:
        found = urlsplit(address)
        clean = _cleaned(address, found)
    except ValueError:
        return HOME
    if clean == address:
        return HOME if _holds(found.netloc) else address
    return (
        clean if url_has_allowed_host_and_scheme(clean, {found.netloc}) and not _holds(found.netloc) else HOME
    )


def _cleaned(address: str, found: SplitResult) -> str:
    path = "/".join(map(_step, found.path.split("/")))
    query = "&".join(kept for kept in map(_asked, found.query.split("&")) if kept is not None)
    fragment = "" if _holds(unquote(found.fragment)) else found.fragment
    # what isn't touched stays letter by letter
    if (path, query, fragment) == (found.path, found.query, found.fragment):
        return address
    # an empty address is the one where one is, with all that is asked there
    return urlunsplit((found.scheme, found.netloc, path, query, fragment)) or "?"


def _holds(text: str) -> bool:
    """Whether a text holds somebody's number; in the groups of a row's own name one stands by chance."""
    try:
        UUID(text)
    except ValueError:
        return bool(personal_numbers(text))
    # 32 digits without hyphens are longer than any number
    return False


def _step(step: str) -> str:
    told = unquote(step)
    if not _holds(told):
        return step
    return quote("".join("0" if sign.isnumeric() else sign for sign in told), safe="")


def _asked(part: str) -> str | None:
    """Return a part of a query as it may stay; None when it may not."""
    name, _is, value = part.partition("=")
    told = unquote_plus(value)
    if _holds(unquote_plus(name)):
        return None
    # where to go on afterwards is an address with a query of its own
    if told.startswith(("/", "http://", "https://")) and (clean := without_numbers(told)) != told:
        return f"{name}={quote(clean, safe='/')}"
    return None if _holds(told) else part
