"""Households on both sides of every edge of a reason, and what a reason says of them."""

from datetime import timedelta

from django.utils import timezone

from customers.models import Household
from gridbank.scoping import waive_scope
from tests.factories import NeedFactory, VisitFactory
from tests.visits.bodies import person_in

NOW = timezone.now()
DAY = timezone.localdate(NOW)


def met(person, days, **more):
    VisitFactory(customer=person, started_at=NOW - timedelta(days=days), **more)
    with waive_scope("a test says when somebody was met"):
        Household.objects.filter(pk=person.household_id).update(last_met_on=DAY - timedelta(days=days))


def all_kinds(cast):
    """Make households on both sides of every edge."""
    for days in (None, 0, 89, 90, 91, 92):
        for ahead in (None, -1, 0, 1, 2, 3, 4):
            person = person_in(cast.grid_li)
            if days is not None:
                promise = None if ahead is None else DAY + timedelta(days=ahead)
                met(person, days, next_on=promise)
            if ahead is not None and days != 90:
                NeedFactory(household=person.household, due_on=DAY + timedelta(days=ahead))
    return Household.objects.visible_to(cast.li)


def facts(reason, homes, day=DAY):
    """Return what a reason's fact is of each household."""
    found = {} if reason.find is None else {reason.fact: reason.find(day)}
    return dict(homes.annotate(**found).values_list("pk", reason.fact))


def named(reason, homes):
    """Return the households that a reason's condition finds, and those that the reason itself would show."""
    found = {} if reason.find is None else {reason.fact: reason.find(DAY)}
    rows = homes.annotate(**found).filter(reason.condition(DAY))
    shown = {pk for pk, day in facts(reason, homes).items() if reason.late(day, DAY) is not None}
    return set(rows.values_list("pk", flat=True)), shown
