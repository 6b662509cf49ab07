"""Reading the ground."""

from datetime import date

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from gridbank.days import in_force
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


def official_count_list(*, actor: User) -> QuerySet[OfficialCount]:
    """Return what the official register counts in the grids the person may see, the oldest figure first."""
    return OfficialCount.objects.visible_to(actor).order_by("as_of", "pk")


def official_counts_on(*, actor: User, day: date) -> dict[int, int]:
    """Return how many households the register counts in each grid, by the newest figure as of a day or before."""
    return dict(official_count_list(actor=actor).filter(as_of__lte=day).values_list("grid_id", "households"))
