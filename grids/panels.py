"""Places on the page of a grid for the apps downstream, which this app doesn't know."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grids.models import Grid
from people.models import User


@dataclass(frozen=True)
class Opened:
    """The page of a grid as far as it is read: no panel reads the same again."""

    actor: User
    grid: Grid


class Place(StrEnum):
    """Where on the page a panel stands."""

    TERRITORY = "territory"
    """On the card that says where the grid lies."""
    LIST = "list"
    """A list: in the wide column, or in the narrow one where the grids below need the wide one."""


Read = Callable[[Opened], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """A part of the page: its template, what fills it, where it stands, and what it needs in the page's head."""

    template: str
    read: Read
    place: Place
    head: str = ""


_panels: dict[str, Panel] = {}


def register(template: str, read: Read, place: Place, *, head: str = "") -> None:
    """Add a panel; called once, when the app that owns it is ready."""
    _panels[template] = Panel(template, read, place, head)


def panels_for(opened: Opened) -> list[dict[str, Any]]:
    """Return each panel's template, place, head and content, in the order of the apps."""
    return [
        {"template": one.template, "place": one.place.value, "head": one.head, **one.read(opened)}
        for one in _panels.values()
    ]
