"""Somebody who is written down and may be in the archive already, though no ID number says so: asked before he is stored.

In sight somebody is alike by his name and the age that pages show, or the same phone; elsewhere in the bank by his name
and the same day of birth or phone, and only that there is somebody is told. Whoever is told isn't stored by then, so
that nothing is found out for nothing: it counts as a number that was asked for, as often as people were compared.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import selectors
from customers.actions import Action
from customers.models import Customer
from customers.naming import name_key
from customers.personal import found_q, indexes
from customers.services.asking import IdentityTaken, is_capped
from gridbank.scoping import visible_or_404, waive_scope
from people.models import User

# of so many of a name this is looked at, and so many are shown
READ, SHOWN = 50, 5


@dataclass(frozen=True, slots=True)
class Twin:
    """Whom somebody is like: people the actor may know of, and whether there is one elsewhere in the bank."""

    seen: tuple[Customer, ...]
    elsewhere: bool


class LikelyTwins(IdentityTaken):
    """Some of those who are written down are like somebody in the archive: `found`, by their places."""

    def __init__(self, found: Mapping[int, Twin], compared: int) -> None:
        """Say whom each is like; the trail's row names the first who is in sight."""
        seen = [one for twin in found.values() for one in twin.seen]
        super().__init__(_("Somebody like this has an archive already."), seen[0] if seen else None)
        self.field, self.place = None, min(found)
        self.found, self.compared = found, compared


def twins_asked(
    actor: User, bank_id: int, people: Sequence[Customer], apart: Collection[int] | None
) -> dict[int, Twin]:
    """Compare people, before they are stored, with who is there. Raises LikelyTwins.

    `apart` are the places of those of whom it was said that they are others: whom these are like is returned, for the
    trail. None compares nobody, as for what comes in files. Beyond the daily cap nobody is told of anybody.
    """
    if apart is None or is_capped(actor):
        return {}
    known = {place: one for place, one in enumerate(people) if one.birth_date or indexes(one, "digest")}
    found = {place: twin for place, one in known.items() if (twin := _twin(actor, bank_id, one))}
    asked = {place: twin for place, twin in found.items() if place not in apart}
    if asked:
        raise LikelyTwins(asked, len(known.keys() - set(apart)))
    return found


def _twin(actor: User, bank_id: int, person: Customer) -> Twin | None:
    named = Q(name_key=name_key(person.name))
    # of two numbers each is somebody's
    if person.id_digest is not None:
        named &= Q(id_digest=None)
    rows = selectors.customer_list(actor=actor).filter(named).order_by("pk")
    seen = tuple(one for one in rows[:READ] if _alike(person, one))[:SHOWN]
    if seen:
        return Twin(seen, elsewhere=False)
    same = Q(birth_date=person.birth_date) if person.birth_date else Q(pk=None)
    for digest in indexes(person, "digest"):
        same |= found_q(Customer, "digest", digest)
    with waive_scope("one archive for one person in the whole bank; only that somebody is alike is told"):
        there = Customer.objects.filter(named, same, household__grid__path__startswith=f"/{bank_id}/")
        # who is in sight was compared by what is seen of him
        hidden = there.exclude(pk__in=rows.order_by().values("pk")).exists()
    return Twin((), elsewhere=True) if hidden else None


def _alike(person: Customer, other: Customer) -> bool:
    """Whether somebody of the same name has the same phone, or the age that pages show: never by the day itself."""
    today = timezone.localdate()
    age = person.years_on(today)
    same_age = age is not None and other.years_on(today) == age
    return same_age or bool(indexes(person, "digest") & indexes(other, "digest"))


def twins_noted(actor: User, people: Sequence[Customer], found: Mapping[int, Twin]) -> None:
    """Leave the rows of those who were said to be others than those they are like."""
    for place, twin in found.items():
        changes = {"like": [one.pk for one in twin.seen], "elsewhere": twin.elsewhere}
        record(actor=actor, action=Action.CUSTOMER_TWIN_DENIED, subject=people[place], changes=changes)


@transaction.atomic
def twin_recognised(*, actor: User, customer: Customer) -> Customer:
    """Record that somebody who was to be written down is this person, who is here already. Raises OutOfSight."""
    person = visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk)
    record(actor=actor, action=Action.CUSTOMER_TWIN_RECOGNISED, subject=person)
    return person
