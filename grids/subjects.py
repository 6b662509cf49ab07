"""What the audit trail calls grids, and what stands in them."""

from audit.subjects import Subjects, register
from grids.models import Assignment, Backdating, Duty, Grid, Handover, HandoverSignature, HandoverVisit

OF_GRID = ("grid__name__icontains", "grid__code__iexact")


def of_person(path: str) -> tuple[str, str]:
    """Return by which words of a person a row is found."""
    return f"{path}__name__icontains", f"{path}__staff_no__iexact"


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects("grids.grid", Grid.objects.all, ("name",), ("name__icontains", "code__iexact")),
        Subjects(
            "grids.assignment",
            Assignment.objects.all,
            ("grid__name", "user__name"),
            (*OF_GRID, *of_person("user")),
        ),
        Subjects(
            "grids.backdating",
            Backdating.objects.all,
            ("grid__name", "user__name", "subject_name"),
            (*OF_GRID, of_person("user")[0], "subject_name__iexact"),
        ),
        Subjects("grids.duty", Duty.objects.all, ("grid__name", "text"), OF_GRID),
        Subjects(
            "grids.handover",
            Handover.objects.all,
            ("grid__name", "giver__name"),
            (*OF_GRID, *of_person("giver")),
        ),
        Subjects(
            "grids.handovervisit",
            HandoverVisit.objects.all,
            ("handover__giver__name", "day"),
            of_person("handover__giver"),
        ),
        Subjects(
            "grids.handoversignature",
            HandoverSignature.objects.all,
            ("handover__giver__name", "user__name"),
            (*of_person("handover__giver"), *of_person("user")),
        ),
    )
