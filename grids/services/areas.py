"""Loading administrative divisions."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.csv_files import cells_of, refuse_line
from gridbank.errors import Refused
from grids.actions import Action
from grids.enums import AreaLevel
from grids.models import Area
from people.models import User

COLUMNS = ["code", "name", "level", "parent_code"]
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


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    name: str
    level: str
    parent: str


def _rows(lines: Iterable[str]) -> Iterator[_Row]:
    for line, cells in cells_of(lines, COLUMNS):
        yield _checked(_Row(line, *cells))


def _checked(row: _Row) -> _Row:
    if row.level not in DIGITS:
        levels = ", ".join(DIGITS)
        raise refuse_line(
            row.line,
            _("“%(level)s” is no level; use one of %(levels)s.") % {"level": row.level, "levels": levels},
        )
    digits = DIGITS[AreaLevel(row.level)]
    if not (len(row.code) == digits and row.code.isascii() and row.code.isdecimal()):
        message = _(
            "“%(code)s” is no code of that level: it needs %(digits)s digits. If a spreadsheet shortened it, format the column as text."
        )
        raise refuse_line(row.line, message % {"code": row.code, "digits": digits})
    if not row.name or len(row.name) > NAME_LENGTH:
        raise refuse_line(row.line, _("give a name of at most 80 characters."))
    if (row.parent == "") != (row.level == AreaLevel.PROVINCE):
        raise refuse_line(row.line, _("a province has no parent_code, everything else has one."))
    return row


def _gather(lines: Iterable[str], county: str) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for row in _rows(lines):
        if county and not (row.code.startswith(county) or county.startswith(row.code)):
            continue
        before = found.get(row.code)
        if before is not None:
            message = _("code %(code)s was on line %(first)s already; keep one of them.")
            raise refuse_line(row.line, message % {"code": row.code, "first": before.line})
        found[row.code] = row
    if not found:
        raise Refused(
            _("The file holds no division of %(county)s.") % {"county": county}
            if county
            else _("The file holds no divisions.")
        )
    return found


def _check_parents(rows: dict[str, _Row], known: dict[str, Area]) -> None:
    for row in rows.values():
        if not row.parent:
            continue
        above = rows.get(row.parent) or known.get(row.parent)
        if above is None:
            message = _("parent %(parent)s is neither in the file nor in the database; add its line.")
            raise refuse_line(row.line, message % {"parent": row.parent})
        if len(above.code) >= len(row.code):
            message = _("parent %(parent)s is not of a higher level than %(code)s.")
            raise refuse_line(row.line, message % {"parent": row.parent, "code": row.code})


@transaction.atomic
def areas_import(*, actor: User | None, lines: Iterable[str], county: str = "") -> AreaCounts:
    """Load divisions from CSV lines; loading the same again changes nothing. All or nothing.

    `county` keeps one county with what lies above and below it. Raises Refused, naming line and remedy.
    """
    rows = _gather(lines, county)
    known = {area.code: area for area in Area.objects.select_for_update()}
    _check_parents(rows, known)
    counts = AreaCounts()
    for level in DIGITS:
        fresh, changed = [], []
        for row in (row for row in rows.values() if row.level == level):
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
