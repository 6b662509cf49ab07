"""Recording: one row in the transaction of the act itself; no row, no act."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from audit.models import AuditEvent, AuditHead
from gridbank.context import request_id
from gridbank.sealing import seal
from gridbank.turns import locked

GENESIS = "0" * 64
_waiting: ContextVar[list[AuditEvent] | None] = ContextVar("waiting", default=None)


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


@contextmanager
def recorded_last() -> Iterator[None]:
    """Let what is recorded within wait for the end: for a service that calls services which record.

    Whoever locks a row while he holds the chain's head would wait for somebody who waits for the head.
    """
    if _waiting.get() is not None:
        yield
        return
    events: list[AuditEvent] = []
    token = _waiting.set(events)
    try:
        yield
    finally:
        _waiting.reset(token)
    for event in events:
        _append(event)


@contextmanager
def attempted() -> Iterator[None]:
    """Do something that may be refused and go on after it: what was recorded of it goes with it."""
    events = _waiting.get()
    kept = len(events) if events is not None else 0
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if events is not None:
            del events[kept:]
        raise


def record(
    *, actor: Any, action: str, subject: models.Model | None = None, changes: dict[str, Any] | None = None
) -> AuditEvent:
    """Append one event. Call it last in the transaction: the chain's head stays locked until commit.

    `actor` is a user or None for the system itself; `changes` holds masked values only.
    """
    if actor is not None and not getattr(actor, "is_authenticated", False):
        actor = None
    event = AuditEvent(
        actor=actor,
        action=str(action),
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        changes=canonical(changes or {}),
        request_id=request_id.get() if request_id.get() != "-" else "",
    )
    waiting = _waiting.get()
    if waiting is None:
        _append(event)
    else:
        waiting.append(event)
    return event


def _append(event: AuditEvent) -> None:
    # nothing to go back to: without its row the act is lost too
    with transaction.atomic(savepoint=False):
        head = locked(AuditHead.objects.filter(pk=1)).first()
        if head is None:
            AuditHead.objects.get_or_create(pk=1)
            head = locked(AuditHead.objects.all()).get(pk=1)
        now = timezone.now()
        # a clock that was put back stops nobody's work; the trail's order is the head's
        event.at, event.previous_hash = max(now, head.at or now), head.hash
        event.hash = event_hash(event)
        event.seal = seal(event.hash)
        event.save()
        head.count += 1
        head.hash, head.at = event.hash, event.at
        head.save(update_fields=["count", "hash", "at"])


def sealed_before(on: Any) -> list[tuple[str, str]]:
    """Return the first and the last event's hash with its seal: a key that sealed neither isn't this trail's."""
    rows = AuditEvent.objects.using(on.alias).exclude(seal="").values_list("hash", "seal")
    return [pair for pair in (rows.order_by("pk").first(), rows.order_by("-pk").first()) if pair]
