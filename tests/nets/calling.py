"""One way to call each service, collected from `tests/<app>/calls.py`, and held against the code.

A public function of a services module is in its app's CALLS (a service: how to call it), or in OTHERS (no service:
it reads, or it works inside somebody else's transaction and row), each with its reason.
"""

import copy
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.i18n.messages import ROOMS
from tests.nets.site import World

MONTH = date(2026, 9, 1)
Arguments = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """How to call a service: the keyword arguments from a world; how many audit rows it leaves, and why not one.

    `common` says why anybody may do it, `refused` tells a refusal that is no exception, `rival` gives what somebody
    else asks for at the same time, where that isn't the same again. `by_installation` says that some of its rows are
    the installation's own.
    """

    arguments: Arguments
    rows: int = 1
    why: str = ""
    common: str = ""
    refused: Callable[[Any], bool] = lambda _result: False
    rival: Arguments | None = None
    by_installation: bool = False


def call(actor: str | None, arguments: Arguments = lambda _w: {}, rival: Any = None, **more: Any) -> Call:
    """Return a call as one of the cast; of a rival only what differs is given."""

    def given(world: World) -> dict[str, Any]:
        return {"actor": world.person(actor) if actor else None, **arguments(world)}

    return Call(given, rival=rival, **more)


def once(make: Callable[[World], Any]) -> Callable[[World], Any]:
    """Return what was made for the first call of a world: services that are neighbours meet on the same row."""

    def found(world: World) -> Any:
        key = (f"{make.__module__}.{make.__name__}", "mine")
        if key not in world.made:
            world.made[key] = make(world)
        return world.made[key]

    return found


def row(module: str, kind: str, /, **values: Any) -> Any:
    return getattr(importlib.import_module(module), kind)(**values)


def _there(name: str) -> Any:
    """Import a module; None where there is none."""
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    return found and importlib.import_module(name)


def modules(room: str) -> Iterator[Any]:
    """Return the services modules of a room; none where it has none."""
    top = _there(f"{room}.services")
    if top is not None:
        yield top
        for _, name, _ in pkgutil.iter_modules(getattr(top, "__path__", [])):
            yield importlib.import_module(f"{top.__name__}.{name}")


def services() -> dict[str, Callable[..., Any]]:
    """Return every public function of every services module by its dotted name."""
    return {
        f"{module.__name__}.{name}": value
        for room in ROOMS
        for module in modules(room)
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }


def _collected(kind: str) -> dict[str, Any]:
    """Gather what the apps' `calls.py` say; each names what is its own."""
    found: dict[str, Any] = {}
    for room in ROOMS:
        told = getattr(_there(f"tests.{room}.calls"), kind, {})
        assert [name for name in told if not name.startswith(f"{room}.")] == []
        found |= told
    return found


SERVICES = services()
CALLS: dict[str, Call] = _collected("CALLS")
OTHERS: dict[str, str] = _collected("OTHERS")
KNOWN = [name for name in CALLS if name in SERVICES]


def is_other(name: str) -> bool:
    return name in OTHERS or name.rpartition(".")[0] in OTHERS


def given(world: World, name: str) -> dict[str, Any]:
    """Return a service's arguments; what they are made of stands in the database."""
    for kind in ("household", "customer", "product"):
        world.row(kind, "mine")
    return CALLS[name].arguments(world)


def done(name: str, arguments: dict[str, Any]) -> Any:
    """Call a service with copies of its arguments: a refused one may have changed what it was given."""
    return SERVICES[name](**copy.deepcopy(arguments))
