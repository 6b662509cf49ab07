"""What the audit trail calls grids, and what stands in them."""

from audit.subjects import Subjects, register
from grids.models import Assignment, Backdating, Duty, Grid

OF_GRID = ("grid__name__icontains", "grid__code__iexact")


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects("grids.grid", Grid.objects.all, ("name",), ("name__icontains", "code__iexact")),
        Subjects(
            "grids.assignment",
            Assignment.objects.all,
            ("grid__name", "user__name"),
            (*OF_GRID, "user__name__icontains", "user__staff_no__iexact"),
        ),
        Subjects(
            "grids.backdating",
            Backdating.objects.all,
            ("grid__name", "user__name", "subject_name"),
            (*OF_GRID, "user__name__icontains", "subject_name__iexact"),
        ),
        Subjects("grids.duty", Duty.objects.all, ("grid__name", "text"), OF_GRID),
    )
