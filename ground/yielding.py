"""What neighbours give up and get when one ground is drawn anew. Pure."""

from collections import defaultdict
from collections.abc import Mapping

import shapely

from ground.geometry import Ground, merge

# degrees, about a centimetre: as finely as ground is kept
GRAIN = 1e-7
# of a ground; what is less is a rounding
CHANGED = 1e-6


def yielded(key: str, drawn: Ground, grounds: Mapping[str, Ground]) -> dict[str, Ground | None]:
    """Return the grounds that become others when one is drawn and its neighbours follow, itself included.

    What it covers is taken from them; what it leaves goes to the one that has most of an edge with it, and is left over
    where none has. They share their edges exactly. None: nothing is left of it.
    """
    before = grounds.get(key)
    reach = drawn if before is None else shapely.union(drawn, before)
    near = {name: one for name, one in grounds.items() if name != key and one.intersects(reach)}
    own = [drawn] if before is None else [drawn, before]
    edges = [one.boundary for one in (*own, *near.values())]
    owned: dict[str, list[Ground]] = defaultdict(list)
    left = []
    for face in shapely.polygonize([shapely.union_all(edges, grid_size=GRAIN)]).geoms:
        inside = face.representative_point()
        holder = next((name for name, one in {key: drawn, **near}.items() if one.covers(inside)), None)
        if holder is not None:
            owned[holder].append(face)
        elif before is not None and before.covers(inside):
            left.append(face)
    for face in left:
        shared = {name: _edge(face, faces) for name, faces in owned.items() if name != key}
        taker = max(shared, key=lambda name: shared[name], default=None)
        if taker is not None and shared[taker] > 0:
            owned[taker].append(face)
    found: dict[str, Ground | None] = {key: merge(owned[key]) if owned[key] else None}
    for name, one in near.items():
        now = merge(owned[name]) if owned[name] else None
        if now is None or now.symmetric_difference(one).area > CHANGED * one.area:
            found[name] = now
    return found


def _edge(face: Ground, faces: list[Ground]) -> float:
    return sum(float(face.boundary.intersection(one.boundary).length) for one in faces)


def joined(first: Ground, second: Ground) -> Ground:
    """Make one ground of two, also where a corner of one stands on a side of the other."""
    return shapely.union_all([first, second], grid_size=GRAIN)
