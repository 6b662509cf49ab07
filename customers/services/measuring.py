"""How complete an archive is: a state of the day, kept with it; the days on which it was complete stay said."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from customers import completeness, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import CompleteSpan, Customer, Household
from gridbank.days import day_before
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from people.models import User

BATCH = 500
STATE = ("completeness", "completeness_rule", "complete_since", "archived_on", "archived_by")


def measure(household: Household, head: Mapping[str, Any] | None, *, day: date, by_id: int | None) -> None:
    """Score an archive: since when it is complete, if it is, and when it first was and by whom. Doesn't save it."""
    found = completeness.measure(selectors.household_values(household), head)
    household.completeness, household.completeness_rule = found.score, found.rule
    if not found.is_complete:
        household.complete_since = None
    elif household.complete_since is None:
        household.complete_since = day
    if found.is_complete and household.archived_on is None:
        household.archived_on, household.archived_by_id = day, by_id


def ended(household: Household, since: date | None, today: date) -> list[CompleteSpan]:
    """Return the span that ended, if the archive was complete at the end of a day and lacks something now."""
    if since is None or household.complete_since is not None or since >= today:
        return []
    return [CompleteSpan(household=household, valid_from=since, valid_to=day_before(today))]


def remeasure(household: Household, actor: User | None) -> None:
    """Score the archive again after a change. Saves the household."""
    head = selectors.head_values(household.pk)
    today, since = timezone.localdate(), household.complete_since
    measure(household, head, day=today, by_id=None if actor is None else actor.pk)
    household.save(update_fields=STATE)
    for span in ended(household, since, today):
        span.save()


@transaction.atomic
def archives_remeasure(*, actor: None, after: int = 0) -> int:
    """Score the next archives that an older version of the rules scored; return the last one's key, 0 when none is left.

    A batch is a transaction with one audit row: it may be stopped and started.
    """
    today = timezone.localdate()
    with waive_scope("the rules changed for every bank"):
        old = Household.objects.filter(completeness_rule__lt=completeness.CURRENT, pk__gt=after)
        homes: list[Household] = list(locked(old.order_by("pk"))[:BATCH])
        if not homes:
            return 0
        people = Customer.objects.filter(household__in=homes, relation=Relation.HEAD)
        heads = {
            head.household_id: {name: getattr(head, name) for name in selectors.HEAD_FIELDS}
            for head in people
        }
        spans: list[CompleteSpan] = []
        for home in homes:
            since = home.complete_since
            measure(home, heads.get(home.pk), day=today, by_id=None)
            spans += ended(home, since, today)
        Household.objects.bulk_update(homes, STATE)
        CompleteSpan.objects.bulk_create(spans)
    changes = {"rule": completeness.CURRENT, "archives": len(homes), "incomplete_now": len(spans)}
    record(actor=actor, action=Action.ARCHIVES_REMEASURED, changes=changes)
    return homes[-1].pk
