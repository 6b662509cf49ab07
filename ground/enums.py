"""Choices of the ground app."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServicePointKind(models.TextChoices):
    OUTLET = "outlet", _("Outlet")
    E_STATION = "e_station", _("E-station")
    VILLAGE_POINT = "village_point", _("Village service point")
    ATM = "atm", _("ATM")
