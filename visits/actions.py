"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    VISIT_HELD_PUT_ASIDE = "visit.held_put_aside", _("Held visit put aside")
    VISIT_BULK_CREATED = "visit.bulk_created", _("Visits recorded in bulk")
    VISIT_CORRECTED = "visit.corrected", _("Visit corrected")
    VISIT_RECEIVED = "visit.received", _("Visits received")


SUBJECTS = {
    "visits.heldvisit": _("Held visit"),
    "visits.visit": _("Visit"),
}
