"""Loading administrative divisions."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from exchange.reading import on_line, refuse_line
from gridbank.errors import Refused
from gridbank.turns import take_turn
from grids.actions import Action
from grids.enums import AreaLevel
from grids.models import Area

DIGITS = {
    AreaLevel.PROVINCE: 2,
    AreaLevel.PREFECTURE: 4,
    AreaLevel.COUNTY: 6,
    AreaLevel.TOWNSHIP: 9,
    AreaLevel.VILLAGE: 12,
}
NAME_LENGTH = 80
BATCH = 1000


@dataclass
class AreaCounts:
    """What an import did."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0


class AreaRow(NamedTuple):
    """A division as the state's list has it; the province has no parent."""

    code: str
    name: str
    level: str
    parent: str


@dataclass(frozen=True)
class _Line:
    number: int
    row: AreaRow


def area_check(row: AreaRow) -> None:
    """Hold a division against the rules of its level. Raises Refused."""
    if row.level not in DIGITS:
        levels = ", ".join(DIGITS)
        message = _("“%(level)s” is no level; use one of %(levels)s.")
        raise Refused(message % {"level": row.level, "levels": levels}, field="level")
    digits = DIGITS[AreaLevel(row.level)]
    if not (len(row.code) == digits and row.code.isascii() and row.code.isdecimal()):
        message = _(
            "“%(code)s” is no code of that level: it needs %(digits)s digits. If a spreadsheet shortened it, format the column as text."
        )
        raise Refused(message % {"code": row.code, "digits": digits}, field="code")
    if not row.name or len(row.name) > NAME_LENGTH:
        raise Refused(_("give a name of at most 80 characters."), field="name")
    if (row.parent == "") != (row.level == AreaLevel.PROVINCE):
        message = _("a province has no parent_code, everything else has one.")
        raise Refused(message, field="parent_code")


def _gather(rows: Iterable[tuple[int, AreaRow]], county: str) -> dict[str, _Line]:
    found: dict[str, _Line] = {}
    for number, row in rows:
        with on_line(number):
            area_check(row)
        if county and not (row.code.startswith(county) or county.startswith(row.code)):
            continue
        before = found.get(row.code)
        if before is not None:
            message = _("code %(code)s was on line %(first)s already; keep one of them.")
            raise refuse_line(number, message % {"code": row.code, "first": before.number})
        found[row.code] = _Line(number, row)
    if not found:
        raise Refused(
            _("The file holds no division of %(county)s.") % {"county": county}
            if county
            else _("The file holds no divisions.")
        )
    return found


def _check_parents(lines: dict[str, _Line], known: dict[str, Area]) -> None:
    for number, row in ((line.number, line.row) for line in lines.values()):
        if not row.parent:
            continue
        if row.parent not in lines and row.parent not in known:
            message = _("parent %(parent)s is neither in the file nor in the database; add its line.")
            raise refuse_line(number, message % {"parent": row.parent})
        # A level's codes are longer than those of the levels above it.
        if len(row.parent) >= len(row.code):
            message = _("parent %(parent)s is not of a higher level than %(code)s.")
            raise refuse_line(number, message % {"parent": row.parent, "code": row.code})


@transaction.atomic
def areas_import(*, actor: None, rows: Iterable[tuple[int, AreaRow]], county: str = "") -> AreaCounts:
    """Load divisions, each with the number of its line; loading the same again changes nothing. All or nothing.

    Every bank of an installation shares them, so only the installation itself keeps them.
    `county` keeps one county with what lies above and below it. Raises Refused, naming line and remedy.
    """
    lines = _gather(rows, county)
    take_turn("grids.areas")
    known = {area.code: area for area in Area.objects.all()}
    _check_parents(lines, known)
    counts = AreaCounts()
    for level in DIGITS:
        fresh, changed = [], []
        for row in (line.row for line in lines.values() if line.row.level == level):
            parent = known[row.parent] if row.parent else None
            area = known.get(row.code)
            if area is None:
                fresh.append(Area(code=row.code, name=row.name, level=row.level, parent=parent))
                known[row.code] = fresh[-1]
            elif (area.name, area.parent_id) != (row.name, parent.pk if parent else None):
                area.name, area.parent = row.name, parent
                changed.append(area)
            else:
                counts.unchanged += 1
        Area.objects.bulk_create(fresh, batch_size=BATCH)
        Area.objects.bulk_update(changed, ["name", "parent"], batch_size=BATCH)
        counts.created += len(fresh)
        counts.updated += len(changed)
    record(actor=actor, action=Action.AREAS_IMPORTED, changes={**asdict(counts), "county": county})
    return counts
