"""Choices of the visits app."""

from django.db import models
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class Mode(models.TextChoices):
    """How the contact took place."""

    DOOR = "door", _("At the door")
    PHONE = "phone", pgettext_lazy("way of a visit", "Phone")
    WECHAT = "wechat", _("WeChat")
    COUNTER = "counter", _("At the counter")
    EVENT = "event", pgettext_lazy("way of a visit", "Event")

    def met_label(self, met: bool) -> str:  # noqa: FBT001  it is what is said in words
        """Say whether somebody was met; nobody sees whom by phone."""
        if self in {Mode.PHONE, Mode.WECHAT}:
            return pgettext("visit", "Reached") if met else gettext("No one reached")
        return gettext("Met") if met else gettext("No one met")


class HoldReason(models.TextChoices):
    """Why a visit that arrived is kept aside."""

    CONFLICT = "conflict", _("Same number, different content")
    CLOCK = "clock", _("Dated in the future")
    BEFORE_CUSTOMER = "before_customer", _("Dated before the archive existed")
    BEFORE_STAFF = "before_staff", _("Dated before the person joined")
    HANDED_ON = "handed_on", _("Of a household that was handed on since")


class Outcome(models.TextChoices):
    """What became of a visit that arrived; the words of the sync API."""

    CREATED = "created", _("Stored")
    DUPLICATE = "duplicate", _("Already stored")
    CONFLICT = "conflict", _("Held: same number, different content")
    REJECTED = "rejected", _("Refused")
    PARKED = "parked", _("Held: its date needs a look")
