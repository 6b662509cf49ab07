"""Places on a household's page for the apps downstream, which this app doesn't know."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from customers.models import Customer, Household
from people.models import User


@dataclass(frozen=True)
class Opened:
    """A household's page as far as it is read: no panel reads the same again."""

    actor: User
    household: Household
    people: list[Customer]
    may_write: bool


class Place(StrEnum):
    """Where on the page a panel stands."""

    MAIN = "main"
    ASIDE = "aside"


Read = Callable[[Opened], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """A part of the page: its template, what fills it, and where it stands.

    What it reads under `note` is also said beside the household's people, at a glance.
    """

    template: str
    read: Read
    place: Place


_panels: dict[str, Panel] = {}


def register(template: str, read: Read, place: Place = Place.ASIDE) -> None:
    """Add a panel; called once, when the app that owns it is ready."""
    _panels[template] = Panel(template, read, place)


def panels_for(opened: Opened) -> list[dict[str, Any]]:
    """Return each panel's template, place and content, in the order of the apps."""
    return [
        {"template": panel.template, "place": panel.place.value, **panel.read(opened)}
        for panel in _panels.values()
    ]
