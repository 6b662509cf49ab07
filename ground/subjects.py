"""What the audit trail calls drafts of the ground and service points."""

from audit.subjects import Subjects, register
from ground.models import Layout, ServicePoint


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects(
            "ground.layout", Layout.objects.all, ("name",), ("name__icontains", "grid__name__icontains")
        ),
        Subjects(
            "ground.servicepoint", ServicePoint.objects.all, ("code", "name"), ("code", "name__icontains")
        ),
    )
