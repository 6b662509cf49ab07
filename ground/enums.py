"""Choices of the ground app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServicePointKind(models.TextChoices):
    OUTLET = "outlet", _("Outlet")
    E_STATION = "e_station", _("E-station")
    VILLAGE_POINT = "village_point", _("Village service point")
    ATM = "atm", _("ATM")


class PointState(models.TextChoices):
    """What the register of service points is narrowed to."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class LayoutState(models.TextChoices):
    """What has become of a draft layout."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for a second signature")
    SIGNED = "signed", _("Signed, waits for its day")
    DONE = "done", _("In force")
    UNDONE = "undone", _("Undone")


class Datum(models.TextChoices):
    """In which coordinates a boundary is written."""

    WGS_84 = "wgs84", _("WGS-84 or CGCS2000 (GPS, surveys)")
    GCJ_02 = "gcj02", _("GCJ-02 (Amap, Tencent)")
    BD_09 = "bd09", _("BD-09 (Baidu)")


class Strangers(models.TextChoices):
    """What becomes of a file's boundaries whose grid isn't in the draft."""

    REFUSED = "refused", _("refuse the file and say which")
    LEFT = "left", _("leave them out")
    FOUNDED = "founded", _("found a grid for each")


class LayoutAct(models.TextChoices):
    """By what a draft became another version."""

    OPENED = "opened", _("Draft begun")
    MOVED = "moved", _("Villages and groups moved")
    FOUNDED = "founded", _("Grid founded")
    RENAMED = "renamed", _("Grid renamed")
    MERGED = "merged", _("Grids merged")
    CLOSED = "closed", _("Grid closed")
    KEPT = "kept", _("Grid kept after all")
    DRAWN = "drawn", _("Boundary drawn")
    BROUGHT = "brought", _("Boundaries brought by a file")
    UNDONE = "undone", _("Last change undone")
