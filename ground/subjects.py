"""What the audit trail calls drafts of the ground."""

from audit.subjects import Subjects, register
from ground.models import Layout


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects(
            "ground.layout", Layout.objects.all, ("name",), ("name__icontains", "grid__name__icontains")
        ),
    )
