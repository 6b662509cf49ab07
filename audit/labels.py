"""What each recorded action and its subject are called on screen: every room declares its own in `actions.py`."""

from functools import cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule


@cache
def _declared() -> tuple[ModuleType, ...]:
    return tuple(
        import_module(f"{room.name}.actions")
        for room in apps.get_app_configs()
        if room.module is not None and module_has_submodule(room.module, "actions")
    )


@cache
def actions() -> dict[str, str | Promise]:
    """Return every action of the house with its words."""
    return {action.value: action.label for module in _declared() for action in getattr(module, "Action", ())}


@cache
def subjects() -> dict[str, str | Promise]:
    """Return the kinds of rows that actions are about, `app.model`, with their words."""
    return {kind: name for module in _declared() for kind, name in getattr(module, "SUBJECTS", {}).items()}


def label(action: str) -> str:
    """Return the action's name, or its code when the room that recorded it is gone."""
    return str(actions().get(action, action))


def subject_name(kind: str) -> str:
    """Return what kind of thing an action was about, or its code when it has no name."""
    return str(subjects().get(kind, kind))
