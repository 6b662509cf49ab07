"""The files that the grids take in."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from exchange import reading
from exchange.services import one_by_one
from exchange.sheets import (
    CLEAR,
    Column,
    Fate,
    Holds,
    Outcome,
    Row,
    Sheet,
    Source,
    Stored,
    Undone,
    register,
    wrong,
)
from gridbank.days import not_over
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from grids import selectors, services
from grids.authority import Act, may, why_not
from grids.enums import GridKind, GridNature, Part, PeerGroup, Tier
from grids.models import Area, Assignment, Grid
from people.models import User, canonical_staff_no
from people.selectors import people_by_number

AREAS = reading.Sheet(("code", "name", "level", "parent_code"), services.AreaRow)

GRID_COLUMNS = (
    Column(
        key="code",
        label=pgettext_lazy("file", "Grid code"),
        about=gettext_lazy("Tells a grid from others for good."),
        holds=Holds.CODE,
        aliases=("编号", "网格编号", "编码"),
        required=True,
        example="PT0103",
    ),
    Column(
        key="name",
        label=pgettext_lazy("file", "Grid name"),
        about=gettext_lazy("A grid that is here already is renamed from today on."),
        aliases=("名称", "网格"),
        required=True,
        example="陶家村网格",
    ),
    Column(
        key="parent",
        label=pgettext_lazy("file", "Code of the grid above"),
        about=gettext_lazy("The branch of an account manager's grid, the head office of a branch."),
        holds=Holds.CODE,
        aliases=("上级编号", "上级", "所属支行编号"),
        example="PT01",
    ),
    Column(
        key="tier",
        label=pgettext_lazy("file", "Tier"),
        about=gettext_lazy("An account manager's grid when it is empty."),
        holds=Holds.CHOICE,
        aliases=("层级", "级别"),
        example="客户经理网格",
        choices=Tier.choices,
        spellings={
            "总行": Tier.HEAD_OFFICE,
            "支行": Tier.BRANCH,
            "客户经理": Tier.MANAGER,
            "村": Tier.MANAGER,
        },
    ),
    Column(
        key="nature",
        label=pgettext_lazy("file", "Base or special"),
        about=gettext_lazy("Base when it is empty: each household lies in one base grid."),
        holds=Holds.CHOICE,
        aliases=("网格性质",),
        example="基础网格",
        choices=GridNature.choices,
        spellings={"基础": GridNature.BASE, "特色": GridNature.SPECIAL},
    ),
    Column(
        key="kind",
        label=pgettext_lazy("file", "Kind of ground"),
        about=gettext_lazy("A village when an account manager's is empty, else an office."),
        holds=Holds.CHOICE,
        aliases=("单元性质", "类型"),
        example="村",
        choices=GridKind.choices,
        spellings={"行政村": GridKind.VILLAGE, "居委会": GridKind.COMMUNITY, "街道": GridKind.STREET},
    ),
    Column(
        key="peer_group",
        label=pgettext_lazy("file", "Urban or rural"),
        about=gettext_lazy("With whom it is compared; rural when it is empty."),
        holds=Holds.CHOICE,
        aliases=("城区/乡镇", "城乡"),
        example="农区",
        choices=PeerGroup.choices,
        spellings={"城区": PeerGroup.TOWN, "乡镇": PeerGroup.COUNTRY, "农村": PeerGroup.COUNTRY},
    ),
    Column(
        key="area",
        label=pgettext_lazy("file", "Division code"),
        about=gettext_lazy(
            "The statistical code of its village, township or county: 12 digits for a village."
        ),
        holds=Holds.CODE,
        aliases=("行政区划代码", "区划代码", "村编码"),
        example="522727101201",
    ),
    Column(
        key="valid_from",
        label=pgettext_lazy("file", "In force from"),
        about=gettext_lazy("The day of the file when it is empty."),
        holds=Holds.DAY,
        aliases=("启用日期", "设立日期"),
        example="2026-01-01",
    ),
)


def grids_out(actor: User) -> Iterator[dict[str, str]]:
    """Return the grids in sight as rows of such a file, those above first."""
    for grid in selectors.grid_list(actor=actor).select_related("parent", "area").order_by("path"):
        row = {
            key: str(getattr(grid, key)) for key in ("code", "name", "tier", "nature", "kind", "peer_group")
        }
        above = {"parent": grid.parent.code} if grid.parent else {}
        yield row | above | {"area": grid.area.code if grid.area else "", "valid_from": f"{grid.valid_from}"}


FIXED = ("tier", "nature", "kind", "peer_group")
ABOVE_FIRST = list(Tier.values)


def _grid_tier(row: Row) -> str:
    return row.values.get("tier", Tier.MANAGER)


def grids_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Add the grids that aren't there, those above first, and rename the others."""
    codes = {row.values[key] for row in rows for key in ("code", "parent") if key in row.values}
    there = selectors.grids_by_code(actor=source.reader, codes=codes)
    areas = {area.code: area for area in _areas(rows)}
    order = sorted(range(len(rows)), key=lambda at: ABOVE_FIRST.index(_grid_tier(rows[at])))

    def work(row: Row) -> Outcome:
        grid = there.get(row.values["code"])
        if grid is None:
            return _founded(source, row, there, areas)
        return _renamed(source, row, grid)

    found = one_by_one([rows[at] for at in order], work)
    return [outcome for _at, outcome in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]


def _areas(rows: Sequence[Row]) -> list[Area]:
    codes = {row.values["area"] for row in rows if "area" in row.values}
    return list(selectors.area_list(actor=None).filter(code__in=codes)) if codes else []


def _founded(source: Source, row: Row, there: dict[str, Grid], areas: dict[str, Area]) -> Outcome:
    values, tier = row.values, _grid_tier(row)
    parent, area = there.get(values.get("parent", "")), areas.get(values.get("area", ""))
    if "parent" in values and parent is None:
        return wrong("parent", _("There is no such grid, or it isn't yours."), _("Add that one first."))
    if "area" in values and area is None:
        return wrong("area", _("No division has this code."), _("Look it up in the list of divisions."))
    plain = GridKind.VILLAGE if tier == Tier.MANAGER else GridKind.OFFICE
    grid = services.grid_create(
        actor=source.actor, code=values["code"], name=values["name"], tier=tier, parent=parent, area=area,
        valid_from=date.fromisoformat(values.get("valid_from", source.as_of.isoformat())),
        nature=values.get("nature", GridNature.BASE), kind=values.get("kind", plain),
        peer_group=values.get("peer_group", PeerGroup.COUNTRY),
    )  # fmt: skip
    there[grid.code] = grid
    return Outcome(Fate.NEW, subject=grid.code, after={"name": grid.name})


def _renamed(source: Source, row: Row, grid: Grid) -> Outcome:
    for key in FIXED:
        if row.values.get(key, getattr(grid, key)) != getattr(grid, key):
            return wrong(
                key, _("It is another here, and stays so once a grid is there."), _("Correct the file.")
            )
    name, before = row.values["name"], grid.name
    if name == before:
        return Outcome(Fate.UNCHANGED)
    if source.actor is None:
        return wrong(
            "name", _("A grid is renamed by a person."), _("Say on whose behalf the file is brought.")
        )
    services.grid_rename(actor=source.actor, grid=grid, name=name)
    return Outcome(Fate.CHANGED, subject=grid.code, before={"name": before}, after={"name": name})


def grids_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Take back grids to which nothing belongs yet, those below first, and call the others as before."""
    there = selectors.grids_by_code(actor=source.actor, codes=[row.subject for row in rows])
    order = sorted(
        range(len(rows)),
        key=lambda at: -len(there[rows[at].subject].path) if rows[at].subject in there else 0,
    )
    found = {at: _grid_undone(source, there.get(rows[at].subject), rows[at]) for at in order}
    return [found[at] for at in range(len(rows))]


def _grid_undone(source: Source, grid: Grid | None, row: Stored) -> Undone:
    if grid is None:
        return Undone(_("It is gone, or no longer yours."))
    if grid.name != row.after["name"]:
        return Undone(_("%(grid)s was renamed since.") % {"grid": grid.name})
    try:
        if row.fate == Fate.NEW:
            services.grid_withdraw(actor=source.actor, grid=grid)
        elif source.actor is None:
            return Undone(_("A grid is renamed by a person."))
        else:
            services.grid_rename(actor=source.actor, grid=grid, name=str(row.before["name"]))
    except (Refused, PermissionDenied, Http404) as refused:
        return Undone(str(refused) or _("You may not do this."))
    return Undone()


ASSIGNMENT_COLUMNS = (
    Column(
        key="grid",
        label=pgettext_lazy("file", "Grid code"),
        about=gettext_lazy("The grid in which the person has a part."),
        holds=Holds.CODE,
        aliases=("编号", "网格编号", "编码"),
        required=True,
        example="PT0103",
    ),
    Column(
        key="staff_no",
        label=pgettext_lazy("file", "Staff number"),
        about=gettext_lazy("Of the person who has the part."),
        holds=Holds.CODE,
        aliases=("柜员号", "员工号", "员工编号", "工号", "客户经理工号"),
        required=True,
        example="A0017",
    ),
    Column(
        key="part",
        label=pgettext_lazy("file", "Part"),
        about=gettext_lazy("Lead when it is empty: each grid has one."),
        holds=Holds.CHOICE,
        aliases=("角色", "职责", "主辅"),
        example="主责",
        choices=Part.choices,
        spellings={
            "主": Part.LEAD,
            "负责人": Part.LEAD,
            "主客户经理": Part.LEAD,
            "辅": Part.DEPUTY,
            "辅客户经理": Part.DEPUTY,
            "副职": Part.DEPUTY,
            "协助": Part.HELPER,
        },
    ),
    Column(
        key="valid_from",
        label=pgettext_lazy("file", "First day"),
        about=gettext_lazy(
            "The day of the file when it is empty. A day before today needs a second signature."
        ),
        holds=Holds.DAY,
        aliases=("起始日期", "开始日期", "上任日期"),
        example="2026-12-01",
    ),
    Column(
        key="valid_to",
        label=pgettext_lazy("file", "Last day"),
        about=gettext_lazy("Empty when it goes on."),
        holds=Holds.DAY,
        aliases=("截止日期", "结束日期", "离任日期"),
        example="",
    ),
)


def assignments_out(actor: User) -> Iterator[dict[str, str]]:
    """Return the parts in sight that are in force or begin later, as rows of such a file."""
    rows = selectors.assignment_list(actor=actor).filter(not_over(timezone.localdate()))
    for one in rows.select_related("grid", "user").order_by("grid__path", "valid_from", "pk"):
        yield {
            "grid": one.grid.code,
            "staff_no": one.user.staff_no,
            "part": one.part,
            "valid_from": one.valid_from.isoformat(),
            "valid_to": one.valid_to.isoformat() if one.valid_to else "",
        }


def assignments_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Give people their parts, and end those that get a last day."""
    grids = selectors.grids_by_code(actor=source.reader, codes=[row.values["grid"] for row in rows])
    people = people_by_number(staff_numbers=[row.values["staff_no"] for row in rows])
    standing: dict[tuple[int, int], list[Assignment]] = {}
    for one in selectors.assignments_of(actor=source.reader, grids=grids.values()):
        standing.setdefault((one.grid_id, one.user_id), []).append(one)

    def work(row: Row) -> Outcome:
        grid, user = grids.get(row.values["grid"]), people.get(canonical_staff_no(row.values["staff_no"]))
        if grid is None:
            return wrong(
                "grid", _("There is no such grid, or it isn't yours."), _("Look it up in the grids.")
            )
        if user is None:
            raise OutOfSight
        one = _standing(source, row, standing.get((grid.pk, user.pk), []))
        if one is not None:
            return _ended(source, row, one)
        values = row.values
        made = services.assignment_start(
            actor=source.actor, grid=grid, user=user, part=values.get("part", Part.LEAD),
            valid_from=_first_day(source, row), valid_to=_last_day(row),
        )  # fmt: skip
        standing.setdefault((grid.pk, user.pk), []).append(made)
        return Outcome(Fate.NEW, subject=str(made.pk), after=_told(made))

    return one_by_one(rows, work)


def _first_day(source: Source, row: Row) -> date:
    return date.fromisoformat(row.values.get("valid_from", source.as_of.isoformat()))


def _last_day(row: Row) -> date | None:
    until = row.values.get("valid_to", CLEAR)
    return None if until == CLEAR else date.fromisoformat(until)


def _standing(source: Source, row: Row, mine: Sequence[Assignment]) -> Assignment | None:
    """Return the part that a row is about: the same part from the same day, or in force on the day of the file."""
    part, since = row.values.get("part", Part.LEAD), _first_day(source, row)
    same = [one for one in mine if one.part == part]
    if "valid_from" in row.values:
        return next((one for one in same if one.valid_from == since), None)
    return next((one for one in same if one.valid_from <= since <= (one.valid_to or date.max)), None)


def _told(one: Assignment) -> dict[str, Any]:
    return {"valid_to": one.valid_to.isoformat() if one.valid_to else None}


def _ended(source: Source, row: Row, one: Assignment) -> Outcome:
    until = _last_day(row)
    if until is None or until == one.valid_to:
        return Outcome(Fate.UNCHANGED)
    before = _told(one)
    ended = services.assignment_end(actor=source.actor, assignment=one, last_day=until)
    return Outcome(Fate.CHANGED, subject=str(ended.pk), before=before, after=_told(ended))


def assignments_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Take back parts that haven't begun, and let those go on that were ended."""
    there = {
        str(one.pk): one
        for one in selectors.assignments_by_key(actor=source.actor, keys=[int(row.subject) for row in rows])
    }
    return [_assignment_undone(source, there.get(row.subject), row) for row in rows]


def _assignment_undone(source: Source, one: Assignment | None, row: Stored) -> Undone:
    if one is None:
        return Undone(_("It is gone, or no longer yours."))
    if _told(one) != dict(row.after):
        return Undone(_("Its last day was changed since."))
    try:
        if row.fate == Fate.NEW:
            services.assignments_take_back(actor=source.actor, given=[one], ended=[])
        else:
            before = row.before["valid_to"]
            until = date.fromisoformat(before) if before else None
            services.assignments_take_back(actor=source.actor, given=[], ended=[(one, until)])
    except (Refused, PermissionDenied, Http404) as refused:
        return Undone(str(refused) or _("You may not do this."))
    return Undone()


GRIDS = Sheet(
    kind="grids",
    label=pgettext_lazy("file", "Grids"),
    about=gettext_lazy("One row a grid: branches, account managers' grids, special grids."),
    columns=GRID_COLUMNS,
    may=lambda actor: may(actor, Act.GRID_FOUND),
    why_not=lambda actor: why_not(actor, Act.GRID_FOUND),
    oversees=lambda actor: may(actor, Act.BANK_READ),
    store=grids_store,
    out=grids_out,
    undo=grids_undo,
    most=20_000,
    place=20,
)
ASSIGNMENTS = Sheet(
    kind="assignments",
    label=pgettext_lazy("file", "Assignments"),
    about=gettext_lazy("One row a part: who answers for which grid, from which day."),
    columns=ASSIGNMENT_COLUMNS,
    may=lambda actor: may(actor, Act.GRID_ASSIGN),
    why_not=lambda actor: why_not(actor, Act.GRID_ASSIGN),
    oversees=lambda actor: may(actor, Act.BANK_READ),
    store=assignments_store,
    out=assignments_out,
    undo=assignments_undo,
    most=20_000,
    place=30,
)


def register_sheets() -> None:
    """Declare the kinds. Called once, when the app is ready."""
    register(GRIDS)
    register(ASSIGNMENTS)
