"""Reading the ground."""

from collections.abc import Iterable
from datetime import date

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from gridbank.days import in_force
from gridbank.scoping import waive_scope
from grids.models import Grid
from ground.enums import PointState
from ground.models import CURRENT, Boundary, OfficialCount, ServicePoint
from people.models import User


def boundary_list(*, actor: User, day: date | None = None) -> QuerySet[Boundary]:
    """Return the boundaries that stand, or stood on a day, of the grids the person may see."""
    rows = Boundary.objects.visible_to(actor)
    return rows.filter(CURRENT if day is None else in_force(day))


def version_column() -> Coalesce:
    """Return the version of a grid's boundary as a column of the grid's row: 0 where none was ever drawn."""
    current = Boundary.objects.filter(CURRENT, grid=OuterRef("pk")).order_by()
    return Coalesce(Subquery(current.values("version")), 0, output_field=IntegerField())


def service_point_list(*, actor: User) -> QuerySet[ServicePoint]:
    """Return the service points that are open today in grids the person may see."""
    return service_points_on(actor=actor, day=timezone.localdate())


def service_points_on(*, actor: User, day: date) -> QuerySet[ServicePoint]:
    """Return the service points that are, or were, open on a day in grids the person may see."""
    rows = ServicePoint.objects.visible_to(actor).filter(
        Q(opened_on=None) | Q(opened_on__lte=day), Q(closed_on=None) | Q(closed_on__gt=day)
    )
    return rows.select_related("grid", "area")


def service_points_kept(*, actor: User) -> QuerySet[ServicePoint]:
    """Return the register of service points in sight: those that are open, were, or will be."""
    return ServicePoint.objects.visible_to(actor).select_related("grid__parent", "area")


def service_points_wanted(
    *, actor: User, text: str = "", kind: str = "", branch: Grid | None = None, state: str = ""
) -> QuerySet[ServicePoint]:
    """Return the points of the register that fit, open ones and closed ones, in the order of their codes."""
    rows, today = service_points_kept(actor=actor), timezone.localdate()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__icontains=text) | Q(partner__icontains=text))
    if kind:
        rows = rows.filter(kind=kind)
    if branch is not None:
        rows = rows.filter(grid__path__startswith=branch.path)
    if state == PointState.CLOSED:
        rows = rows.filter(closed_on__lte=today)
    elif state == PointState.OPEN:
        rows = rows.filter(Q(closed_on=None) | Q(closed_on__gt=today))
    return rows


def service_points_by_code(*, actor: User | None, codes: Iterable[str]) -> dict[str, ServicePoint]:
    """Return points by their codes, for a file that names them; the installation itself sees all."""
    wanted = set(codes)
    if actor is not None:
        return {one.code: one for one in service_points_kept(actor=actor).filter(code__in=wanted)}
    with waive_scope("the installation itself brings a file"):
        rows = ServicePoint.objects.filter(code__in=wanted).select_related("grid__parent", "area")
        return {one.code: one for one in rows}


def official_count_list(*, actor: User) -> QuerySet[OfficialCount]:
    """Return what the official register counts in the grids the person may see, the oldest figure first."""
    return OfficialCount.objects.visible_to(actor).order_by("as_of", "pk")


def official_counts_on(*, actor: User, day: date) -> dict[int, int]:
    """Return how many households the register counts in each grid, by the newest figure as of a day or before."""
    return dict(official_count_list(actor=actor).filter(as_of__lte=day).values_list("grid_id", "households"))
