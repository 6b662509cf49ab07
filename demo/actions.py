"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    USER_DEMO_PASSWORDS_RESET = "user.demo_passwords_reset", _("Demo passwords reset")
