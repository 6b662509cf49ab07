"""Two archives of one person: pairs that the night finds likely, and those that were put together."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from customers.models.archive import Customer, grid_scope_q
from customers.pii import EncryptedField, new_salt
from gridbank.scoping import Personal, ScopedModel

REASON_LENGTH = 200


class Likeness(ScopedModel):
    """Two people whose archives may be one person's; `one` has the lower key.

    The score is for the order of the list; the reasons are worked out anew for whoever reads it. `exact` says that one
    has, or had, the document of the other. What somebody denied is kept, with who and why, however often it is found.
    """

    one = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="likenesses")
    other = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="likened")
    score = models.PositiveSmallIntegerField()
    exact = models.BooleanField(default=False)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    denied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="denied_likenesses"
    )
    denied_at = models.DateTimeField(null=True)
    denied_because = models.CharField(max_length=REASON_LENGTH, blank=True)

    class Meta:
        ordering = ["-score", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="likeness_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="likeness_in_order"),
            models.CheckConstraint(
                condition=Q(denied_at=None) | Q(denied_by__isnull=False) & ~Q(denied_because=""),
                name="likeness_denied_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["score", "id"], name="likeness_score")]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Pairs of whom the person may know both."""
        merged = Q(one__merged_into=None, other__merged_into=None)
        return merged & grid_scope_q(actor, "one__household__") & grid_scope_q(actor, "other__household__")


class PersonMerge(ScopedModel):
    """That two archives were one person's: `merged` went into `customer`, and may come back.

    `kept` says, sealed, what stood in both before, which rows were moved, and how all of it stood afterwards: by that
    it is known whether anything was built on it since.
    """

    sealed_to: ClassVar = ("salt",)
    personal: ClassVar = Personal("customers.customer", "customer_id", frozenset({"kept"}))

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="mergings")
    salt = models.CharField(max_length=16, unique=True, editable=False, default=new_salt)
    kept = EncryptedField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="made_merges"
    )
    made_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="undone_merges"
    )
    undone_at = models.DateTimeField(null=True)
    undone_because = models.CharField(max_length=REASON_LENGTH, blank=True)
    # in which archive the account was opened that came along and stands: it counts where that one lived on its day
    account_of = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    # whether its identity in the app came along: in a month before, when they stood apart, the other had it
    app_came = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="person_merge_once"),
            models.CheckConstraint(condition=~Q(customer=F("merged")), name="person_merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} {self.customer_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Merges of whom the person may know both archives."""
        return grid_scope_q(actor, "customer__household__") & grid_scope_q(actor, "merged__household__")
