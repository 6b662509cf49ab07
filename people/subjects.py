"""What the audit trail calls accounts and tokens."""

from audit.subjects import Subjects, register
from people.models import ApiToken, SavedView, User


def register_subjects() -> None:
    """Let the trail name them."""
    register(
        Subjects(
            "people.user",
            User.objects.all,
            ("name", "staff_no"),
            ("name__icontains", "username__iexact", "staff_no__iexact"),
            "{} {}".format,
        ),
        Subjects(
            "people.savedview", SavedView.objects.all, ("owner__name", "name"), ("owner__name__icontains",)
        ),
        Subjects("people.apitoken", ApiToken.objects.all, ("user__name", "name"), ("user__name__icontains",)),
    )
