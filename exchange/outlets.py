"""Lists that go out by themselves: each room says of its own how they are opened again, as whom, and what is masked.

A list on a page goes out at once up to its bank's limit. Beyond it, or with numbers in clear, it is asked for, signed
by a second person and made as a job: so a list must be there without its page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from gridbank.listing import Listing, Source


@dataclass(frozen=True)
class Opened:
    """A list as somebody sees it with the filters of an address."""

    listing: Listing[Any]
    form: forms.Form
    source: Source[Any]


@dataclass(frozen=True)
class Clear:
    """A value that lists show masked, and that may be asked for in clear."""

    key: str
    label: Any


def _nobody(_actor: Any, _keys: Collection[str], _names: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """A list that can be asked for, under the name of its listing.

    `opened` returns None when the filters are wrong. `in_clear` returns, by the rows' keys, the values of `clear` that
    are asked for, as the person may know them today; whose numbers nobody may use now is left out. `signs` says who
    signs a list that is no bank's; a bank's lists are signed by those who sign for it.
    """

    name: str
    label: Any
    page: str
    may: Callable[[Any], bool]
    opened: Callable[[Any, QueryDict], Opened | None]
    clear: tuple[Clear, ...] = ()
    in_clear: Callable[[Any, Collection[str], Sequence[str]], Mapping[str, Sequence[str]]] = _nobody
    signs: Callable[[Any], bool] | None = None


_outlets: dict[str, Outlet] = {}
_signers: list[Callable[[Any], bool]] = []
_taken: set[str] = set()


def register_outlet(outlet: Outlet) -> None:
    """Take a list; called once, when the app that owns it is ready."""
    _outlets[outlet.name] = outlet


def outlet_of(name: str) -> Outlet | None:
    """Return the list of that name; None when it can't be asked for."""
    return _outlets.get(name)


def outlets_for(actor: Any) -> list[Outlet]:
    """Return the lists that somebody may ask for."""
    return [outlet for outlet in _outlets.values() if outlet.may(actor)]


def register_signers(signs: Callable[[Any], bool]) -> None:
    """Take what tells who signs what others ask for; called once, when the app that owns the powers is ready."""
    _signers[:] = [signs]


def signs_exports(actor: Any) -> bool:
    """Say whether somebody signs what others of his bank ask for, and sets its limit."""
    return any(signs(actor) for signs in _signers)


def signed_apart(actor: Any) -> list[str]:
    """Return the names of the lists of no bank that somebody signs."""
    return [outlet.name for outlet in _outlets.values() if outlet.signs and outlet.signs(actor)]


def register_taken(*actions: str) -> None:
    """Take the acts by which something of a room leaves the house."""
    _taken.update(actions)


def taken_actions() -> frozenset[str]:
    """Return all acts by which something leaves the house: what the auditor's page tells of."""
    return frozenset(_taken)
