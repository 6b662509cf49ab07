"""What a draft layout says and what each change makes of it. Pure: plain values in, plain values out.

The content of a version holds only what differs from today: `cells` by key (`g12` a grid that is there, `n1` one to be
founded), `moves` of places as (grid they are in, village, group) to a cell, and the number of the next new cell.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Content = dict[str, Any]
NEW = "n"
THERE = "g"


class Place(NamedTuple):
    """A village or one group of it, as far as it lies in one grid today. Without a village: whose isn't known."""

    origin: int
    area: int | None
    group: str

    @property
    def key(self) -> str:
        """Return what stands for it on a page."""
        return f"{self.origin}.{self.area or 0}.{self.group}"


def read_place(text: str) -> Place:
    """Read what a page sent of a place. Raises ValueError."""
    origin, area, group = text.split(".", 2)
    return Place(int(origin), int(area) or None, group)


@dataclass(frozen=True)
class Cell:
    """A grid as the draft wants it. `grid_id` is None for one to be founded; `shape` names drawn ground."""

    key: str
    grid_id: int | None
    name: str
    kind: str = ""
    peer_group: str = ""
    closed: bool = False
    shape: int | None = None
    renamed_from: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it is to be founded."""
        return self.grid_id is None

    @property
    def is_changed(self) -> bool:
        """Whether the draft says anything of it."""
        return self.is_new or self.closed or self.shape is not None or bool(self.renamed_from)


def empty() -> Content:
    """Return the draft that changes nothing."""
    return {"cells": {}, "moves": [], "next": 1}


def there(grid_id: int) -> str:
    """Return the key of a grid that is there."""
    return f"{THERE}{grid_id}"


def cells(content: Content, grids: Iterable[tuple[int, str, str]]) -> dict[str, Cell]:
    """Return every cell by key: today's grids, as (key, name, kind), in their order, then those to be founded."""
    said: Mapping[str, Any] = content["cells"]
    found = {}
    for pk, name, kind in grids:
        own = said.get(there(pk), {})
        called = own.get("name") or name
        found[there(pk)] = Cell(
            there(pk), pk, called, kind, closed=own.get("closed", False), shape=own.get("shape"),
            renamed_from=name if called != name else "",
        )  # fmt: skip
    for key, own in said.items():
        if key.startswith(NEW):
            found[key] = Cell(key, None, own["name"], own["kind"], own["peer_group"], shape=own.get("shape"))
    return found


def targets(content: Content) -> dict[Place, str]:
    """Return where places go that don't stay."""
    return {Place(origin, area, group): key for origin, area, group, key in content["moves"]}


def _with(content: Content, key: str, **values: Any) -> Content:
    """Say something of a cell; a value of None or False is said no more, and a grid of which nothing is said goes."""
    own = {**content["cells"].get(key, {}), **values}
    own = {name: value for name, value in own.items() if value not in (None, False, "")}
    rest = {name: each for name, each in content["cells"].items() if name != key or own}
    return {**content, "cells": {**rest, key: own} if own else rest}


def moved(content: Content, places: Collection[Place], key: str) -> Content:
    """Let places go to a cell; into the grid where they are today they stay."""
    found = {place: to for place, to in targets(content).items() if place not in set(places)}
    found |= {place: key for place in places if there(place.origin) != key}
    return {**content, "moves": [[*place, to] for place, to in sorted(found.items(), key=_order)]}


def _order(one: tuple[Place, str]) -> tuple[int, int, str]:
    place, _key = one
    return place.origin, place.area or 0, place.group


def founded(content: Content, name: str, kind: str, peer_group: str) -> tuple[Content, str]:
    """Add a cell to be founded; return its key as well."""
    key = f"{NEW}{content['next']}"
    made = _with(content, key, name=name, kind=kind, peer_group=peer_group)
    return {**made, "next": content["next"] + 1}, key


def renamed(content: Content, key: str, name: str, today: str = "") -> Content:
    """Call a cell otherwise; by its name of today a grid isn't renamed."""
    return _with(content, key, name=None if name == today else name)


def drawn(content: Content, key: str, shape: int | None) -> Content:
    """Give a cell the ground that a key names; None: as it is today."""
    return _with(content, key, shape=shape)


def closed(content: Content, key: str) -> Content:
    """Close a cell: nothing goes there any more. One to be founded is founded no more."""
    left = [move for move in content["moves"] if move[3] != key]
    emptied = {**content, "moves": left}
    if key.startswith(NEW):
        return {**emptied, "cells": {name: own for name, own in content["cells"].items() if name != key}}
    return _with(emptied, key, closed=True, shape=None)


def kept(content: Content, key: str) -> Content:
    """Keep a grid that was to be closed."""
    return _with(content, key, closed=False)


def merged(
    content: Content, places: Collection[Place], into: str, gone: str, shape: int | None = None
) -> Content:
    """Let all that is in one cell go to another and close it; `places` are those that are in it by the draft."""
    found = closed(moved(content, places, into), gone)
    return found if shape is None else drawn(found, into, shape)


def seal(content: Content, more: Any) -> str:
    """Return the digest of what a draft says, with what its shapes are and when it takes effect."""
    told = json.dumps([content, more], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
