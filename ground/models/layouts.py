"""How ground is cut by list, and drafts of another cut beside today's, each version kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.scoping import ScopedModel
from grids.models import Area, Grid, assigned_paths, under
from ground.enums import LayoutAct, LayoutState


class Parcel(ScopedModel):
    """A village, or one group of it, that a grid consists of from a day to a day, both included.

    An empty group is all of the village that isn't named by its group.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="parcels")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="parcels")
    group_name = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["grid_id", "area_id", "group_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "area", "group_name"], condition=Q(valid_to=None), name="parcel_one_current"
            ),
        ]

    def __str__(self) -> str:
        """Say which village and group."""
        return f"{self.area} {self.group_name}".strip()

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """What belongs to grids the person may see."""
        return under(assigned_paths(actor), "grid__")


class Layout(ScopedModel):
    """A draft of how one grid is cut: a branch into account managers' grids, a bank into branches.

    What it says stands in its newest version. `seal` is the digest of what was submitted: who signs, signs that.
    `trouble` says why it could not be put in force on its day.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="layouts")
    name = models.CharField(_("name of the draft"), max_length=80)
    first_day = models.DateField(_("takes effect on"))
    state = models.CharField(max_length=10, choices=LayoutState, default=LayoutState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opened_layouts"
    )
    opened_at = models.DateTimeField()
    seal = models.CharField(max_length=64, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="submitted_layouts"
    )
    submitted_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="signed_layouts"
    )
    signed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    begun_on = models.DateField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="undone_layouts"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "first_day"], name="layout_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("submitted_by")), name="layout_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[LayoutState.DRAFT, LayoutState.UNDONE])
                | Q(submitted_by__isnull=False, submitted_at__isnull=False) & ~Q(seal=""),
                name="layout_submitted_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[LayoutState.SIGNED, LayoutState.DONE])
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="layout_signed_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state=LayoutState.DONE, done_at__isnull=False, begun_on__isnull=False)
                | (~Q(state=LayoutState.DONE) & Q(done_at=None, begun_on=None)),
                name="layout_done_at_some_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the draft."""
        return reverse("ground:layout", args=[self.pk])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Drafts of grids the person may see: how a branch is to be cut is not shown in a manager's grid."""
        return under(assigned_paths(actor), "grid__")

    @classmethod
    def due(cls, day: date) -> models.QuerySet[Layout]:
        """Return those that are signed and whose day has come, unscoped: they are put in force, whoever looks."""
        rows: models.QuerySet[Layout] = models.QuerySet(cls)
        return rows.filter(state=LayoutState.SIGNED, first_day__lte=day).order_by("pk")

    @property
    def is_draft(self) -> bool:
        """Whether it may be changed."""
        return self.state == LayoutState.DRAFT

    @property
    def is_under_way(self) -> bool:
        """Whether it may still come in force, or be undone."""
        return self.state in {LayoutState.DRAFT, LayoutState.SUBMITTED, LayoutState.SIGNED}

    @property
    def is_come(self) -> bool:
        """Whether two have signed and its day is there."""
        return self.state == LayoutState.SIGNED and self.first_day <= timezone.localdate()


class LayoutVersion(ScopedModel):
    """What a draft said from one change to the next: only added. `before` is the version that an undo goes back to."""

    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    before = models.PositiveIntegerField(null=True)
    act = models.CharField(max_length=8, choices=LayoutAct)
    told = models.CharField(max_length=200, blank=True)
    content = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="layout_versions"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["layout_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["layout", "number"], name="layout_version_once"),
        ]

    def __str__(self) -> str:
        """Say which draft and which version."""
        return f"{self.layout} v{self.number}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Versions of drafts the person may see."""
        return under(assigned_paths(actor), "layout__grid__")


class LayoutShape(ScopedModel):
    """Ground drawn in a draft, GeoJSON in WGS-84; versions name it by its key, nothing is drawn over."""

    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, related_name="shapes")
    geojson = models.JSONField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        """Say of which draft."""
        return f"{self.layout} #{self.pk}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Shapes of drafts the person may see."""
        return under(assigned_paths(actor), "layout__grid__")
