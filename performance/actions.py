"""What the audit trail records of this room, and what its rows are called there."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Action(TextChoices):
    """Each action with its words."""

    PERIOD_BEGUN = "period.begun", _("Computation begun")
    PERIOD_COMPUTED = "period.computed", _("Month computed")
    PERIOD_EXPORTED = "period.exported", _("Ranking exported")
    PERIOD_LOCKED = "period.locked", _("Month locked")
    PERIOD_OPENED = "period.opened", _("Month opened")
    PERIOD_PUBLISHED = "period.published", _("Ranking published")
    PERIOD_REQUESTED = "period.requested", _("Computation requested")
    PERIOD_VERIFICATION_FAILED = "period.verification_failed", _("Verification failed")
    PERIOD_VERIFICATION_REQUESTED = "period.verification_requested", _("Verification requested")
    SCHEME_ACTIVATED = "scheme.activated", _("Scheme signed")
    SCHEME_CREATED = "scheme.created", _("Scheme written")
    TARGETS_COPIED = "targets.copied", _("Targets carried forward")
    TARGETS_SIGNED = "targets.signed", _("Targets signed")
    TARGETS_SPREAD = "targets.spread", _("A year's figure spread")
    TARGETS_WRITTEN = "targets.written", _("Targets written")
    TARGET_SET = "target.set", _("Target set")
    TRAIL_PROOF_REQUESTED = "trail.proof_requested", _("Verification of the audit log asked for")


SUBJECTS = {
    "performance.period": _("Month"),
    "performance.scheme": _("Scheme"),
    "performance.target": _("Target"),
}
