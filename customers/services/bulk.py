"""Many households at once: the path of the roster, the demo and the import."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import completeness, selectors
from customers.actions import Action
from customers.enums import IdType, PolicyTag, Relation, Source
from customers.models import Consent, Customer, Household
from customers.services.consents import NOTICE_VERSION
from customers.services.households import household_code
from customers.services.people import apply_identity, check_minor
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import bank_in
from people.models import User

BATCH = 1000
LOOKUP = 500


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a new household. `guardian` is his guardian's place in the household's members, from 0."""

    name: str
    relation: str = Relation.OTHER
    gender: str = ""
    birth_date: date | None = None
    id_type: str = IdType.NONE
    id_number: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    wechat_added: bool = False
    occupation: str = ""
    workplace: str = ""
    is_migrant: bool = False
    back_season: str = ""
    guardian: int | None = None
    customer_since: date | None = None
    opened_by_id: int | None = None
    app_informed_on: date | None = None
    app_downloaded_on: date | None = None
    app_verified_on: date | None = None
    app_activated_by_id: int | None = None
    do_not_contact: bool = False
    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """A new household and its members. Days of the past are for rosters and the demo; the default is now."""

    grid_id: int
    members: Sequence[PersonRow]
    code: str = ""
    area_id: int | None = None
    group_name: str = ""
    address: str = field(default="", repr=False)
    house_type: str = ""
    land_mu: Decimal | None = None
    livestock: str = ""
    vehicles: str = ""
    business: str = ""
    income_band: str = ""
    income_source: str = ""
    other_banks: str = ""
    soft_information: str = ""
    policy_tags: tuple[str, ...] = ()
    source: str = Source.ROSTER
    longitude: float | None = None
    latitude: float | None = None
    created_at: datetime | None = None
    created_by_id: int | None = None
    archived_on: date | None = None
    archived_by_id: int | None = None


_HOUSEHOLD_COPIED = (
    "grid_id", "area_id", "group_name", "address", "house_type", "land_mu", "livestock", "vehicles", "business",
    "income_band", "income_source", "other_banks", "soft_information", "source", "longitude", "latitude",
)  # fmt: skip
_PERSON_COPIED = (
    "name", "relation", "gender", "birth_date", "id_type", "id_number", "phone", "wechat_added", "occupation",
    "workplace", "is_migrant", "back_season", "customer_since", "opened_by_id", "app_informed_on",
    "app_downloaded_on", "app_verified_on", "app_activated_by_id", "do_not_contact",
)  # fmt: skip


def _refuse_row(number: int, reason: Any) -> Refused:
    return Refused(_("Row %(number)s: %(reason)s") % {"number": number, "reason": reason})


def _household(row: HouseholdRow, head: Customer, actor: User, now: datetime) -> Household:
    if not set(row.policy_tags) <= set(PolicyTag.values):
        raise Refused(_("One of the policy groups is unknown."), field="policy_tags")
    household = Household(
        code=row.code or household_code(),
        head_name=head.name,
        policy_tags=list(row.policy_tags),
        created_at=row.created_at or now,
        updated_at=row.created_at or now,
        created_by_id=row.created_by_id or actor.pk,
        **{name: getattr(row, name) for name in _HOUSEHOLD_COPIED},
    )
    found = completeness.measure(
        selectors.household_values(household), {name: getattr(head, name) for name in selectors.HEAD_FIELDS}
    )
    household.completeness, household.completeness_rule = found.score, found.rule
    if found.is_complete:
        household.archived_on = row.archived_on or timezone.localdate(household.created_at)
        household.archived_by_id = row.archived_by_id or household.created_by_id
    return household


def _members(row: HouseholdRow, actor: User, now: datetime, bank_id: int) -> list[Customer]:
    people = []
    for each in row.members:
        person = Customer(
            created_at=row.created_at or now,
            updated_at=row.created_at or now,
            created_by_id=row.created_by_id or actor.pk,
            **{name: getattr(each, name) for name in _PERSON_COPIED},
        )
        apply_identity(person, bank_id)
        people.append(person)
    for each, person in zip(row.members, people, strict=True):
        if each.guardian is not None:
            person.guardian = people[each.guardian]
            if person.guardian is person:
                raise Refused(
                    _("The guardian must be another person of the same household."), field="guardian"
                )
    return people


def _head(people: list[Customer]) -> Customer:
    heads = [person for person in people if person.relation == Relation.HEAD]
    if len(heads) != 1:
        raise Refused(_("A household has one head."), field="relation")
    return heads[0]


def _taken(digests: Iterable[str]) -> bool:
    wanted = list(digests)
    with waive_scope("one archive for one person in the whole bank; only that it exists is told"):
        return any(
            Customer.objects.filter(id_digest__in=wanted[at : at + LOOKUP]).exists()
            for at in range(0, len(wanted), LOOKUP)
        )


def _banks_by_grid(actor: User, rows: Sequence[HouseholdRow]) -> dict[int, int]:
    """Return the head office above each of the actor's own grids. Raises Refused for a row in another."""
    paths = selectors.grids_to_write(actor=actor).values_list("pk", "path")
    allowed = {pk: bank_in(path) for pk, path in paths}
    for number, row in enumerate(rows, 1):
        if row.grid_id not in allowed:
            raise _refuse_row(number, _("Choose one of your own grids."))
    return allowed


def _save_people(people: list[Customer]) -> None:
    """Save guardians before their wards: a ward needs the key."""
    alone = [person for person in people if person.guardian is None]
    wards = [person for person in people if person.guardian is not None]
    Customer.objects.bulk_create(alone, batch_size=BATCH)
    for ward in wards:
        ward.guardian_id = ward.guardian.pk if ward.guardian else None
    Customer.objects.bulk_create(wards, batch_size=BATCH)


def _note_digests(seen: set[str], people: list[Customer]) -> None:
    for person in people:
        if person.id_digest is None:
            continue
        if person.id_digest in seen:
            raise Refused(_("This ID number stands twice."), field="id_number")
        seen.add(person.id_digest)


@transaction.atomic
def households_bulk_create(*, actor: User, rows: Sequence[HouseholdRow]) -> list[Household]:
    """Create households with their people in a few statements; one audit row for all.

    Checks what single creation checks, except texts' lengths and personal numbers, which the reader of
    the source checks row by row. Nothing is stored when a row is wrong. Raises Refused, naming the row.
    """
    banks = _banks_by_grid(actor, rows)
    now = timezone.now()
    built: list[tuple[HouseholdRow, Household, list[Customer]]] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        try:
            people = _members(row, actor, now, banks[row.grid_id])
            built.append((row, _household(row, _head(people), actor, now), people))
            _note_digests(seen, people)
        except Refused as error:
            raise _refuse_row(number, error.message) from None
    if _taken(seen):
        raise Refused(_("Some of these people have an archive already."))
    _store(built, now)
    people_count = sum(len(people) for _row, _home, people in built)
    changes = {"households": len(built), "people": people_count}
    record(actor=actor, action=Action.HOUSEHOLD_BULK_CREATED, changes=changes)
    return [household for _row, household, _people in built]


def _store(built: list[tuple[HouseholdRow, Household, list[Customer]]], now: datetime) -> None:
    Household.objects.bulk_create([home for _row, home, _people in built], batch_size=BATCH)
    everybody: list[Customer] = []
    for number, (_row, home, people) in enumerate(built, 1):
        for person in people:
            person.household = home
        for person in people:
            try:
                check_minor(person)
            except Refused as error:
                raise _refuse_row(number, error.message) from None
        everybody += people
    _save_people(everybody)
    Consent.objects.bulk_create(
        [
            Consent(
                customer=person, purpose=purpose, channel="paper", notice_version=NOTICE_VERSION,
                staff_id=home.created_by_id, given_at=row.created_at or now,
            )
            for row, home, people in built
            for each, person in zip(row.members, people, strict=True)
            for purpose in each.consents
        ],
        batch_size=BATCH,
    )  # fmt: skip
