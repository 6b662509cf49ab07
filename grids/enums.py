"""Choices of the grids app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaLevel(models.TextChoices):
    """Level of an administrative division."""

    PROVINCE = "province", _("Province")
    PREFECTURE = "prefecture", _("Prefecture")
    COUNTY = "county", _("County")
    TOWNSHIP = "township", _("Township")
    VILLAGE = "village", _("Village")


class Tier(models.TextChoices):
    """Tier of a grid: the surface, the lines, the points."""

    HEAD_OFFICE = "head_office", _("Head office")
    BRANCH = "branch", _("Branch")
    MANAGER = "manager", _("Account manager's grid")


class GridNature(models.TextChoices):
    """Base grids partition the ground, special grids overlap."""

    BASE = "base", _("Base grid")
    SPECIAL = "special", _("Special grid")


class GridKind(models.TextChoices):
    """What kind of ground or group a grid is."""

    OFFICE = "office", _("Office")
    VILLAGE = "village", _("Village")
    COMMUNITY = "community", _("Community")
    STREET = "street", _("Street")
    PARK = "park", _("Park")
    MARKET = "market", _("Market")
    ENTERPRISE = "enterprise", _("Enterprise")
    SCHOOL = "school", _("School")
    ONLINE = "online", _("Online group")


class PeerGroup(models.TextChoices):
    """Who is compared with whom."""

    TOWN = "town", _("Urban")
    COUNTRY = "country", _("Rural")


class Part(models.TextChoices):
    """A person's part in a grid."""

    LEAD = "lead", _("Lead")
    DEPUTY = "deputy", _("Deputy")
    HELPER = "helper", _("Helper")


LEADING = frozenset({Part.LEAD, Part.DEPUTY})
"""Who answers for a grid; a helper logs and reads."""


class BackdatingKind(models.TextChoices):
    """What somebody asks to hold from a day before today on."""

    START = "start", _("Assignment started")
    TRANSFER = "transfer", _("Grid handed over")
    END = "end", _("Assignment ended")
    MOVE = "move", _("Household moved")
    CLOSE = "close", _("Grid closed")


BY_PERSON = (BackdatingKind.START.value, BackdatingKind.TRANSFER.value, BackdatingKind.END.value)
"""What is asked about somebody's responsibility."""


class HandoverKind(models.TextChoices):
    """How much of what somebody leads goes to others."""

    ALL = "all", _("All grids that the person leads")
    GRID = "grid", _("One grid")
    HOUSEHOLDS = "households", _("Chosen households")


class HandoverState(models.TextChoices):
    """What has become of a handover."""

    OPEN = "open", _("Waits for signatures")
    SIGNED = "signed", _("Signed, waits for its day")
    DONE = "done", _("Handed over")
    UNDONE = "undone", _("Undone")


class Signing(models.TextChoices):
    """As what somebody signs a handover."""

    GIVER = "giver", _("Giver")
    RECEIVER = "receiver", _("Receiver")
    SUPERVISOR = "supervisor", _("Supervisor")
