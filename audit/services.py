"""Recording: one row in the transaction of the act itself; no row, no act."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from audit.models import AuditEvent, AuditHead
from gridbank.context import request_id
from gridbank.sealing import seal

GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """Write a value as JSON in one way only."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def event_hash(event: AuditEvent) -> str:
    """Return the SHA-256 over an event's content and the hash before it."""
    at: datetime = event.at
    content = [
        event.previous_hash,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.action,
        event.subject_type,
        event.subject_id,
        event.changes,
        event.request_id,
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def record(
    *, actor: Any, action: str, subject: models.Model | None = None, changes: dict[str, Any] | None = None
) -> AuditEvent:
    """Append one event. Call it last in the transaction: the chain's head stays locked until commit.

    `actor` is a user or None for the system itself; `changes` holds masked values only.
    """
    if actor is not None and not getattr(actor, "is_authenticated", False):
        actor = None
    # nothing to go back to: without its row the act is lost too
    with transaction.atomic(savepoint=False):
        head = AuditHead.objects.select_for_update().filter(pk=1).first()
        if head is None:
            AuditHead.objects.get_or_create(pk=1)
            head = AuditHead.objects.select_for_update().get(pk=1)
        event = AuditEvent(
            at=timezone.now(),
            actor=actor,
            action=str(action),
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=str(subject.pk) if subject is not None else "",
            changes=canonical(changes or {}),
            request_id=request_id.get() if request_id.get() != "-" else "",
            previous_hash=head.hash,
        )
        event.hash = event_hash(event)
        event.seal = seal(event.hash)
        event.save()
        head.count += 1
        head.hash = event.hash
        head.save(update_fields=["count", "hash"])
    return event
