"""How complete an archive is, kept with it, and since when."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from customers import completeness, selectors
from customers.models import Household
from people.models import User


def measure(household: Household, head: Mapping[str, Any] | None, *, day: date, by_id: int | None) -> None:
    """Score an archive and keep the day on which it first was complete, and by whom. Doesn't save it."""
    found = completeness.measure(selectors.household_values(household), head)
    household.completeness, household.completeness_rule = found.score, found.rule
    if found.is_complete and household.archived_on is None:
        household.archived_on, household.archived_by_id = day, by_id


def remeasure(household: Household, actor: User | None) -> None:
    """Score the archive again after a change. Saves the household."""
    head = selectors.head_values(household.pk)
    measure(household, head, day=timezone.localdate(), by_id=None if actor is None else actor.pk)
    household.save(update_fields=["completeness", "completeness_rule", "archived_on", "archived_by"])
