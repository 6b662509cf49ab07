"""What can be counted about a grid: a registry that the apps downstream fill.

The grid knows nothing of households; customers, visits and others register functions here, and the map,
the tree and the homes show whatever is registered.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gridbank.context import memo
from people.models import User

Value = Decimal | int | None
Raw = tuple[int, int] | int | None
"""A share as (part, whole), or a plain number; None where nothing is known."""
Collect = Callable[[User, str], dict[int, Raw]]


class Unit(StrEnum):
    """What a measure is counted in; says how values of several grids become one."""

    PERCENT = "percent"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True)
class Measure:
    """One thing to know about every grid. `breaks` part the values into classes for colouring."""

    key: str
    label: Any
    unit: Unit
    collect: Collect
    breaks: tuple[int, ...] = (20, 40, 60, 80)
    high_is_good: bool = True
    on_map: bool = True
    is_size: bool = False
    """Whether this says how large a grid is: shown beside its name wherever grids are listed."""

    def fold(self, raws: Iterable[Raw]) -> Raw:
        """Join the numbers of several grids: shares and counts add up, of days the most recent stays."""
        known = [raw for raw in raws if raw is not None]
        if not known:
            return None
        if self.unit == Unit.PERCENT:
            pairs = [raw for raw in known if isinstance(raw, tuple)]
            return sum(part for part, _ in pairs), sum(whole for _, whole in pairs)
        numbers = [raw for raw in known if isinstance(raw, int)]
        return min(numbers) if self.unit == Unit.DAYS else sum(numbers)

    def value(self, raw: Raw) -> Value:
        """Turn a raw number into what is shown; a share of nothing is unknown, not zero."""
        if not isinstance(raw, tuple):
            return raw
        part, whole = raw
        return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else None

    def band(self, value: Value) -> int | None:
        """Return the class of a value, 0 the lowest; None when it is unknown."""
        return None if value is None else sum(value >= limit for limit in self.breaks)


_registry: dict[str, Measure] = {}


def measure(
    key: str,
    *,
    label: Any,
    unit: Unit,
    breaks: tuple[int, ...] = (20, 40, 60, 80),
    high_is_good: bool = True,
    on_map: bool = True,
    is_size: bool = False,
) -> Callable[[Collect], Collect]:
    """Register a function (actor, path prefix) → {grid id: raw number} under a key.

    It reads through `.visible_to(actor)` and keeps to grids whose path starts with the prefix ("" is all).
    """

    def register(collect: Collect) -> Collect:
        if key in _registry:
            raise ValueError(f"Two measures are called {key}.")
        if is_size and any(one.is_size for one in _registry.values()):
            raise ValueError("A grid has one size.")
        _registry[key] = Measure(key, label, unit, collect, breaks, high_is_good, on_map, is_size)
        return collect

    return register


def registered() -> list[Measure]:
    """Return every measure, in the order of registration."""
    return list(_registry.values())


def find(key: str) -> Measure | None:
    """Return the measure of that key, None when there is none."""
    return _registry.get(key)


def collect(*, actor: User, key: str, within: str = "") -> dict[int, Raw]:
    """Return a measure's raw numbers for the grids below a path, counted once per request."""
    kept, name = memo(), ("measure", key, actor.pk, within)
    if name not in kept:
        kept[name] = _registry[key].collect(actor, within)
    found: dict[int, Raw] = kept[name]
    return found


def values(*, actor: User, key: str, paths: dict[int, str], within: str = "") -> dict[int, Value]:
    """Return a measure's value for each grid of `paths` (id → path), with all that lies below it.

    A number belongs to a grid and to every grid above it, as far as they are among `paths`; numbers of
    grids that lie under none of them are left out.
    """
    one = _registry[key]
    above: dict[int, list[int]] = {}
    for pk, path in paths.items():
        above[pk] = [step for step in map(int, path.strip("/").split("/")) if step in paths]
    gathered: dict[int, list[Raw]] = {pk: [] for pk in paths}
    for pk, raw in collect(actor=actor, key=key, within=within).items():
        for step in above.get(pk, ()):
            gathered[step].append(raw)
    return {pk: one.value(one.fold(raws)) for pk, raws in gathered.items()}


def sizes(*, actor: User, paths: dict[int, str], within: str = "") -> dict[int, Value]:
    """Return how large each grid of `paths` is with all that lies below it; nothing when no app says so."""
    found = next((one for one in _registry.values() if one.is_size), None)
    return {} if found is None else values(actor=actor, key=found.key, paths=paths, within=within)
