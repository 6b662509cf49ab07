"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    ACCESS_DENIED = "access.denied", _("Refused: role not permitted")
    AUDIT_READ = "audit.read", _("Audit log read")
    READING_ALARM = "reading.alarm", _("Unusually much personal data read")
    READING_FORGOTTEN = "reading.forgotten", _("Old rows of the read log removed")
    READINGS_READ = "readings.read", _("Read log read")
    SCOPE_DENIED = "scope.denied", _("Refused: out of sight or absent")
    OUTSIDE_EXPLAINED = "outside.explained", _("Writing outside every act explained")
    TRAIL_BROKEN = "trail.broken", _("Audit log does not verify")
    TRAIL_PROVED = "trail.proved", _("Audit log verified")
