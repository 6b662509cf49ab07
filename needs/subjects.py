"""What the audit trail calls needs: by the household's number."""

from audit.subjects import Subjects, register
from needs.models import Need


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects(
            "needs.need", Need.objects.all, ("household__code", "raised_on"), ("household__code__iexact",)
        )
    )
