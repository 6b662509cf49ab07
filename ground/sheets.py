"""The file of the register of service points."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit.services import attempted
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
from gridbank.errors import Refused
from grids.authority import Act, may, why_not
from grids.models import Grid
from grids.selectors import grids_by_code
from ground import services
from ground.enums import ServicePointKind
from ground.models import ServicePoint
from ground.selectors import service_points_by_code, service_points_kept
from people.models import User

COLUMNS = (
    Column(
        key="code", label=pgettext_lazy("file", "Service point code"), holds=Holds.CODE, required=True, example="V-0103-1",
        about=gettext_lazy("Tells a service point from others for good."),
        aliases=("编号", "服务点编码", "网点编号", "机构编号", "站点编号"),
    ),
    Column(
        key="name", label=pgettext_lazy("file", "Service point"), required=True, example="陶家村服务点",
        about=gettext_lazy("As customers know it."), aliases=("名称", "网点名称", "站点名称"),
    ),
    Column(
        key="kind", label=pgettext_lazy("file", "Kind of service point"), holds=Holds.CHOICE, example="黔农村村通",
        about=gettext_lazy("Needed where the point isn't on the register yet."),
        aliases=("类型", "种类", "网点类型"), choices=ServicePointKind.choices,
        spellings={
            "营业网点": ServicePointKind.OUTLET, "网点": ServicePointKind.OUTLET, "支行": ServicePointKind.OUTLET,
            "e站": ServicePointKind.E_STATION, "惠农e站": ServicePointKind.E_STATION,
            "村级服务点": ServicePointKind.VILLAGE_POINT, "村村通": ServicePointKind.VILLAGE_POINT, "助农取款点": ServicePointKind.VILLAGE_POINT,
            "普惠金融服务点": ServicePointKind.VILLAGE_POINT, "助农点": ServicePointKind.VILLAGE_POINT,
            "自助设备": ServicePointKind.ATM, "ATM机": ServicePointKind.ATM,
        },
    ),
    Column(
        key="grid", label=pgettext_lazy("file", "Grid code"), holds=Holds.CODE, example="PT0103",
        about=gettext_lazy("The grid in which it lies. Needed where the point isn't on the register yet."),
        aliases=("网格编号", "所属网格"),
    ),
    Column(
        key="partner", label=pgettext_lazy("file", "Partner"), example="村口小卖部",
        about=gettext_lazy("The shop or whoever looks after it; no phone and no ID number."),
        aliases=("合作商户", "商户名称", "负责人", "站长", "代办员"),
    ),
    Column(
        key="opened_on", label=pgettext_lazy("file", "Open since"), holds=Holds.DAY, example="2024-03-01",
        about=gettext_lazy("Empty when it isn't known."), aliases=("开业日期", "启用日", "布设日期"),
    ),
    Column(
        key="longitude", label=pgettext_lazy("file", "Longitude"), holds=Holds.NUMBER, example="107.32",
        about=gettext_lazy("In degrees, WGS-84; both or neither."), aliases=("东经",),
    ),
    Column(
        key="latitude", label=pgettext_lazy("file", "Latitude"), holds=Holds.NUMBER, example="25.83",
        about=gettext_lazy("In degrees, WGS-84; both or neither."), aliases=("北纬",),
    ),
    Column(
        key="closed_on", label=pgettext_lazy("file", "Closed from"), holds=Holds.DAY, example="",
        about=gettext_lazy("The first day on which it is closed, with the reason; “—” opens it again."),
        aliases=("停用日期", "撤销日期", "撤点日期"),
    ),
    Column(
        key="reason", label=pgettext_lazy("file", "Why closed"), example="",
        about=gettext_lazy("Needed with the day on which it is closed."), aliases=("停用原因", "撤销原因", "撤点原因"),
    ),
)  # fmt: skip


def points_out(actor: User) -> Iterator[dict[str, str]]:
    """Return the register in sight as rows of such a file, what is closed too."""
    for one in service_points_kept(actor=actor).order_by("code"):
        yield {
            "code": one.code, "name": one.name, "kind": one.kind, "grid": one.grid.code, "partner": one.partner,
            "opened_on": _day(one.opened_on), "longitude": _degrees(one.longitude), "latitude": _degrees(one.latitude),
            "closed_on": _day(one.closed_on), "reason": one.close_reason,
        }  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _degrees(number: float | None) -> str:
    """Write a number so that it is read as the very same."""
    return "" if number is None else format(Decimal(repr(number)), "f")


def _told(point: ServicePoint) -> dict[str, Any]:
    told = services.point_told(point)
    del told["grid_id"]
    return {
        **told,
        "grid": point.grid.code,
        "closed_on": _day(point.closed_on) or None,
        "close_reason": point.close_reason,
    }


def points_store(source: Source, rows: Sequence[Row]) -> list[Outcome]:
    """Add the points that aren't on the register, write the others as the rows say, close and open them."""
    there = service_points_by_code(actor=source.reader, codes=[row.values["code"] for row in rows])
    codes = [row.values["grid"] for row in rows if "grid" in row.values]
    grids = grids_by_code(actor=source.reader, codes=codes)

    def work(row: Row) -> Outcome:
        code, found = row.values["code"], there.get(row.values["code"])
        grid = grids.get(row.values["grid"]) if "grid" in row.values else found.grid if found else None
        if grid is None:
            return wrong(
                "grid", _("There is no such grid, or it isn't yours."), _("Look it up in the grids.")
            )
        if found is None and "kind" not in row.values:
            return wrong("kind", _("The point isn't on the register yet."), _("Say of which kind it is."))
        before = _told(found) if found else {}
        wanted = _wanted(row.values, before, grid)
        if wanted["close_reason"] and not wanted["closed_on"]:
            return wrong("closed_on", _("A reason without a day."), _("Say from when on it is closed."))
        if before == wanted:
            return Outcome(Fate.UNCHANGED)
        there[code] = made = _put(source.actor, code, found, wanted, grid)
        return Outcome(Fate.CHANGED if found else Fate.NEW, subject=code, before=before, after=_told(made))

    return one_by_one(rows, work)


def _wanted(values: Mapping[str, str], before: Mapping[str, Any], grid: Grid) -> dict[str, Any]:
    """Return how a point is to stand: what a row leaves out stays, “—” takes a value away."""

    def of(key: str, column: str, empty: Any) -> Any:
        text = values.get(column)
        if text is None:
            return before.get(key, empty)
        return empty if text == CLEAR else text

    degrees = {key: of(key, key, None) for key in ("longitude", "latitude")}
    closed_on = of("closed_on", "closed_on", None)
    reason = of("close_reason", "reason", "").strip()
    return {
        "name": values["name"], "kind": of("kind", "kind", ""), "grid": grid.code, "partner": of("partner", "partner", ""),
        "opened_on": of("opened_on", "opened_on", None),
        **{key: None if value is None else float(value) for key, value in degrees.items()},
        "closed_on": closed_on,
        # what is opened again has no reason any more
        "close_reason": "" if closed_on is None and "reason" not in values else reason,
    }  # fmt: skip


def _put(
    actor: User | None, code: str, point: ServicePoint | None, wanted: Mapping[str, Any], grid: Grid
) -> ServicePoint:
    """Let a point stand as it is wanted. Raises Refused."""
    row = services.point_row(code, wanted, grid)
    if point is None:
        point = services.service_point_add(actor=actor, row=row)
    before, ending = _told(point), {key: wanted[key] for key in ("closed_on", "close_reason")}
    ends = {key: before[key] for key in ending} != ending
    if ends and point.closed_on is not None:
        point = services.service_point_reopen(actor=actor, point=point, closed_on=point.closed_on)
    point = services.service_point_change(actor=actor, point=point, row=row)
    if ends and wanted["closed_on"]:
        day = date.fromisoformat(wanted["closed_on"])
        point = services.service_point_close(
            actor=actor, point=point, closed_on=day, reason=wanted["close_reason"]
        )
    return point


def points_undo(source: Source, rows: Sequence[Stored]) -> list[Undone]:
    """Take points off that were added, and let the others stand as before."""
    there = service_points_by_code(actor=source.actor, codes=[row.subject for row in rows])
    return [_undone(source, there.get(row.subject), row) for row in rows]


def _undone(source: Source, point: ServicePoint | None, row: Stored) -> Undone:
    if point is None:
        return Undone(_("It is gone, or no longer yours."))
    if _told(point) != dict(row.after):
        return Undone(_("“%(name)s” was changed since.") % {"name": point.name})
    try:
        with attempted():
            _put_back(source.actor, point, row)
    except (Refused, PermissionDenied, Http404) as refused:
        return Undone(str(refused) or _("You may not do this."))
    return Undone()


def _put_back(actor: User | None, point: ServicePoint, row: Stored) -> None:
    if row.fate == Fate.NEW:
        if point.closed_on is not None:
            point = services.service_point_reopen(actor=actor, point=point, closed_on=point.closed_on)
        services.service_point_withdraw(actor=actor, point=point)
    else:
        grid = grids_by_code(actor=actor, codes=[row.before["grid"]]).get(row.before["grid"])
        if grid is None:
            raise Refused(_("It is gone, or no longer yours."))
        _put(actor, point.code, point, row.before, grid)


POINTS = Sheet(
    kind="points",
    label=pgettext_lazy("file", "Service points"),
    about=gettext_lazy("One row a place: outlets, e-stations, village service points, ATMs."),
    columns=COLUMNS,
    may=lambda actor: may(actor, Act.POINT_ADD),
    why_not=lambda actor: why_not(actor, Act.POINT_ADD),
    oversees=lambda actor: may(actor, Act.BANK_READ),
    store=points_store,
    out=points_out,
    undo=points_undo,
    most=20_000,
    place=35,
)


def register_sheets() -> None:
    """Declare the kind. Called once, when the app is ready."""
    register(POINTS)
