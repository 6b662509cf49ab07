"""One act by which grids or households go from one person to others: what it names, who met, who signed, what stays."""

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
from grids.enums import HandoverKind, HandoverState, Signing
from grids.models.tree import Grid, assigned_paths, under


def _known_q(actor: Any, prefix: str = "") -> Q:
    """Return the condition that a handover is known to somebody: it lies in his grids, or he gives or takes."""
    if not getattr(actor, "is_active", False) or not getattr(actor, "is_business", False):
        return Q(pk__in=())
    taken: models.QuerySet[HandoverPart] = models.QuerySet(HandoverPart).filter(receiver_id=actor.pk)
    near = under(assigned_paths(actor), f"{prefix}grid__")
    mine = Q(**{f"{prefix}giver_id": actor.pk})
    return near | mine | Q(**{f"{prefix}pk__in": taken.values("handover_id")})


class Handover(ScopedModel):
    """Who gives what to whom from which day on, and why.

    `grid` is the lowest one above all that is handed over; `loads` what each of them carries before and after, as it
    was when the act was last looked at. `trouble` says why it could not be put in force on its day.
    """

    kind = models.CharField(_("what is handed over"), max_length=10, choices=HandoverKind)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="given_handovers"
    )
    first_day = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)
    residual_months = models.PositiveSmallIntegerField()
    loads = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=HandoverState, default=HandoverState.OPEN)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opened_handovers"
    )
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="undone_handovers"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "first_day"], name="handover_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=HandoverState.DONE, done_at__isnull=False)
                | (~Q(state=HandoverState.DONE) & Q(done_at=None)),
                name="handover_done_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state=HandoverState.UNDONE, undone_by__isnull=False, undone_at__isnull=False)
                | (~Q(state=HandoverState.UNDONE) & Q(undone_by=None, undone_at=None)),
                name="handover_undone_by_someone",
            ),
        ]

    def __str__(self) -> str:
        """Say who gives and from which day on."""
        return f"{self.giver} {self.first_day}"

    def get_absolute_url(self) -> str:
        """Return the page of the act."""
        return reverse("grids:handover", args=[self.pk])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Those in the grids assigned to the person today, and those in which he gives or takes."""
        return _known_q(actor)

    @classmethod
    def everywhere(cls) -> models.QuerySet[Handover]:
        """Return every act, unscoped: the trail is held against all of them."""
        return models.QuerySet(cls)

    @classmethod
    def under_way(cls) -> models.QuerySet[Handover]:
        """Return those that may come in force, unscoped: whether something goes already is asked of all."""
        return cls.everywhere().filter(state__in=(HandoverState.OPEN, HandoverState.SIGNED))

    @classmethod
    def due(cls, day: date) -> models.QuerySet[Handover]:
        """Return those that are signed and whose day has come, unscoped: they are put in force, whoever looks."""
        return cls.under_way().filter(state=HandoverState.SIGNED, first_day__lte=day).order_by("pk")

    @property
    def is_under_way(self) -> bool:
        """Whether it may still come in force, or be undone."""
        return self.state in {HandoverState.OPEN, HandoverState.SIGNED}

    @property
    def is_come(self) -> bool:
        """Whether everybody has signed and its day is there."""
        return self.state == HandoverState.SIGNED and self.first_day <= timezone.localdate()

    @property
    def is_over(self) -> bool:
        """Whether its day came before everybody had signed."""
        return self.state == HandoverState.OPEN and self.first_day <= timezone.localdate()


class HandoverPart(ScopedModel):
    """A grid that is handed over and who takes it; of chosen households the grid they leave and the one they enter."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="parts")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="handover_parts")
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handover_parts"
    )
    to_grid = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="handover_parts_into")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["handover", "grid"], name="handover_part_once")]

    def __str__(self) -> str:
        """Say what goes to whom."""
        return f"{self.grid} → {self.receiver}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Parts of acts that the person may know of."""
        return _known_q(actor, "handover__")


class HandoverWard(ScopedModel):
    """A household that was chosen, by its key and its number in the bank: a row of a room above."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="wards")
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=24)

    class Meta:
        ordering = ["subject_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["handover", "subject_id"], name="handover_ward_once")]

    def __str__(self) -> str:
        return self.subject_name

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """What was chosen in acts that the person may know of."""
        return _known_q(actor, "handover__")


class HandoverVisit(ScopedModel):
    """A visit that giver and receiver made together: the day, who was there, what was found."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="visits")
    day = models.DateField()
    people = models.CharField(max_length=120)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handover_visits"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        """Say when and who."""
        return f"{self.day} {self.people}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Visits of acts that the person may know of."""
        return _known_q(actor, "handover__")


class HandoverSignature(ScopedModel):
    """Somebody's name under the act: his own, or for a giver who has left the supervisor's with the reason."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="signatures")
    part = models.CharField(max_length=10, choices=Signing)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handover_signatures"
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signed_handovers"
    )
    reason = models.CharField(max_length=200, blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "part", "user"], name="handover_signed_once"),
            models.CheckConstraint(
                condition=Q(signed_by=F("user")) | (Q(part=Signing.GIVER) & ~Q(reason="")),
                name="handover_signed_for_with_reason",
            ),
        ]

    def __str__(self) -> str:
        """Say who signed as what."""
        return f"{self.part} {self.signed_by}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Signatures under acts that the person may know of."""
        return _known_q(actor, "handover__")


class Residual(ScopedModel):
    """For what shows up later in a grid the giver answers still, from the handover's day for some months."""

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="residuals")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="residuals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="residuals")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        ordering = ["valid_to", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "grid"], name="residual_once"),
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="residual_in_order"),
        ]

    def __str__(self) -> str:
        """Say who answers until when."""
        return f"{self.user} {self.grid} {self.valid_to}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """What is left in grids the person may see, and what is his own."""
        if not getattr(actor, "is_active", False) or not getattr(actor, "is_business", False):
            return Q(pk__in=())
        return under(assigned_paths(actor), "grid__") | Q(user_id=actor.pk)
