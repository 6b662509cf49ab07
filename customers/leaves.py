"""Sheets of a household's workbook, for the apps downstream, which this app doesn't know."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from customers.models import Household
from people.models import User


@dataclass(frozen=True)
class Leaf:
    """A sheet: its title, what stands above its columns, its rows as plain values, masked as on a page."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


Read = Callable[[User, Household], Leaf]
_leaves: list[Read] = []


def register(read: Read) -> None:
    """Add a sheet; called once, when the app that owns it is ready."""
    _leaves.append(read)


def leaves_of(actor: User, household: Household) -> Iterator[Leaf]:
    """Read each sheet as somebody who sees the household, in the order of the apps."""
    return (read(actor, household) for read in _leaves)
