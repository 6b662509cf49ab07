"""The audit trail: append-only and hash-chained."""

import json
from typing import Any, NoReturn

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One thing that was done, seen or refused. Rows are never changed; triggers hold that too."""

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="audit_events"
    )
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.CharField(max_length=60, blank=True)
    changes = models.TextField(default="{}")
    request_id = models.CharField(max_length=32, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    seal = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="audit_subject"),
            models.Index(fields=["actor", "at"], name="audit_actor"),
            models.Index(fields=["action", "at"], name="audit_action"),
        ]

    def __str__(self) -> str:
        """Say what happened to what."""
        return f"{self.action} {self.subject_type} {self.subject_id}"

    @property
    def details(self) -> dict[str, Any]:
        """Return what changed, sensitive values masked by whoever recorded them."""
        found: dict[str, Any] = json.loads(self.changes)
        return found

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if self.pk is not None:
            self._refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        self._refuse()

    @staticmethod
    def _refuse() -> NoReturn:
        message = "Audit events are append-only."
        raise TypeError(message)


class AuditHead(models.Model):
    """The end of the chain: its lock orders the writers, its count betrays a cut tail. It moves only with an event."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head")]

    def __str__(self) -> str:
        """Show where the chain ends."""
        return f"{self.count} {self.hash[:12]}"


class Reading(models.Model):
    """One request's reading of personal data: who, by which door, whose archives. It holds no personal value.

    Not chained as events are: a page would wait for every other page. Triggers refuse to change a row, and to remove
    one before its time. `first` and `last` are the ends of `keys`, the archives' keys between commas.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    # of the API's tokens; nobody's who came with a session
    token = models.PositiveBigIntegerField(null=True)
    route = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    keys = models.TextField()
    request_id = models.CharField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["actor", "at"], name="reading_actor"),
            models.Index(fields=["first"], name="reading_first"),
        ]

    def __str__(self) -> str:
        """Say who read how much."""
        return f"{self.actor_id} {self.route} {self.kind} {self.count}"


class Untold(models.Model):
    """A transaction wrote to a table that counts, and no event of it tells of that. Only triggers write here.

    `act` is the transaction, `relation` the table, `row` the first of its rows.
    """

    at = models.DateTimeField()
    act = models.CharField(max_length=60)
    relation = models.CharField(max_length=63)
    row = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["act", "relation"], name="untold_act")]

    def __str__(self) -> str:
        """Say where and when."""
        return f"{self.relation} {self.row} {self.at}"
