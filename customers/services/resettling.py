"""A person moves to another household: where he lived stays said, and both households are derived again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import attribution, policies, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import Customer, Household, Residence
from customers.services.deaths import head_follow, heir_of
from customers.services.people import check_minor
from gridbank.days import ADULT_AGE, GUARDED_AGE, day_after, day_before
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from people.models import User


@dataclass(frozen=True, slots=True)
class _Both:
    """The household that somebody leaves and the one that he enters, held with everybody of them."""

    left: Household
    entered: Household
    people: dict[int, Customer]

    def of(self, household: Household) -> list[Customer]:
        return [one for one in self.people.values() if one.household_id == household.pk]


@transaction.atomic
def person_resettle(
    *,
    actor: User,
    customer: Customer,
    household: Household,
    relation: str,
    successor: Customer | None = None,
    along: Collection[int] = (),
) -> Residence | None:
    """Let a person live in another household of the bank from today on. Returns where he lived until yesterday.

    `along` are the keys of those who move there in the same act: he may be their guardian. The visits paid to him stay with the household in which they were paid. A child under 14 is in the care of its new
    head. Raises Refused: for who is guardian of somebody who stays, and when a head leaves adults without a new one.
    """
    both = _held(actor, customer, household)
    person = both.people[customer.pk]
    for home in (both.left, both.entered):
        policies.own_ground(actor, home)
    _check(person, both, relation, along)
    heir = heir_of(person, both.of(both.left), successor)
    now, today = timezone.now(), timezone.localdate()
    before = {"household": both.left.pk, "relation": person.relation}
    span = _span(person, actor, now, today)
    person.household, person.relation = both.entered, relation
    person.guardian = _guardian(person, both.of(both.entered))
    check_minor(person)
    _save(person, now)
    if heir is not None:
        heir.relation = Relation.HEAD
        _save(heir, now)
    if span is not None:
        span.save()
    for home in (both.left, both.entered):
        head_follow(home, actor, today)
    attribution.tell_resettled(attribution.Resettled(person, both.left))
    after = {"household": both.entered.pk, "relation": relation}
    fields = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    changes = {"fields": fields, "successor": heir and heir.pk, "version": person.version}
    record(actor=actor, action=Action.CUSTOMER_RESETTLED, subject=person, changes=changes)
    return span


def _held(actor: User, customer: Customer, household: Household) -> _Both:
    """Hold both households, then their people, each in order of their keys."""
    left = visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk).household_id
    if left == household.pk:
        raise Refused(_("This person lives there already."), field="household")
    rows = locked(selectors.household_list(actor=actor)).filter(pk__in=(left, household.pk)).order_by("pk")
    homes = {home.pk: home for home in rows}
    visible_or_404(selectors.household_list(actor=actor), pk=household.pk)
    people = locked(selectors.customer_list(actor=actor)).filter(household__in=homes).order_by("pk")
    found = {one.pk: one for one in people}
    for one in found.values():
        one.household = homes[one.household_id]
    if customer.pk not in found or found[customer.pk].household_id != left:
        raise Refused(_("This person has moved meanwhile."), field="household")
    return _Both(homes[left], homes[household.pk], found)


def _check(person: Customer, both: _Both, relation: str, along: Collection[int]) -> None:
    if both.left.grid.root_id != both.entered.grid.root_id:
        raise Refused(_("A household stays in its bank."), field="household")
    if person.died_on is not None:
        raise Refused(_("This person has died."), field="household")
    policies.unrestricted(person, "household")
    if relation not in Relation.values:
        raise Refused(_("Choose how the person is related to the head."), field="relation")
    if relation == Relation.HEAD and any(one.relation == Relation.HEAD for one in both.of(both.entered)):
        raise Refused(_("The household already has a head."), field="relation")
    wards = (one for one in both.of(both.left) if one.guardian_id == person.pk and one.pk not in along)
    ward = next(wards, None)
    if ward is not None:
        message = _("This person is the guardian of %(name)s. Choose another guardian first.")
        raise Refused(message % {"name": ward.name}, field="household")


def _guardian(person: Customer, people: list[Customer]) -> Customer | None:
    """Return who cares for a child from now on: the head, when he is known to be an adult; nobody for who is older."""
    today = timezone.localdate()
    age = person.age_on(today)
    if age is None or age >= GUARDED_AGE:
        return None
    heads = (one for one in people if one.relation == Relation.HEAD)
    return next((one for one in heads if (one.age_on(today) or 0) >= ADULT_AGE), None)


def _span(person: Customer, actor: User, now: datetime, today: date) -> Residence | None:
    """Return where the person lived until yesterday; None for who came today."""
    last = Residence.everywhere().filter(customer=person).order_by("-valid_to").first()
    since = timezone.localdate(person.created_at) if last is None else day_after(last.valid_to)
    if since >= today:
        return None
    return Residence(
        customer=person, household_id=person.household_id, valid_from=since, valid_to=day_before(today),
        moved_by=actor, moved_at=now,
    )  # fmt: skip


def _save(person: Customer, now: datetime) -> None:
    person.version += 1
    person.updated_at = now
    person.save(update_fields=["household", "relation", "guardian", "version", "updated_at"])
