"""The register of service points as a list."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gridbank.cells import NOTHING, Text, badge, beside, link, moment, soft
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow, Source, View
from grids.authority import Act, where
from grids.enums import Tier
from grids.models import Grid
from grids.selectors import grid_list
from ground.enums import PointState
from ground.models import ServicePoint
from ground.selectors import service_points_kept, service_points_wanted
from people.models import User


@dataclass(frozen=True)
class Row:
    """A service point as the list shows it, and whether the reader may write it."""

    point: ServicePoint
    own: bool
    today: date

    @property
    def pk(self) -> int:
        """Return the point's key."""
        return self.point.pk

    @property
    def branch(self) -> Grid | None:
        """Return the branch in which it lies; head office's own lie in none."""
        grid = self.point.grid
        if grid.tier == Tier.BRANCH:
            return grid
        return grid.parent if grid.parent and grid.parent.tier == Tier.BRANCH else None


def read(points: QuerySet[ServicePoint], *, actor: User) -> list[Row]:
    """Read what a page of the list shows."""
    found, today = list(points), timezone.localdate()
    grids = {one.grid_id for one in found}
    mine = grid_list(actor=actor).filter(where(actor, Act.POINT_ADD), pk__in=grids).order_by()
    own = set(mine.values_list("pk", flat=True))
    return [Row(point, point.grid_id in own, today) for point in found]


def _name(row: Row) -> Text:
    point = row.point
    named = link(reverse("ground:point-change", args=[point.pk]), point.name) if row.own else point.name
    return beside(named, soft(point.code))


def _day(day: date | None) -> Text:
    return moment(f"{day}") if day else NOTHING


def _opened(row: Row) -> Text:
    return _day(row.point.opened_on)


def _state(row: Row) -> Text:
    point = row.point
    if point.closed_on is not None and point.closed_on <= row.today:
        return badge(gettext("Closed since %(day)s") % {"day": point.closed_on}, "muted")
    if point.closed_on is not None:
        return badge(gettext("Closes on %(day)s") % {"day": point.closed_on}, "warn")
    if point.opened_on is not None and point.opened_on > row.today:
        return badge(gettext("Opens later"), "accent")
    return badge(gettext("Open"), "ok")


def _branch(row: Row) -> str:
    return row.branch.name if row.branch else NOTHING


CODE = Order("code")
POINTS: Listing[Row] = Listing(
    name="points",
    title=pgettext_lazy("menu", "Service points"),
    mark=lambda row: f"point-{row.pk}",
    order=CODE,
    sort="name",
    columns=(
        Column("name", _("Service point"), _name, lambda row: row.point.name, CODE, narrow=Narrow.NAME),
        Column("code", _("Code"), lambda row: row.point.code, lambda row: row.point.code, CODE, extra=True),
        Column(
            "kind", _("Kind"), lambda row: row.point.get_kind_display(),
            lambda row: row.point.get_kind_display(), Order("kind"),
        ),
        Column(
            "grid", _("Grid"), lambda row: row.point.grid.name, lambda row: row.point.grid.name,
            Order("grid__code"),
        ),
        Column("branch", _("Branch"), _branch, _branch, narrow=Narrow.HIDDEN),
        Column(
            "partner", _("Partner"), lambda row: row.point.partner or NOTHING, lambda row: row.point.partner,
            narrow=Narrow.HIDDEN,
        ),
        Column(
            "opened", _("Open since"), _opened, lambda row: row.point.opened_on,
            Order("opened_on", empty="last"), style="nowrap", narrow=Narrow.HIDDEN,
        ),
        Column(
            "closed", _("Open or closed"), _state, lambda row: row.point.closed_on,
            Order("closed_on", empty="last"), style="nowrap", narrow=Narrow.TOP,
        ),
        Column(
            "reason", _("Why closed"), lambda row: row.point.close_reason or NOTHING,
            lambda row: row.point.close_reason, narrow=Narrow.HIDDEN, extra=True,
        ),
    ),
)  # fmt: skip


def source(*, actor: User, **criteria: Any) -> Source[Row]:
    """Return the points that fit."""
    rows = service_points_wanted(actor=actor, **criteria)
    return Source(rows, partial(read, actor=actor), service_points_kept(actor=actor))


def views() -> list[View]:
    """Return the saved views."""
    return [
        View(_("All"), {}),
        View(_("Open"), {"state": PointState.OPEN}),
        View(_("Closed"), {"state": PointState.CLOSED}),
    ]


def said(count: int, written: str) -> str:
    """Say how many service points there are."""
    return ngettext("%(n)s service point", "%(n)s service points", count) % {"n": written}


def closing() -> list[str]:
    """Return what is said before a service point is closed."""
    return [
        gettext("From that day on it is not on the map, on the grid's page and on the wall sheet."),
        gettext("It stays on the register with the day and the reason; coverage of earlier days counts it."),
    ]
