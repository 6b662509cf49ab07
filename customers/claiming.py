"""What can be claimed: each room that keeps something that earns says what it is called and where its evidence stands."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from customers.enums import Evidence

Apply = Callable[[Collection[int], Evidence], None]
Describe = Callable[[Collection[int]], dict[int, str]]


Unclaimed = Callable[[], Iterable[int]]


def _nothing(_ids: Collection[int]) -> dict[int, str]:
    return {}


def _none() -> Iterable[int]:
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its key in claims, its name, what keeps the evidence in its rows, and what says more of each.

    `unclaimed` finds the rows that count as confirmed though no claim is.
    """

    key: str
    label: str | Promise
    apply: Apply
    describe: Describe = _nothing
    unclaimed: Unclaimed = _none


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Take a kind; called once, when the app that owns it is ready."""
    _kinds[kind.key] = kind


def kinds() -> dict[str, Kind]:
    """Return every kind by its key, in the order of the apps."""
    return dict(_kinds)
