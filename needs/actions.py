"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    NEED_BULK_RAISED = "need.bulk_raised", _("Needs recorded in bulk")
    NEED_CLOSED = "need.closed", _("Need closed")
    NEED_CORRECTED = "need.corrected", _("Needs corrected with a visit")
    NEED_RAISED = "need.raised", _("Need recorded")
    NEED_REOPENED = "need.reopened", _("Need open again")


SUBJECTS = {"needs.need": _("Need")}
