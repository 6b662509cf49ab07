"""What can be counted about a grid: a registry that the apps downstream fill.

The grid knows nothing of households; customers, visits and others register functions here, and the map,
the tree and the homes show whatever is registered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from gridbank.context import memo
from grids.enums import GridNature
from people.models import User

Value = Decimal | int | None
Raw = tuple[int, int] | int | Mapping[int, int] | None
"""A share as (part, whole), a plain number, or how many have been waiting for so many days; None where nothing
is known."""
Collect = Callable[[User, str, GridNature], dict[int, Raw]]
Pace = Callable[[User], Decimal | None]
"""How many percent there should be by today; None where nobody set a target."""
NEVER = 1_000_000
"""The days of what never happened: more than any."""


class Unit(StrEnum):
    """What a measure is counted in; says how values of several grids become one."""

    PERCENT = "percent"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True)
class Measure:
    """One thing to know about every grid. The map colours a share by what its `pace` asks, days by `breaks`."""

    key: str
    label: Any
    unit: Unit
    collect: Collect
    breaks: tuple[int, ...] = ()
    pace: Pace | None = None
    on_map: bool = True
    is_size: bool = False
    """Whether this says how large a grid is: shown beside its name wherever grids are listed."""
    opens: Mapping[str, str] = field(default_factory=dict)
    """Which filters of the list of customers, beside the grid, leave exactly what is counted."""

    def fold(self, raws: Iterable[Raw]) -> Raw:
        """Join the numbers of several grids: shares, counts and those who wait add up."""
        known = [raw for raw in raws if raw is not None]
        if self.unit == Unit.COUNT:
            return sum(raw for raw in known if isinstance(raw, int))
        if not known:
            return None
        if self.unit == Unit.PERCENT:
            pairs = [raw for raw in known if isinstance(raw, tuple)]
            return sum(part for part, _ in pairs), sum(whole for _, whole in pairs)
        spreads = [raw for raw in known if isinstance(raw, Mapping)]
        return sum((Counter(spread) for spread in spreads), Counter[int]())

    def value(self, raw: Raw) -> Value:
        """Turn a raw number into what is shown: a share of nothing is unknown, not zero; of days the median."""
        if isinstance(raw, Mapping):
            return median(raw)
        if not isinstance(raw, tuple):
            return raw
        part, whole = raw
        return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else None


def median(spread: Mapping[int, int]) -> int | None:
    """Return the days that half of the counted have not waited longer than; None when nobody is counted."""
    left = (sum(spread.values()) + 1) // 2
    for days in sorted(spread):
        left -= spread[days]
        if left <= 0 and spread[days]:
            return days
    return None


_registry: dict[str, Measure] = {}


def measure(
    key: str,
    *,
    label: Any,
    unit: Unit,
    breaks: tuple[int, ...] = (),
    pace: Pace | None = None,
    on_map: bool = True,
    is_size: bool = False,
    opens: Mapping[str, str] | None = None,
) -> Callable[[Collect], Collect]:
    """Register a function (actor, path prefix, nature) → {grid id: raw number} under a key.

    It reads through `.visible_to(actor)` and keeps to grids whose path starts with the prefix ("" is all). Of special
    grids it counts the members, who stand in a base grid as well.
    """

    def register(collect: Collect) -> Collect:
        if key in _registry:
            raise ValueError(f"Two measures are called {key}.")
        if is_size and any(one.is_size for one in _registry.values()):
            raise ValueError("A grid has one size.")
        _registry[key] = Measure(key, label, unit, collect, breaks, pace, on_map, is_size, opens or {})
        return collect

    return register


def registered() -> list[Measure]:
    """Return every measure, in the order of registration."""
    return list(_registry.values())


def find(key: str) -> Measure | None:
    """Return the measure of that key, None when there is none."""
    return _registry.get(key)


def collect(*, actor: User, key: str, within: str = "", special: bool = False) -> dict[int, Raw]:
    """Return a measure's raw numbers for the base grids, or the special ones, below a path, counted once per request."""
    kept, name = memo(), ("measure", key, actor.pk, within, special)
    if name not in kept:
        kept[name] = _registry[key].collect(actor, within, GridNature.SPECIAL if special else GridNature.BASE)
    found: dict[int, Raw] = kept[name]
    return found


def values(
    *, actor: User, key: str, paths: dict[int, str], within: str = "", special: bool = False
) -> dict[int, Value]:
    """Return a measure's value for each grid of `paths` (id → path), with all that lies below it.

    A number belongs to a grid and to every grid above it, as far as they are among `paths`; numbers of
    grids that lie under none of them are left out. With `special`, some of them are special grids: what their members
    add up to is theirs alone, since they are counted where they live.
    """
    one, gathered = _registry[key], dict[int, list[Raw]]()
    for pk, raw in collect(actor=actor, key=key, within=within).items():
        for step in map(int, paths.get(pk, "").strip("/").split("/") if pk in paths else ()):
            gathered.setdefault(step, []).append(raw)
    if special:
        members = collect(actor=actor, key=key, within=within, special=True)
        gathered |= {pk: [raw] for pk, raw in members.items()}
    nothing = one.value(one.fold([]))
    return {pk: one.value(one.fold(gathered[pk])) if pk in gathered else nothing for pk in paths}


def sizes(*, actor: User, paths: dict[int, str], within: str = "", special: bool = False) -> dict[int, Value]:
    """Return how large each grid of `paths` is with all that lies below it; nothing when no app says so."""
    found = next((one for one in _registry.values() if one.is_size), None)
    return (
        {}
        if found is None
        else values(actor=actor, key=found.key, paths=paths, within=within, special=special)
    )
