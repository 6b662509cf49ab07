"""Places on a household's page for the apps downstream, which this app doesn't know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from customers.models import Household
from people.models import User

Read = Callable[[User, Household], dict[str, Any]]


@dataclass(frozen=True)
class Panel:
    """A part of the page: its template, and what fills it."""

    template: str
    read: Read


_panels: dict[str, Panel] = {}


def register(template: str, read: Read) -> None:
    """Add a panel; called once, when the app that owns it is ready."""
    _panels[template] = Panel(template, read)


def panels_for(*, actor: User, household: Household) -> list[dict[str, Any]]:
    """Return each panel's template and content, in the order of the apps."""
    return [{"template": panel.template, **panel.read(actor, household)} for panel in _panels.values()]
