"""Rows of the customers app for the nets, and which of its routes wants which."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from customers.models import Claim, Likeness
from customers.services import persons_merge
from tests import factories
from tests.nets.making import by


def known_since() -> datetime:
    """Return when the archives were opened: a visit an hour ago, at midnight yesterday's, lies after it."""
    return timezone.now() - timedelta(days=2)


def _consent(world: Any, whose: str) -> Any:
    values = {"purpose": "marketing", "notice_version": "1", "channel": "paper", "given_at": timezone.now()}
    return world.row("customer", whose).consents.create(staff=world.owner(whose), **values)


def _death(world: Any, whose: str) -> Any:
    told = {"day": timezone.localdate(), "told_at": timezone.now(), "undone_at": timezone.now()}
    return world.row("customer", whose).deaths.create(told_by=world.owner(whose), was="other", **told)


def _claim(world: Any, whose: str) -> Any:
    """Something that an account manager of the grid entered."""
    person = world.row("customer", whose)
    values = {"customer": person, "kind": "downloaded", "source_id": person.pk, "day": date(2026, 1, 15)}
    return models.QuerySet(Claim).create(entered_by=world.owner(whose), earner=world.owner(whose), **values)


def _residence(world: Any, whose: str) -> Any:
    day, now = timezone.localdate() - timedelta(days=1), timezone.now()
    span = {"valid_from": day, "valid_to": day, "moved_by": world.owner(whose), "moved_at": now}
    return world.row("household", whose).former_people.create(customer=world.row("customer", whose), **span)


def _likeness(world: Any, whose: str) -> Any:
    """Two people of one household who may be one."""
    now, one = timezone.now(), world.row("customer", whose)
    other = factories.CustomerFactory(household=one.household, created_at=known_since())
    pair = Likeness(one=one, other=other, score=90, found_at=now, seen_at=now)
    pair.save()
    return pair


def _merge(world: Any, whose: str) -> Any:
    """Somebody's second archive, put together with his first."""
    home = world.row("household", whose)
    keep, gone = (factories.CustomerFactory(household=home, created_at=known_since()) for _ in range(2))
    return persons_merge(
        actor=world.cast.zhao, customer=keep, merged=gone, versions=(1, 1), taken=[], reason="核对"
    )


MAKE = {
    "claim": _claim,
    "household": lambda w, whose: factories.HouseholdFactory(grid=w.grid(whose), created_at=known_since()),
    "customer": lambda w, whose: factories.CustomerFactory(
        household=w.row("household", whose), created_at=known_since()
    ),
    "consent": _consent,
    "death": _death,
    "residence": _residence,
    "likeness": _likeness,
    "merge": _merge,
}
ROWS = {
    "customers": by("customer"),
    "customers:household": by("household"),
    "customers:household-book": by("household"),
    "customers:household-edit": by("household"),
    "customers:household-move": by("household"),
    "customers:household-split": by("household"),
    "customers:households-join": by("household"),
    "customers:customer-new": by("household"),
    "customers:customers-new": by("household"),
    "customers:consent-withdraw": by("consent"),
    "customers:twins": by("likeness"),
    "customers:twins-reconsider": by("likeness"),
    "customers:twins-merge": by("likeness"),
    "customers:merge-undo": by("merge"),
    "household-detail": by("household"),
    "customer-detail": by("customer"),
}
