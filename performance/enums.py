"""Choices of the performance app."""

from enum import StrEnum

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


class Counted(StrEnum):
    """What an indicator counts: things done in the month, or what households are at its end."""

    EVENT = "event"
    STATE = "state"


class FactSource(models.TextChoices):
    """What kind of row a fact froze."""

    CUSTOMER = "customer", _("Customer")
    OFFER = "offer", _("Offer")
    HOUSEHOLD = "household", _("Household")
    VISIT = "visit", _("Visit")


ABOUT_PEOPLE = frozenset({FactSource.CUSTOMER, FactSource.OFFER})
"""The sources whose facts are about a customer; the others are about a household."""
STATES = frozenset({FactSource.HOUSEHOLD})
"""The sources that are counted as they are at the end of the month; the others happened on a day of it."""
