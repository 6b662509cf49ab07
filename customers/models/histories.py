"""What is said of the archive over time: where a household belonged, when it was complete, who lived there and died.

And what was claimed of people, until somebody else has confirmed it.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.enums import (
    AppStatus,
    Evidence,
    Relation,
    Witness,
)
from customers.models.archive import PERSON, Customer, Household, grid_scope_q
from gridbank.scoping import Personal, ScopedModel
from grids.models import Grid


class Attribution(ScopedModel):
    """Where a household belonged before: its grid from a day to a day, both included.

    Where it belongs now stands in the household. The spans follow each other without a gap, the first from the day
    the archive was opened; they are only ever added, when a household moves.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="attributions", db_index=False
    )
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="attributions")
    valid_from = models.DateField()
    valid_to = models.DateField(db_index=True)
    # who took it elsewhere, and when that was said; of what an older version's trail told, nobody is
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="moved_households"
    )
    moved_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["household", "valid_to"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="attribution_in_order"),
            models.UniqueConstraint(fields=["household", "valid_to"], name="attribution_once"),
        ]

    def __str__(self) -> str:
        """Say which household was in which grid until when."""
        return f"{self.household_id} {self.grid_id} {self.valid_to}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Spans of households the person may know of."""
        return grid_scope_q(actor, "household__")

    @classmethod
    def everywhere(cls) -> models.QuerySet[Attribution]:
        """Return every span, unscoped: where an act belongs is worked out from them."""
        return models.QuerySet(cls)


class CompleteSpan(ScopedModel):
    """From which day to which an archive was complete at the end of each, both included, and is no more.

    Since when it is complete now stands in the household. Spans are only ever added, when an archive lacks something
    again.
    """

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="complete_spans", db_index=False
    )
    valid_from = models.DateField()
    valid_to = models.DateField(db_index=True)

    class Meta:
        ordering = ["household", "valid_to"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="complete_span_in_order"),
            models.UniqueConstraint(fields=["household", "valid_to"], name="complete_span_once"),
        ]

    def __str__(self) -> str:
        """Say which archive was complete until when."""
        return f"{self.household_id} {self.valid_from} {self.valid_to}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Spans of households the person may know of."""
        return grid_scope_q(actor, "household__")


class Residence(ScopedModel):
    """Where a person lived before: his household from a day to a day, both included. Where he lives now stands in him."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="residences", db_index=False
    )
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="former_people")
    valid_from = models.DateField()
    valid_to = models.DateField()
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="resettled_people"
    )
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["customer", "valid_to"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="residence_in_order"),
            models.UniqueConstraint(fields=["customer", "valid_to"], name="residence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.household_id} {self.valid_to}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Who lived in the households that the person may know of."""
        return grid_scope_q(actor, "household__")

    @classmethod
    def everywhere(cls) -> models.QuerySet[Residence]:
        """Return every span, unscoped: where an act belongs is worked out from them."""
        return models.QuerySet(cls)


class IdentitySpan(ScopedModel):
    """Of which date of birth and document a person was before: from a day to a day, at the end of each.

    What stands now stands in him. What is counted asks for the date of birth of its day; and whoever has a document that
    an earlier customer had is no new one. A new index key doesn't reach the digests of before.
    """

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"birth_date"}))

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="identity_spans", db_index=False
    )
    birth_date = models.DateField(null=True)
    id_digest = models.CharField(max_length=64, blank=True, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(db_index=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="changed_identities"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["customer", "valid_to"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="identity_span_in_order"),
            models.UniqueConstraint(fields=["customer", "valid_to"], name="identity_span_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.valid_to}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Of people the person may know of."""
        return grid_scope_q(actor, "customer__household__")


class Death(ScopedModel):
    """That a person died, as it was told; a wrong one stays, with who took it back and why.

    `was` is his relation to the head until then, `successor_was` that of who became head. His consents ended at the
    time at which it was told.
    """

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"day"}))

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="deaths")
    day = models.DateField()
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="told_deaths"
    )
    told_at = models.DateTimeField()
    was = models.CharField(max_length=12, choices=Relation)
    successor = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="succeeded_deaths"
    )
    successor_was = models.CharField(max_length=12, choices=Relation, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="undone_deaths"
    )
    undone_at = models.DateTimeField(null=True)
    undone_because = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(undone_at=None), name="death_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Deaths of people the person may know of."""
        return grid_scope_q(actor, "customer__household__")


class Restriction(ScopedModel):
    """That what is known of a person is only kept, at his wish or by law: why, who wrote it down, and who lifted it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="restrictions")
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="set_restrictions"
    )
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="lifted_restrictions"
    )
    lifted_at = models.DateTimeField(null=True)
    lifted_because = models.CharField(max_length=200, blank=True)
    # of one that came with another archive, which keeps its own: it acts from then on, not back in time
    came_at = models.DateTimeField(null=True)

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"reason"}))

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(lifted_at=None), name="restriction_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.set_at:%Y-%m-%d}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Restrictions of people the person may know of."""
        return grid_scope_q(actor, "customer__household__")


class Claim(ScopedModel):
    """Something that earns and that one person entered: it counts once somebody else has confirmed it.

    `kind` and `source_id` name the row that earns, which says the same as `state`; see `customers.claiming`.
    """

    personal: ClassVar = Personal(PERSON, "customer_id", frozenset({"kind", "day", "reason"}))

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="claims")
    kind = models.CharField(max_length=12)
    source_id = models.BigIntegerField()
    day = models.DateField()
    # the day that stood before, when another one was entered; and whether it was claimed for another name or document
    was = models.DateField(null=True)
    is_other_person = models.BooleanField(null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="entered_claims",
        db_index=False,
    )
    earner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="earned_claims",
        db_index=False,
    )
    entered_at = models.DateTimeField(default=timezone.now)
    state = models.PositiveSmallIntegerField(choices=Evidence, default=Evidence.CLAIMED)
    witness = models.CharField(max_length=8, choices=Witness, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="decided_claims",
        db_index=False,
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source_id"],
                condition=Q(state__in=[Evidence.CLAIMED, Evidence.CONFIRMED]),
                name="claim_once",
            ),
            models.CheckConstraint(
                condition=~Q(witness=Witness.PERSON)
                | (~Q(decided_by=F("entered_by")) | Q(entered_by=None))
                & (~Q(decided_by=F("earner")) | Q(earner=None)),
                name="claim_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[Evidence.CONFIRMED, Evidence.REFUTED])
                | Q(decided_at__isnull=False) & ~Q(witness=""),
                name="claim_decided_by_something",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state=Evidence.CLAIMED), name="claim_open"),
            models.Index(
                fields=["customer"], condition=Q(state=Evidence.CLAIMED), name="claim_open_customer"
            ),
            models.Index(fields=["kind", "source_id"], name="claim_source"),
            models.Index(fields=["day", "state"], name="claim_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Claims about people the person may know of."""
        return grid_scope_q(actor, "customer__household__")


class CoreNumber(ScopedModel):
    """By which number the core system knows a person: its index alone, learnt from a file that had both numbers."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="core_numbers")
    digest = models.CharField(max_length=64, unique=True)
    learnt_on = models.DateField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.customer_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Numbers of people the person may know of."""
        return grid_scope_q(actor, "customer__household__")


class AppRegistration(ScopedModel):
    """How a person stands with the app, as its own system says: since when, whether it is open, when it was last used.

    `as_of` is the day of the file that said so last.
    """

    personal: ClassVar = Personal(
        PERSON, "customer_id", frozenset({"status", "registered_on", "last_used_on"})
    )

    customer = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="app_registration")
    registered_on = models.DateField(_("registered on"))
    status = models.CharField(_("status"), max_length=8, choices=AppStatus)
    last_used_on = models.DateField(_("last used on"), null=True)
    as_of = models.DateField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.status}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Registrations of people the person may know of."""
        return grid_scope_q(actor, "customer__household__")
