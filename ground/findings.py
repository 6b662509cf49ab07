"""What is to be said about a draft layout before two people publish it. Pure: plain values in, findings out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ground.geometry import Ground, gaps, holders, middle, overlaps, share_outside

MUST, REMIND, PASSED = "must", "remind", "passed"
# more than a rounding's worth of the smaller one
ROUNDING = 1e-3
# from the mean of all who lead a grid here
FAIR = Decimal("0.2")
NAMED = 5


@dataclass(frozen=True)
class Finding:
    """One thing: how grave, of which kind, about which cells, where if there is a place, and what its sentence needs."""

    level: str
    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    cells: tuple[str, ...] = ()
    where: tuple[float, float] | None = None


@dataclass(frozen=True)
class Facts:
    """What a draft makes of today. `cells` are (name, closed) by key; the other mappings are by the same keys.

    `orphans` are (village group, grid of today, households) that no grid answers for, `spots` where households live
    with the cell they are to belong to.
    """

    cells: Mapping[str, tuple[str, bool]]
    households: Mapping[str, int]
    orphans: Sequence[tuple[str, str, int]] = ()
    undecided: int = 0
    doubled: Sequence[tuple[str, Sequence[str]]] = ()
    leads: Mapping[str, str] = field(default_factory=dict)
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    outline: Ground | None = None
    below: Mapping[str, Sequence[tuple[str, Ground]]] = field(default_factory=dict)
    spots: Sequence[tuple[str | None, float, float]] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    gone: Sequence[str] = ()
    changes: int = 1


def place_name(village: str, group: str) -> str:
    """Say which village group it is."""
    return " ".join(word for word in (village, group) if word) or _("village unknown")


def fair_band(loads: Iterable[int]) -> tuple[Decimal, int, int]:
    """Return the mean of what people carry, and from where to where a load is fair: a fifth below and above it."""
    found = list(loads)
    if not found:
        return Decimal(0), 0, 0
    mean = Decimal(sum(found)) / len(found)
    return mean, int((mean * (1 - FAIR)).to_integral_value()), int((mean * (1 + FAIR)).to_integral_value())


def carried(facts: Facts) -> dict[str, int]:
    """Return the households that each person leads by the draft; who leads several grids carries all of them."""
    found: dict[str, int] = {}
    for key, name in facts.leads.items():
        if key in facts.cells and not facts.cells[key][1]:
            found[name] = found.get(name, 0) + facts.households.get(key, 0)
    return found


def check(facts: Facts) -> list[Finding]:
    """Return everything that is to be said, what must be mended first, what is in order last."""
    found = [*_cells(facts), *_places(facts), *_people(facts), *_ground(facts)]
    order = (MUST, REMIND, PASSED)
    return sorted(found, key=lambda one: order.index(one.level))


def _called(facts: Facts, names: Iterable[str]) -> tuple[str, ...]:
    wanted = set(names)
    return tuple(key for key, (name, _closed) in facts.cells.items() if name in wanted)


def _led(facts: Facts, lead: str) -> tuple[str, ...]:
    return tuple(key for key, name in facts.leads.items() if name == lead and key in facts.cells)


def _cells(facts: Facts) -> Iterable[Finding]:
    if not facts.changes:
        yield Finding(MUST, "nothing")
    for name in facts.gone:
        yield Finding(MUST, "gone", {"grid": name})
    if all(closed for _name, closed in facts.cells.values()):
        yield Finding(MUST, "no_grid")
    names = [name for name, closed in facts.cells.values() if not closed]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Finding(MUST, "same_name", {"grid": name}, _called(facts, [name]))
    for key, said in facts.left.items():
        yield Finding(MUST, "in_the_way", {"grid": facts.cells[key][0], "why": said}, (key,))


def _places(facts: Facts) -> Iterable[Finding]:
    fallen = [one for one in facts.orphans if one[2]]
    for place, grid, count in fallen:
        yield Finding(MUST, "orphans", {"place": place, "grid": grid, "count": count}, _called(facts, [grid]))
    for place, grid, _count in (one for one in facts.orphans if not one[2]):
        yield Finding(REMIND, "unlisted", {"place": place, "grid": grid}, _called(facts, [grid]))
    if facts.undecided:
        yield Finding(REMIND, "undecided", {"count": facts.undecided})
    for place, grids in facts.doubled:
        yield Finding(REMIND, "doubled", {"place": place, "grids": grids}, _called(facts, grids))
    if not fallen:
        yield Finding(PASSED, "everybody", {"count": sum(facts.households.values())})


def _people(facts: Facts) -> Iterable[Finding]:
    loads = carried(facts)
    _mean, low, high = fair_band(loads.values())
    for name, count in sorted(loads.items(), key=lambda one: (-one[1], one[0])):
        if count > high:
            yield Finding(
                REMIND, "too_many", {"name": name, "count": count, "limit": high}, _led(facts, name)
            )
        elif count < low:
            yield Finding(REMIND, "too_few", {"name": name, "count": count, "limit": low}, _led(facts, name))
    for key, (name, closed) in facts.cells.items():
        if not closed and key not in facts.leads:
            yield Finding(REMIND, "nobody", {"grid": name, "count": facts.households.get(key, 0)}, (key,))


def _ground(facts: Facts) -> Iterable[Finding]:
    if not facts.grounds:
        return
    keys, grounds = list(facts.grounds), list(facts.grounds.values())
    found = [*_between(facts, keys, grounds), *_around(facts, keys, grounds)]
    yield from found
    if not found:
        yield Finding(PASSED, "ground")
    for key, (name, closed) in facts.cells.items():
        if not closed and key not in facts.grounds:
            yield Finding(REMIND, "no_ground", {"grid": name}, (key,))
    yield from _living(facts, keys, grounds)


def _between(facts: Facts, keys: list[str], grounds: list[Ground]) -> Iterable[Finding]:
    for pair in overlaps(grounds):
        both = keys[pair.first], keys[pair.second]
        where = middle(grounds[pair.first].intersection(grounds[pair.second]))
        named = {"first": facts.cells[both[0]][0], "second": facts.cells[both[1]][0]}
        yield Finding(MUST, "overlap", {**named, "percent": _percent(pair.share)}, both, where)


def _around(facts: Facts, keys: list[str], grounds: list[Ground]) -> Iterable[Finding]:
    for key, parts in facts.below.items():
        for name, part in parts:
            if key in facts.grounds and share_outside(part, facts.grounds[key]) > ROUNDING:
                values = {"grid": facts.cells[key][0], "below": name}
                yield Finding(MUST, "below", values, (key,), middle(part.difference(facts.grounds[key])))
    if facts.outline is None:
        return
    for key, ground in zip(keys, grounds, strict=True):
        if (share := share_outside(ground, facts.outline)) > ROUNDING:
            named: dict[str, Any] = {"grid": facts.cells[key][0], "percent": _percent(share)}
            yield Finding(MUST, "outside", named, (key,), middle(ground.difference(facts.outline)))
    # a part that was never drawn is said of its grid
    if all(closed or key in facts.grounds for key, (_name, closed) in facts.cells.items()):
        for piece in gaps(grounds, facts.outline):
            share = float(piece.area / facts.outline.area)
            yield Finding(REMIND, "gap", {"percent": _percent(share)}, (), middle(piece))


def _living(facts: Facts, keys: list[str], grounds: list[Ground]) -> Iterable[Finding]:
    """Compare where households live with whose ground that is by the draft."""
    places = [(lon, lat) for _key, lon, lat in facts.spots]
    none, two = [], []
    elsewhere: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for (cell, lon, lat), inside in zip(facts.spots, holders(grounds, places), strict=True):
        if not inside:
            none.append((lon, lat))
        elif len(inside) > 1:
            two.append((lon, lat))
        elif cell in facts.grounds and keys[inside[0]] != cell:
            elsewhere.setdefault((str(cell), keys[inside[0]]), []).append((lon, lat))
    if none:
        yield Finding(REMIND, "in_none", {"count": len(none)}, (), none[0])
    if two:
        yield Finding(REMIND, "in_two", {"count": len(two)}, (), two[0])
    for (cell, other), spots in sorted(elsewhere.items(), key=lambda one: (-len(one[1]), one[0])):
        values = {"grid": facts.cells[cell][0], "other": facts.cells[other][0], "count": len(spots)}
        yield Finding(REMIND, "elsewhere", values, (cell, other), spots[0])


def _percent(share: float) -> Decimal:
    return (Decimal(share) * 100).quantize(Decimal("0.1"))


def sentence(one: Finding) -> str:
    """Say a finding in a sentence."""
    return _sentences()[one.kind] % one.values


def _sentences() -> dict[str, str]:
    return {
        "nothing": _("The draft changes nothing yet."),
        "gone": _("%(grid)s was closed meanwhile, and the draft still speaks of it. Undo that change."),
        "no_grid": _("Every grid is closed: somebody has to answer for the ground."),
        "same_name": _("Two grids are called %(grid)s."),
        "in_the_way": _("%(grid)s can't be closed yet: %(why)s"),
        "orphans": _("%(place)s of %(grid)s: %(count)s households have no grid."),
        "unlisted": _("%(place)s of %(grid)s is in no grid; nobody lives there by the register."),
        "undecided": _("%(count)s households hang at the branch or the bank itself and stay there."),
        "doubled": _("%(place)s is in more than one grid: %(grids)s"),
        "everybody": _("Each of %(count)s households has one grid."),
        "too_many": _("%(name)s would carry %(count)s households, more than %(limit)s."),
        "too_few": _("%(name)s would carry %(count)s households, fewer than %(limit)s."),
        "nobody": _("Nobody leads %(grid)s yet (%(count)s households)."),
        "ground": _("No ground overlaps, is left over or reaches outside."),
        "no_ground": _("%(grid)s has no ground on the map."),
        "overlap": _("%(first)s and %(second)s overlap by %(percent)s%% of the smaller one."),
        "below": _("%(below)s would lie outside %(grid)s, to which it belongs."),
        "outside": _("%(grid)s reaches outside the ground above it, by %(percent)s%%."),
        "gap": _("%(percent)s%% of the ground above is in no grid."),
        "in_none": _("%(count)s households live on ground of no grid."),
        "in_two": _("%(count)s households live on ground of two grids."),
        "elsewhere": _("%(count)s households of %(grid)s live on the ground of %(other)s."),
    }
