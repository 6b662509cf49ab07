"""Reading the ground."""

from datetime import date

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from gridbank.days import in_force
from ground.models import CURRENT, Boundary, ServicePoint
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
    today = timezone.localdate()
    rows = ServicePoint.objects.visible_to(actor).filter(
        Q(opened_on=None) | Q(opened_on__lte=today), Q(closed_on=None) | Q(closed_on__gt=today)
    )
    return rows.select_related("grid", "area")
