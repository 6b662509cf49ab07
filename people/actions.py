"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    DATA_RESTORED = "data.restored", _("Backup restored: all signed out")
    LIST_TAKEN = "list.taken", _("List taken to Excel")
    SESSION_ENDED = "session.ended", _("Signed out")
    SESSION_REFUSED = "session.refused", _("Sign-in failed")
    SESSION_STARTED = "session.started", _("Signed in")
    TOKEN_CREATED = "token.created", _("API token made")
    TOKEN_REVOKED = "token.revoked", _("API token revoked")
    USER_BULK_CREATED = "user.bulk_created", _("Accounts opened in bulk")
    USER_CREATED = "user.created", _("Account opened")
    USER_DISABLED = "user.disabled", _("Account disabled")
    USER_ENABLED = "user.enabled", _("Account enabled")
    USER_PASSWORD_CHANGED = "user.password_changed", _("Own password changed")
    USER_PASSWORD_REHASHED = "user.password_rehashed", _("Password stored by a newer rule")
    USER_PASSWORD_RESET = "user.password_reset", _("Password reset")
    USER_RENAMED = "user.renamed", _("Account renamed")
    USER_ROLE_CHANGED = "user.role_changed", _("Role changed")
    USER_SESSIONS_ENDED = "user.sessions_ended", _("Sessions ended")
    VIEW_DELETED = "view.deleted", _("Own view of a list deleted")
    VIEW_SAVED = "view.saved", _("Own view of a list saved")
    USER_WITHDRAWN = "user.withdrawn", _("Unused account removed")


SUBJECTS = {
    "people.apitoken": _("API token"),
    "people.savedview": _("Own view of a list"),
    "people.user": _("Account"),
}
