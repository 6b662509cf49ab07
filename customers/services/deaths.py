"""A person's death: out of plans and of what is counted from that day on, with a successor when he was the head."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import Consent, Customer, Death, Household
from customers.services import checks, measuring
from customers.services.attribution import households_hold
from customers.services.milestones import STEP_DAYS
from gridbank.days import year_first
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids import closing
from grids.authority import Act, require
from people.models import User


@transaction.atomic
def death_record(*, actor: User, customer: Customer, day: date, successor: Customer | None = None) -> Death:
    """Write down that a person died, and who is head from now on when he was it. Raises Refused.

    His consents end. A month that is final stays as it is; it lists the death.
    """
    household = _home(actor, customer)
    policies.own_ground(actor, household)
    final = closing.hold(household.grid, closing.months_since(day))
    people = _people(actor, household)
    person = people[customer.pk]
    _check_day(person, day)
    heir = heir_of(person, list(people.values()), successor)
    now = timezone.now()
    death = Death(customer=person, day=day, told_by=actor, told_at=now, was=person.relation, successor=heir)
    person.died_on = day
    if heir is not None:
        death.successor_was = heir.relation
    if person.relation == Relation.HEAD:
        person.relation = Relation.OTHER
    _save(person, now)
    if heir is not None:
        heir.relation = Relation.HEAD
        _save(heir, now)
    death.save()
    with waive_scope("the person was read as the actor"):
        consents = Consent.objects.filter(customer=person, withdrawn_at=None).update(withdrawn_at=now)
    head_follow(household, actor)
    told = {"died_on": [None, day.isoformat()]}
    closing.tell(closing.Change(actor, household.grid, person, final, told))
    changes = {
        "fields": told, "successor": heir and heir.pk, "consents_ended": consents, "version": person.version,
    }  # fmt: skip
    record(actor=actor, action=Action.CUSTOMER_DIED, subject=person, changes=changes)
    return death


@transaction.atomic
def death_undo(*, actor: User, customer: Customer, reason: str) -> Death:
    """Take back a death that was wrongly told: everything is as before it, as far as nothing else followed.

    Raises Refused; PermissionDenied for who isn't of the branch.
    """
    household = _home(actor, customer)
    require(actor, Act.DEATH_UNDO, household.grid)
    died_on = visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk).died_on
    final = closing.hold(household.grid, closing.months_since(died_on) if died_on else ())
    people = _people(actor, household)
    person = people[customer.pk]
    if person.died_on is None or person.died_on != died_on:
        raise Refused(_("This person's death isn't recorded."), field="reason")
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    checks.plain_text("reason", reason)
    with waive_scope("the person was read as the actor"):
        death: Death = Death.objects.get(customer=person, undone_at=None)
        consents = Consent.objects.filter(customer=person, withdrawn_at=death.told_at).update(
            withdrawn_at=None
        )
    now = timezone.now()
    told = {"died_on": [person.died_on.isoformat(), None]}
    person.died_on = None
    if death.was == Relation.HEAD:
        _give_back(person, death, list(people.values()), now)
    _save(person, now)
    death.undone_by, death.undone_at, death.undone_because = actor, now, reason.strip()
    death.save(update_fields=["undone_by", "undone_at", "undone_because"])
    head_follow(household, actor)
    closing.tell(closing.Change(actor, household.grid, person, final, told))
    changes = {
        "fields": told, "reason": reason.strip(), "consents_in_force_again": consents, "version": person.version,
    }  # fmt: skip
    record(actor=actor, action=Action.CUSTOMER_DEATH_UNDONE, subject=person, changes=changes)
    return death


def _home(actor: User, customer: Customer) -> Household:
    """Hold the household: before the months, and those before its people."""
    # whoever lets the person move holds it too: what is read after the wait is where he lives then
    households_hold([visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk).household_id])
    return visible_or_404(locked(selectors.household_list(actor=actor)), customers__pk=customer.pk)


def _people(actor: User, household: Household) -> dict[int, Customer]:
    """Hold everybody of a household, in order of their keys."""
    rows = locked(selectors.customer_list(actor=actor).filter(household=household).order_by("pk"))
    people = {person.pk: person for person in rows}
    for person in people.values():
        person.household = household
    return people


def _check_day(person: Customer, day: date) -> None:
    today = timezone.localdate()
    if person.died_on is not None:
        raise Refused(_("This person's death is recorded already."), field="day")
    if day > today:
        raise Refused(_("The day lies in the future."), field="day")
    # by the year, which the age shows, as of any other day
    if person.birth_date is not None and day < year_first(person.birth_date):
        raise Refused(_("The day lies before the person was born."), field="day")
    if any((reached := getattr(person, name)) is not None and reached > day for name in STEP_DAYS):
        raise Refused(
            _("An account or app step is recorded for a later day. Correct that first."), field="day"
        )


def heir_of(person: Customer, people: list[Customer], successor: Customer | None) -> Customer | None:
    """Return who is head from now on. Raises Refused when somebody could be and nobody was named."""
    may_be = {one.pk: one for one in selectors.successors(person, people)}
    if successor is None:
        if may_be and person.relation == Relation.HEAD:
            raise Refused(_("Choose who is head of the household from now on."), field="successor")
        return None
    if successor.pk not in may_be or person.relation != Relation.HEAD:
        raise Refused(_("The new head must be a living adult of the household."), field="successor")
    return may_be[successor.pk]


def _give_back(person: Customer, death: Death, people: list[Customer], now: datetime) -> None:
    """Make somebody head again, unless the household has another one by now."""
    head = next((one for one in people if one.relation == Relation.HEAD), None)
    if head is not None and head.pk != death.successor_id:
        return
    if head is not None:
        head.relation = death.successor_was
        _save(head, now)
    person.relation = Relation.HEAD


def _save(person: Customer, now: datetime) -> None:
    person.version += 1
    person.updated_at = now
    person.save(update_fields=["died_on", "relation", "version", "updated_at"])


def head_follow(household: Household, actor: User, left_on: date | None = None) -> None:
    """Derive again what a household says of its people: its head's name, its archive, and the day it ended on.

    `left_on` is the day on which somebody left or entered: it has not ended before that.
    """
    with waive_scope("the caller holds the household and its people"):
        rows: list[tuple[Any, ...]] = list(
            Customer.objects.filter(household=household).values_list(
                "relation", "name", "died_on", "merged_into_id"
            )
        )
    heads = [name for relation, name, _died, _merged in rows if relation == Relation.HEAD]
    days = [died for _relation, _name, died, merged in rows if merged is None]
    household.head_name = heads[0] if heads else household.head_name
    if days:
        household.ended_on = max([*days, left_on or min(days)]) if None not in days else None
    else:
        # whose people all stand in other archives by now, or live elsewhere, is over
        is_left = bool(rows) or left_on is not None
        household.ended_on = (household.ended_on or left_on or timezone.localdate()) if is_left else None
    household.save(update_fields=["head_name", "ended_on"])
    measuring.remeasure(household, actor)
