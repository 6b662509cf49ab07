"""Where a grid lies, version after version, and where a customer finds the bank in it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from gridbank.scoping import ScopedModel
from grids.models import Area, Grid, assigned_paths, under
from ground.enums import ServicePointKind

CURRENT = Q(valid_to=None)
"""The version that stands; of each grid there is at most one."""


class Boundary(ScopedModel):
    """One version of a grid's ground, GeoJSON in WGS-84, from a day to a day, both included.

    Nothing is drawn over: a change ends the version that stands the day before and adds the next one, so that on
    each day there is one. A version changed on the day it was drawn held on no day; it ends before it began.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="boundaries")
    version = models.PositiveIntegerField()
    geojson = models.JSONField()
    is_illustrative = models.BooleanField(default=False)
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    # empty: the installation itself
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="boundaries"
    )

    class Meta:
        ordering = ["grid_id", "version"]
        verbose_name_plural = "boundaries"
        constraints = [
            models.UniqueConstraint(fields=["grid"], condition=CURRENT, name="boundary_one_current"),
            models.UniqueConstraint(fields=["grid", "version"], name="boundary_version_once"),
        ]
        indexes = [
            models.Index(
                fields=["min_lon", "max_lon", "min_lat", "max_lat"], condition=CURRENT, name="boundary_bbox"
            ),
        ]

    def __str__(self) -> str:
        """Say whose ground it is, and which version."""
        return f"{self.grid} v{self.version}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Boundaries of grids the person may see."""
        return under(assigned_paths(actor), "grid__")


class OfficialCount(ScopedModel):
    """How many households the official register counts in a base grid, as of a day: the village's own figure.

    A later figure stands beside the earlier ones; on each day the newest as of it or before holds.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="official_counts")
    households = models.PositiveIntegerField()
    as_of = models.DateField()
    source = models.CharField(max_length=80)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="official_counts"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["grid_id", "as_of"]
        constraints = [models.UniqueConstraint(fields=["grid", "as_of"], name="official_count_once")]

    def __str__(self) -> str:
        return f"{self.grid_id} {self.as_of} {self.households}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Figures of grids the person may see."""
        return under(assigned_paths(actor), "grid__")


class ServicePoint(ScopedModel):
    """Where a customer finds the bank: outlet, e-station, village service point, ATM. WGS-84."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=ServicePointKind)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="service_points")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="service_points")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    # whose shop or house it stands in, or who looks after it for the bank
    partner = models.CharField(max_length=80, blank=True, default="")
    opened_on = models.DateField(null=True)
    # the first day on which it is closed
    closed_on = models.DateField(null=True)
    close_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Service points in grids the person may see."""
        return under(assigned_paths(actor), "grid__")
