"""Divisions, the bank's three-tier grid, who is responsible, what is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.context import memo
from gridbank.days import in_force
from gridbank.scoping import NOBODY, ScopedModel
from grids.enums import (
    BY_PERSON,
    LEADING,
    AreaLevel,
    BackdatingKind,
    GridKind,
    GridNature,
    Part,
    PeerGroup,
    Tier,
)


class Area(models.Model):
    """An administrative division by its national statistical code."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=12, choices=AreaLevel)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_community(self) -> bool:
        """Whether the statistical suffix marks a community (below 200) and not a village."""
        return self.level == AreaLevel.VILLAGE and self.code[-3:] < "200"


class Held(NamedTuple):
    """A part that somebody has in a grid, with what is asked of the grid."""

    path: str
    tier: str
    part: str


def parts_held(actor: Any, day: date | None = None) -> tuple[Held, ...]:
    """Return a person's parts on a day (default today), in tree order; the officers and who has left hold none."""
    if not getattr(actor, "is_active", False) or not getattr(actor, "is_business", False):
        return ()
    day = day or timezone.localdate()
    kept = memo()
    key = ("parts_held", actor.pk, day)
    if key not in kept:
        rows = Assignment.on(day).filter(user_id=actor.pk).order_by()
        kept[key] = tuple(sorted(map(Held._make, rows.values_list("grid__path", "grid__tier", "part"))))
    found: tuple[Held, ...] = kept[key]
    return found


def tops(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths of which none is nested in another."""
    top: list[str] = []
    for path in sorted(paths):
        if not (top and path.startswith(top[-1])):
            top.append(path)
    return tuple(top)


def assigned_paths(actor: Any, day: date | None = None) -> tuple[str, ...]:
    """Return the paths of the grids a person is assigned to on a day (default today), none nested in another."""
    return tops(held.path for held in parts_held(actor, day))


def led_paths(actor: Any, day: date | None = None) -> tuple[str, ...]:
    """Return those in which he is lead or deputy: where he helps, nothing is answered for by him."""
    return tops(held.path for held in parts_held(actor, day) if held.part in LEADING)


def bank_in(path: str) -> int:
    """Return the id of the head office that a path starts from."""
    return int(path.split("/")[1])


def branch_in(path: str) -> int | None:
    """Return the id of the branch that a path leads to or through; None for the head office's."""
    steps = path.split("/")
    return int(steps[2]) if len(steps) > 3 else None  # noqa: PLR2004  /root/branch/


def banks_of(actor: Any) -> tuple[int, ...]:
    """Return the ids of the head offices above the grids that a person is assigned to today: one, as a rule."""
    return tuple(sorted({bank_in(path) for path in assigned_paths(actor)}))


def branches_led(actor: Any) -> tuple[int, ...]:
    """Return the ids of the branches in which a person leads a grid today; none for head office."""
    return tuple(sorted({branch for path in led_paths(actor) if (branch := branch_in(path)) is not None}))


def under(paths: tuple[str, ...], prefix: str = "") -> Q:
    """Return the condition that a grid lies in one of the subtrees; nothing when there is none.

    `prefix` leads to the grid from the filtered model: `grid__` for a household.
    """
    if not paths:
        return NOBODY
    return reduce(or_, (Q(**{f"{prefix}path__startswith": path}) for path in paths))


class Grid(ScopedModel):
    """A node of the bank's three-tier tree. `path` holds the ids from the root: /1/12/345/."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    tier = models.CharField(max_length=12, choices=Tier)
    nature = models.CharField(max_length=8, choices=GridNature, default=GridNature.BASE)
    kind = models.CharField(max_length=12, choices=GridKind, default=GridKind.OFFICE)
    peer_group = models.CharField(max_length=8, choices=PeerGroup, default=PeerGroup.COUNTRY)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=120, unique=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="grids")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tier=Tier.HEAD_OFFICE, parent=None)
                | (~Q(tier=Tier.HEAD_OFFICE) & Q(parent__isnull=False)),
                name="grid_only_head_office_is_root",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="grid_valid_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["tier", "nature"], name="grid_tier_nature"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the grid's page."""
        return reverse("grids:detail", args=[self.pk])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Grids in the subtrees assigned to the person today."""
        return under(assigned_paths(actor))

    @classmethod
    def other_banks(cls, banks: tuple[int, ...]) -> models.QuerySet[Grid]:
        """Return the head offices of other banks in this database, unscoped: only whether there is one is asked."""
        return models.QuerySet(cls).filter(tier=Tier.HEAD_OFFICE).exclude(pk__in=banks)

    @property
    def root_id(self) -> int:
        """Return the id of the bank's head office."""
        return bank_in(self.path)

    @property
    def branch_id(self) -> int | None:
        """Return the id of the branch this grid belongs to, itself included; None for the head office."""
        return branch_in(self.path)


class GridName(ScopedModel):
    """What a grid was called before: from a day to a day, both included. Its name of today stands in the grid."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="names", db_index=False)
    name = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="renamed_grids"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["grid", "valid_to"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="grid_name_in_order"),
            models.UniqueConstraint(fields=["grid", "valid_to"], name="grid_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Names of grids the person may see."""
        return under(assigned_paths(actor), "grid__")

    @classmethod
    def everywhere(cls) -> models.QuerySet[GridName]:
        """Return every name, unscoped: what a frozen month calls a branch is worked out from them."""
        return models.QuerySet(cls)


class Assignment(ScopedModel):
    """A person responsible for a grid from a day to a day, both included; open when `valid_to` is empty."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=8, choices=Part, default=Part.LEAD)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="assignment_in_order"
            ),
            models.UniqueConstraint(
                fields=["grid"], condition=Q(part=Part.LEAD, valid_to=None), name="assignment_one_open_lead"
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from", "valid_to"], name="assignment_user_days")]

    def __str__(self) -> str:
        """Say who, where and since when."""
        return f"{self.user} {self.grid} {self.valid_from}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Assignments to grids the person may see."""
        return under(assigned_paths(actor), "grid__")

    @classmethod
    def everywhere(cls) -> models.QuerySet[Assignment]:
        """Return every assignment, unscoped: who may see what, and who belongs where, is worked out from them."""
        return models.QuerySet(cls)

    @classmethod
    def on(cls, day: date) -> models.QuerySet[Assignment]:
        """Return the assignments in force on a day, unscoped."""
        return cls.everywhere().filter(in_force(day))


class Duty(ScopedModel):
    """What is owed in a grid, in words."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="duties")
    text = models.CharField(_("duty"), max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "duties"

    def __str__(self) -> str:
        return self.text

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Duties of grids the person may see."""
        return under(assigned_paths(actor), "grid__")


class Backdating(ScopedModel):
    """A change from a day before today on, as somebody asks for it with his reason.

    It is about who is responsible, a household that moved or a grid that was closed. It is in force only once a second person, of head office, has signed it. `since` is the first day on which anything
    is different, `until` the last of a responsibility that is asked for with an end.
    """

    kind = models.CharField(max_length=8, choices=BackdatingKind)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="backdatings")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="backdatings"
    )
    part = models.CharField(max_length=8, choices=Part, blank=True)
    to_grid = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="backdatings_into")
    # a row of a room above, and its number in the bank
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=24, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.PROTECT, related_name="backdatings"
    )
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asked_backdatings"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="decided_backdatings"
    )
    decided_at = models.DateTimeField(null=True)
    is_signed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="backdating_by_two"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, is_signed=False)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="backdating_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BY_PERSON, user__isnull=False)
                | Q(kind=BackdatingKind.MOVE, to_grid__isnull=False, subject_id__isnull=False)
                | Q(kind=BackdatingKind.CLOSE),
                name="backdating_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        """Say what is asked for which grid since when."""
        return f"{self.kind} {self.grid} {self.since}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """What is asked for grids the person may see."""
        return under(assigned_paths(actor), "grid__")
