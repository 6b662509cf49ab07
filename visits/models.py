"""Visits: one contact with an outcome, corrected only by new versions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models import ARCHIVE, Customer, Household, grid_scope_q
from customers.pii import EncryptedField
from gridbank.scoping import NOBODY, Personal, ScopedModel
from grids.models import Grid
from visits.body import REASON_LENGTH
from visits.enums import HoldReason, Mode


class Visit(ScopedModel):
    """One contact. The client makes the id; the row holds the current version.

    `grid` is the household's grid on that day, `day` the local date of `started_at`; `body_hash` is the
    SHA-256 of the body as first received, by which a repeated upload is told from a conflicting one.
    """

    sealed_to: ClassVar = ("id",)
    personal: ClassVar = Personal(ARCHIVE, "household_id", frozenset({"note", "met", "latitude"}))

    id = models.UUIDField(primary_key=True)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="visits")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="visits")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="visits")
    started_at = models.DateTimeField(_("started at"))
    day = models.DateField()
    mode = models.CharField(_("mode"), max_length=8, choices=Mode)
    met = models.BooleanField(_("met"))
    note = EncryptedField(_("note"), blank=True)
    next_on = models.DateField(_("next visit on"), null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    body_hash = models.CharField(max_length=64)
    version = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["household", "-started_at"], name="visit_household_time"),
            models.Index(fields=["staff", "day"], name="visit_staff_day"),
            models.Index(fields=["grid", "day"], name="visit_grid_day"),
            models.Index(fields=["-started_at", "-id"], name="visit_newest"),
            models.Index(fields=["day"], condition=models.Q(is_late=True), name="visit_late_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_mode_display()}"

    @property
    def met_label(self) -> str:
        """Say whether somebody was met, as it can be said of the way."""
        return Mode(self.mode).met_label(self.met)

    def get_absolute_url(self) -> str:
        """Return the visit's page."""
        return reverse("visits:detail", args=[self.pk])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Visits to households the person may know of: a customer's history follows the customer."""
        return grid_scope_q(actor, "household__")


class VisitVersion(ScopedModel):
    """What a visit said before a correction; the reason stands with the version it ended."""

    sealed_to: ClassVar = ("visit_id", "version")

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    body = EncryptedField()
    reason = models.CharField(max_length=REASON_LENGTH)
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corrections"
    )

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["visit", "version"], name="visit_version_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} v{self.version}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Versions of visits the person may see."""
        return grid_scope_q(actor, "visit__household__")


class HeldVisit(ScopedModel):
    """A body that arrived and could not become a visit as it is: it waits until it is stored or put aside.

    It is kept in either case.
    """

    sealed_to: ClassVar = ("visit_id", "body_hash")

    visit_id = models.UUIDField()
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="held_visits")
    reason = models.CharField(max_length=16, choices=HoldReason)
    body = EncryptedField()
    body_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    put_aside_at = models.DateTimeField(null=True)
    put_aside_reason = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit_id", "staff", "body_hash"], name="held_visit_once"),
            models.CheckConstraint(
                condition=Q(put_aside_at=None) | ~Q(put_aside_reason=""), name="held_visit_aside_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.reason}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Only one's own: the body may speak of a household that nobody else here knows."""
        return Q(staff_id=actor.pk) if getattr(actor, "is_business", False) else NOBODY
