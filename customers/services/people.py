"""People of a household: added and changed under the rules on identity, heads and minors."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from customers import policies, selectors
from customers.actions import Action
from customers.enums import IdType, Relation
from customers.identity import EARLIEST, Identity, IdentityError, parse_id_number
from customers.models import Customer, Household
from customers.naming import plain_name
from customers.personal import index_columns, names, numbers, searchable, typed
from customers.pii import Unreadable, id_digest
from customers.pinyin import spell
from customers.services import checks, identities, measuring, trail
from customers.services.asking import IdentityTaken, is_capped, leave_row, refusals_counted
from customers.services.attribution import households_hold
from customers.services.identities import WHO
from customers.services.twins import twins_asked, twins_noted
from gridbank.days import ADULT_AGE, GUARDED_AGE
from gridbank.errors import Refused, at
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from people.models import User

PERSON_FIELDS = typed(Customer)
NUMBERS = names(numbers(Customer))
OF_MINORS = {"name", "relation", "gender", "birth_date", "id_type", "id_number", "guardian", "do_not_contact"}
# Whatever a person gets besides is not recorded of a child until somebody decides that it is.
NOT_OF_MINORS = tuple(name for name in PERSON_FIELDS if name not in OF_MINORS)
NONE = frozenset[date]()
DERIVED = ("name_key", "pinyin", "initials", "id_digest", *index_columns(Customer))


class AlreadyThere(IdentityTaken):
    """The person with this ID number has an archive that the actor can see: `customer`."""

    def __init__(self, customer: Customer) -> None:
        """Say who it is."""
        super().__init__(
            _("A person with this ID number is already here: %(name)s.") % {"name": customer.name}, customer
        )


def apply_identity(person: Customer, bank_id: int) -> None:
    """Check ID number and phones; derive digests, birth date and gender. Raises Refused."""
    try:
        if isinstance(person.id_number, Unreadable):
            # whatever it was indexed by stays with what is stored
            pass
        elif person.id_type != IdType.NONE and person.id_number:
            _apply_id_number(person, bank_id)
        elif person.id_number:
            raise Refused(_("Say what kind of document the number is from."), field="id_type")
        else:
            person.id_digest = None
    except IdentityError as error:
        raise Refused(error.message, field="id_number") from None
    for field in searchable(Customer):
        try:
            field.index(person)
        except IdentityError as error:
            raise Refused(error.message, field=field.name) from None
    person.pinyin, person.initials = spell(person.name)


def _apply_id_number(person: Customer, bank_id: int) -> None:
    found = parse_id_number(person.id_number, id_type=person.id_type, today=timezone.localdate())
    identity_take(person, found, id_digest(found.canonical, bank_id))


def identity_take(person: Customer, found: Identity, digest: str) -> None:
    """Let a checked number say when somebody was born and what he is. Raises Refused where that is known otherwise."""
    if person.birth_date not in {None, found.birth_date}:
        raise Refused(_("The date of birth and the ID number don't agree."), field="birth_date")
    if person.gender not in {"", found.gender}:
        raise Refused(_("The gender and the ID number don't agree."), field="gender")
    person.id_number, person.birth_date, person.gender = found.number, found.birth_date, found.gender
    person.id_digest = digest


def check_minor(person: Customer, today: date | None = None) -> None:
    """Hold what is asked for children under 14: an adult guardian in the household, and few data. Raises Refused."""
    today = today or timezone.localdate()
    if person.birth_date is not None and person.birth_date > today:
        raise Refused(_("The date of birth lies in the future."), field="birth_date")
    if person.birth_date is not None and person.birth_date < EARLIEST:
        raise Refused(_("The date of birth is too long ago."), field="birth_date")
    guardian = person.guardian
    if guardian is not None:
        _check_guardian(person, guardian, today)
    age = person.age_on(today)
    if age is None or age >= GUARDED_AGE:
        return
    if guardian is None:
        raise Refused(_("A child under 14 needs a guardian from the same household."), field="guardian")
    for name in NOT_OF_MINORS:
        if getattr(person, name):
            raise Refused(_("This is not recorded of a child under 14."), field=name)


def guardian_among(people: Sequence[Customer], place: int) -> Customer:
    """Return a guardian by his place among people who are written down together. Raises Refused."""
    if not 0 <= place < len(people):
        raise Refused(_("The guardian must be another person of the same household."), field="guardian")
    return people[place]


def _check_guardian(person: Customer, guardian: Customer, today: date) -> None:
    if guardian.household_id != person.household_id or guardian is person or guardian == person:
        raise Refused(_("The guardian must be another person of the same household."), field="guardian")
    # of two who are written down together one is there first
    if guardian.pk is None and guardian.guardian is not None:
        raise Refused(_("Whoever is a guardian has none himself."), field="guardian")
    if guardian.died_on is not None:
        raise Refused(_("The guardian has died. Choose another one."), field="guardian")
    age = guardian.age_on(today)
    if age is None or age < ADULT_AGE:
        raise Refused(_("The guardian must be an adult; enter the date of birth first."), field="guardian")


def check_cap(actor: User) -> None:
    """Ask about nobody beyond the daily cap. Raises IdentityTaken; whoever counts it says what it is."""
    if is_capped(actor):
        raise IdentityTaken(_("No more ID numbers can be compared today."))


def check_alone(actor: User, person: Customer) -> None:
    """One person, one archive. Raises AlreadyThere when the actor may know of the other, IdentityTaken otherwise."""
    if person.id_digest is None:
        return
    check_cap(actor)
    mine = (
        selectors.customer_list(actor=actor).filter(id_digest=person.id_digest).exclude(pk=person.pk).first()
    )
    if mine is not None:
        raise AlreadyThere(mine)
    _refuse_merged(actor, person)
    with waive_scope("one archive for one person in the whole bank; only that it exists is told"):
        taken = Customer.objects.filter(id_digest=person.id_digest).exclude(pk=person.pk).exists()
    if taken:
        raise IdentityTaken(_("This person has an archive in another branch. Ask for a transfer."))


def _refuse_merged(actor: User, person: Customer) -> None:
    """Find somebody by the number of an archive that went into his. Raises AlreadyThere, Refused when it is his own."""
    old = Customer.merged().filter(id_digest=person.id_digest).values_list("pk", flat=True).first()
    if old is None or old == person.pk:
        return
    into = selectors.survivors([old])[old]
    if into == person.pk:
        message = _("This number stands in the archive that was put together with this one.")
        raise Refused(message, field="id_number")
    mine = selectors.customer_list(actor=actor).filter(pk=into).first()
    if mine is not None:
        raise AlreadyThere(mine)


@contextmanager
def kept_alone(actor: User, people: Sequence[Customer]) -> Iterator[None]:
    """Store people of whom nobody has an archive yet. Raises as check_alone does.

    The index on their numbers decides between two at once; whoever was later is told what he would have been told.
    """
    _refuse_twice(people)
    _check_each(actor, people)
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _check_each(actor, people)
        raise


def _check_each(actor: User, people: Sequence[Customer]) -> None:
    numbered = [(place, person) for place, person in enumerate(people) if person.id_digest is not None]
    for compared, (place, person) in enumerate(numbered, 1):
        try:
            with at(place):
                check_alone(actor, person)
        except IdentityTaken as error:
            error.compared = compared
            raise


def _refuse_twice(people: Sequence[Customer]) -> None:
    seen = set[str]()
    for place, person in enumerate(people):
        if person.id_digest in seen:
            with at(place):
                raise Refused(_("This ID number stands twice."), field="id_number")
        if person.id_digest is not None:
            seen.add(person.id_digest)


def _check_head(person: Customer) -> None:
    if person.relation != Relation.HEAD:
        return
    if person.died_on is not None:
        raise Refused(_("This person has died."), field="relation")
    with waive_scope("the household was already checked; its head is asked for"):
        taken = Customer.objects.filter(household_id=person.household_id, relation=Relation.HEAD)
        if taken.exclude(pk=person.pk).exists():
            raise Refused(_("The household already has a head."), field="relation")


def check_person(person: Customer, fields: Iterable[str], bank_id: int) -> None:
    """Check what a person's row says by itself, before it is stored. Raises Refused.

    Whether the household has a head and whether the person has an archive already is not asked here.
    """
    read_person(person, fields, bank_id)
    check_minor(person)


def read_person(person: Customer, fields: Iterable[str], bank_id: int) -> None:
    """Check the fields one by one and read what the numbers say. Raises Refused."""
    person.name = plain_name(person.name)
    checks.check_model(person, {*fields, "name"} - {*NUMBERS, "guardian"})
    apply_identity(person, bank_id)


def _checked(person: Customer, fields: Iterable[str]) -> None:
    check_person(person, fields, person.household.grid.root_id)
    _check_head(person)


def _keep_head(household: Household, person: Customer) -> None:
    """Keep the head's name where lists read it."""
    if person.relation == Relation.HEAD and household.head_name != person.name:
        household.head_name = person.name
        household.save(update_fields=["head_name"])


def customer_create(*, actor: User, household: Household, data: Mapping[str, Any]) -> Customer:
    """Add a person to a household. Raises Refused, AlreadyThere."""
    return customers_create(actor=actor, household=household, people=[data])[0]


@refusals_counted
@transaction.atomic
@recorded_last()
def customers_create(
    *,
    actor: User,
    household: Household,
    people: Sequence[Mapping[str, Any]],
    apart: Collection[int] | None = None,
) -> list[Customer]:
    """Add people to a household, all or none; each leaves his row. Raises Refused, AlreadyThere.

    A guardian is somebody who lives there or, by his place from 0, one of those who are added. Where `apart` is given,
    they are compared with who is there, but for the places in it: raises LikelyTwins.
    """
    rows = locked(selectors.household_list(actor=actor))
    household = visible_or_404(rows, pk=household.pk)
    policies.own_ground(actor, household)
    made = _made(actor, household, people)
    with kept_alone(actor, made):
        alike = twins_asked(actor, household.grid.root_id, made, apart)
        # guardians before their wards: a ward needs the key
        for person in sorted(made, key=lambda one: one.guardian is not None):
            person.save()
    # somebody lives there
    if household.ended_on is not None:
        household.ended_on = None
        household.save(update_fields=["ended_on"])
    for person in made:
        _keep_head(household, person)
    measuring.remeasure(household, actor)
    for person in made:
        changes = {"household": household.pk, "relation": person.relation, "version": person.version}
        record(actor=actor, action=Action.CUSTOMER_CREATED, subject=person, changes=changes)
    twins_noted(actor, made, alike)
    return made


def _made(actor: User, household: Household, people: Sequence[Mapping[str, Any]]) -> list[Customer]:
    """Return people as they may be stored in a household. Raises Refused."""
    for data in people:
        checks.refuse_unknown(data, PERSON_FIELDS)
    fields = [{name: value for name, value in data.items() if name != "guardian"} for data in people]
    made = [Customer(household=household, created_by=actor, **values) for values in fields]
    for place, (person, data) in enumerate(zip(made, people, strict=True)):
        guardian = data.get("guardian")
        with at(place):
            person.guardian = guardian_among(made, guardian) if isinstance(guardian, int) else guardian
    # a number may say the date of birth by which a guardian is judged: everybody is read before anybody is
    for place, (person, data) in enumerate(zip(made, people, strict=True)):
        with at(place):
            read_person(person, data, household.grid.root_id)
    heads = [place for place, person in enumerate(made) if person.relation == Relation.HEAD]
    for place, person in enumerate(made):
        with at(place):
            check_minor(person)
            _check_head(person)
            if place in heads[1:]:
                raise Refused(_("A household has one head."), field="relation")
    return made


def customer_update(*, actor: User, customer: Customer, version: int, data: Mapping[str, Any]) -> Customer:
    """Change a person; `version` is the one the form was opened with. Raises Refused, StaleEdit, AlreadyThere.

    A new ID number wins over the derived date of birth and gender unless those are given too. A number typed over a
    stored one counts as a search for it, whether it is the same or not.
    """
    checks.refuse_unknown(data, PERSON_FIELDS)
    _count_typed(actor, customer, data)
    return _update(actor=actor, customer=customer, version=version, data=data)


def _count_typed(actor: User, customer: Customer, data: Mapping[str, Any]) -> None:
    """Leave the row of what is typed over stored numbers, before anybody compares; it stays when the rest is refused."""
    typed_anew = [name for name in NUMBERS if data.get(name)]
    if not typed_anew:
        return
    person = visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk)
    policies.own_ground(actor, person.household)
    fields = [name for name in typed_anew if getattr(person, name)]
    if fields:
        leave_row(actor, Action.CUSTOMER_NUMBER_TYPED, person, {"fields": fields})


@refusals_counted
@transaction.atomic
def _update(*, actor: User, customer: Customer, version: int, data: Mapping[str, Any]) -> Customer:
    # whoever lets the person move holds it too: what is read after the wait is where he lives then
    households_hold([visible_or_404(selectors.customer_list(actor=actor), pk=customer.pk).household_id])
    household = visible_or_404(selectors.household_list(actor=actor), customers__pk=customer.pk)
    policies.own_ground(actor, household)
    rows = selectors.customer_list(actor=actor)
    # months come before people
    final = identities.identity_hold(visible_or_404(rows, pk=customer.pk)) if WHO & data.keys() else NONE
    person = visible_or_404(locked(rows), pk=customer.pk)
    policies.unrestricted(person)
    trail.refuse_stale(person, version)
    was = identities.known(person)
    before = {name: getattr(person, name) for name in PERSON_FIELDS}
    if "id_number" in data and data["id_number"] != person.id_number and data["id_number"]:
        person.birth_date, person.gender = None, ""
    for name, value in data.items():
        setattr(person, name, value)
    _checked(person, data)
    _keep_wards(person)
    if before["birth_date"] is not None and person.birth_date is None:
        raise Refused(_("A date of birth that is known is put right, not taken out."), field="birth_date")
    changes = trail.changed(person, before, PERSON_FIELDS)
    if not changes:
        return person
    person.version += 1
    person.updated_at = timezone.now()
    evidence = identities.identity_changed(actor, person, was, final)
    # a number that stays was compared when it came
    with kept_alone(actor, [person] if "id_number" in changes else []):
        person.save(update_fields=[*changes, *DERIVED, *evidence, "version", "updated_at"])
    _keep_head(household, person)
    measuring.remeasure(household, actor)
    record(
        actor=actor,
        action=Action.CUSTOMER_UPDATED,
        subject=person,
        changes={"fields": changes, "version": person.version},
    )
    return person


def _keep_wards(person: Customer) -> None:
    """Refuse making a child out of somebody's guardian."""
    age = person.age_on(timezone.localdate())
    if age is not None and age >= ADULT_AGE:
        return
    with waive_scope("the wards are in the same household"):
        if Customer.objects.filter(guardian=person).exists():
            raise Refused(_("This person is a guardian and must be an adult."), field="birth_date")
