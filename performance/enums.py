"""Choices of the performance app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PeriodStatus(models.TextChoices):
    """A month's life; it never goes back."""

    OPEN = "open", pgettext_lazy("month", "Open")
    COMPUTING = "computing", _("Being computed")
    PROVISIONAL = "provisional", _("Provisional")
    PUBLISHED = "published", _("Published")
    LOCKED = "locked", _("Locked")


class RunKind(models.TextChoices):
    """What a computation is for."""

    RUNNING = "running", _("Running month")
    CLOSING = "closing", _("Closed month")


class Level(models.TextChoices):
    """Whose score it is."""

    MANAGER = "manager", _("Account manager")
    BRANCH = "branch", _("Branch")
    BANK = "bank", _("Bank")
