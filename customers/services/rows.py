"""New households as a form, the API or a file gives them: each row is checked by itself, what passed is stored together.

The creation of one household and of thousands go through here: a rule of creation stands once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers import policies, selectors
from customers.enums import ConsentChannel, Evidence, Relation
from customers.models import Consent, Customer, Household
from customers.naming import plain_name
from customers.personal import typed
from customers.services import checks, measuring
from customers.services.claims import Claimed, claims_enter
from customers.services.consents import NOTICE_VERSION, check_consent
from customers.services.milestones import EVIDENCE, KINDS, STEP_DAYS, check_steps
from customers.services.numbering import households_insert
from customers.services.people import check_minor, guardian_among, read_person
from gridbank.errors import Refused, at
from gridbank.turns import locked
from grids import closing
from grids.models import Grid
from people.models import User

BATCH = 1000
KEPT_OF_A_PERSON = (
    "customer_since", "opened_by_id", "app_informed_on", "app_downloaded_on", "app_verified_on", "app_activated_by_id",
)  # fmt: skip
KEPT_OF_A_HOUSEHOLD = ("code", "created_at", "created_by_id", "archived_on", "archived_by_id")


class Row:
    """What a source says of a new row: only what it knows, under the names of the model's columns.

    What it says nothing of has the model's default. Numbers are in it: it never shows its values.
    """

    model: ClassVar[type[models.Model]]
    taken: ClassVar[frozenset[str]]

    def __init__(self, **values: Any) -> None:
        """Keep the values. Raises TypeError for a name that isn't to be set from outside."""
        checks.refuse_unknown(values, self.taken)
        self.values = values

    def __getattr__(self, name: str) -> Any:
        """Return a value, or the model's default for what the source doesn't know."""
        if name not in type(self).taken:
            raise AttributeError(name)
        return self.values.get(name, self.model._meta.get_field(name).get_default())  # type: ignore[union-attr]

    def but(self, **changed: Any) -> Self:
        """Return the same row with some values changed."""
        return type(self)(**{**self._own(), **self.values, **changed})

    def _own(self) -> dict[str, Any]:
        return {}


class PersonRow(Row):
    """A person of a new household. `guardian` is his guardian's place in the household's members, from 0."""

    model = Customer
    taken = frozenset({*typed(Customer), *KEPT_OF_A_PERSON} - {"guardian"})

    def __init__(
        self,
        name: str,
        relation: str = Relation.OTHER,
        *,
        guardian: int | None = None,
        consents: Iterable[str] = (),
        **values: Any,
    ) -> None:
        super().__init__(name=name, relation=relation, **values)
        self.guardian, self.consents = guardian, tuple(consents)

    def _own(self) -> dict[str, Any]:
        return {"guardian": self.guardian, "consents": self.consents}


class HouseholdRow(Row):
    """A new household and its members. Days of the past are for rosters and the demo; the default is now."""

    model = Household
    taken = frozenset(
        {Household._meta.get_field(name).attname for name in typed(Household)} | {*KEPT_OF_A_HOUSEHOLD}  # type: ignore[union-attr]
    )

    def __init__(self, grid_id: int, members: Sequence[PersonRow], **values: Any) -> None:
        super().__init__(grid_id=grid_id, **values)
        self.members = list(members)

    def _own(self) -> dict[str, Any]:
        return {"members": self.members}


@dataclass(frozen=True, slots=True)
class Opening:
    """A household with its people that passed every rule that one row can be held to; not stored yet."""

    household: Household
    people: list[Customer]
    consents: list[Consent]


def household_checked(*, row: HouseholdRow, actor_id: int, bank_id: int, now: datetime) -> Opening:
    """Check one row. Raises Refused. Asks no database: grids, villages and who is there already are the caller's."""
    kept = {"created_at": row.created_at or now, "updated_at": row.created_at or now}
    kept["created_by_id"] = row.created_by_id or actor_id
    given = {name: value for name, value in row.values.items() if name not in KEPT_OF_A_HOUSEHOLD}
    head = _head(row)
    household = Household(**{**given, "code": row.code, **kept})
    household.policy_tags = list(row.policy_tags)
    household.head_name = plain_name(row.head_name if head is None else head.name)
    # one without a number gets it when it is stored
    checks.check_model(household, [*_columns(Household, given), "head_name", *(["code"] if row.code else [])])
    people = _people(row, kept, bank_id)
    _measure(household, people, row)
    return Opening(household, people, list(_consents(row, people, kept)))


def _head(row: HouseholdRow) -> PersonRow | None:
    """Return the head. A household of which only the head's name is known has none yet."""
    heads = [person for person in row.members if person.relation == Relation.HEAD]
    if len(heads) != 1 and (row.members or not row.head_name):
        raise Refused(_("A household has one head."), field="relation")
    return heads[0] if heads else None


def _columns(model: type[models.Model], given: Iterable[str]) -> list[str]:
    """Return which of the columns a row itself can be asked about; keys lead to rows that the caller has read."""
    fields = [model._meta.get_field(name) for name in given]
    return [field.name for field in fields if not field.is_relation]


def _people(row: HouseholdRow, kept: dict[str, Any], bank_id: int) -> list[Customer]:
    people = [Customer(**each.values, **kept) for each in row.members]
    for place, (each, person) in enumerate(zip(row.members, people, strict=True)):
        with at(place):
            person.guardian = None if each.guardian is None else guardian_among(people, each.guardian)
    # A number may say the date of birth by which a guardian is judged: everybody is read before anybody is.
    for place, (each, person) in enumerate(zip(row.members, people, strict=True)):
        with at(place):
            read_person(person, _columns(Customer, each.values), bank_id)
    for place, person in enumerate(people):
        with at(place):
            check_minor(person)
            check_steps(person, STEP_DAYS)
        for field, column in EVIDENCE.items():
            if getattr(person, field) is not None:
                setattr(person, column, Evidence.CLAIMED)
    return people


def _measure(household: Household, people: Sequence[Customer], row: HouseholdRow) -> None:
    heads = [person for person in people if person.relation == Relation.HEAD]
    values = {name: getattr(heads[0], name) for name in selectors.HEAD_FIELDS} if heads else None
    day = row.archived_on or timezone.localdate(household.created_at)
    measuring.measure(household, values, day=day, by_id=row.archived_by_id or household.created_by_id)


def _consents(row: HouseholdRow, people: Sequence[Customer], kept: dict[str, Any]) -> Iterator[Consent]:
    for each, person in zip(row.members, people, strict=True):
        for purpose in dict.fromkeys(each.consents):
            consent = Consent(
                customer=person, purpose=purpose, channel=ConsentChannel.PAPER, notice_version=NOTICE_VERSION,
                staff_id=kept["created_by_id"], given_at=kept["created_at"],
            )  # fmt: skip
            check_consent(consent)
            yield consent


def households_store(actor: User, openings: Sequence[Opening]) -> None:
    """Store what passed, in a few statements. The caller leaves the audit row.

    Days on which people reached something may lie in months that are final: they are told like any other change.
    """
    wanted = {each.household.grid_id for each in openings}
    # held: whoever closes one of them waits, and finds the households
    rows = locked(policies.grids_to_write(actor=actor).filter(pk__in=wanted).order_by("pk"))
    grids = {grid.pk: grid for grid in rows}
    for grid in grids.values():
        refuse_closing(grid)
    final = _final_days(grids, openings)
    households_insert([each.household for each in openings])
    everybody = [person for each in openings for person in each.people]
    for each in openings:
        for person in each.people:
            person.household = each.household
    # Guardians before their wards: a ward needs the key.
    for wards in (False, True):
        people = [person for person in everybody if (person.guardian is not None) == wards]
        Customer.objects.bulk_create(people, batch_size=BATCH)
    _claim(actor, everybody)
    consents = [consent for each in openings for consent in each.consents]
    Consent.objects.bulk_create(consents, batch_size=BATCH)
    for each in openings:
        grid = grids[each.household.grid_id]
        for person in each.people:
            days = {
                field: day for field in STEP_DAYS if (day := getattr(person, field)) in final[grid.root_id]
            }
            told = {field: [None, day.isoformat()] for field, day in days.items()}
            closing.tell(closing.Change(actor, grid, person, frozenset(days.values()), told))


def refuse_closing(grid: Grid) -> None:
    """Put no household into a grid that closes or is closed. Raises Refused."""
    if grid.valid_to is not None:
        message = _("This grid closes on %(day)s: no household is put into it any more.")
        raise Refused(message % {"day": date_format(grid.valid_to, "SHORT_DATE_FORMAT")}, field="grid")


def _claim(actor: User, people: Sequence[Customer]) -> None:
    """Note what people are said to have reached: another than who says so confirms it."""
    for field, kind in KINDS.items():
        earner = "opened_by_id" if field == "customer_since" else "app_activated_by_id"
        claims_enter(
            actor=actor,
            kind=kind,
            rows=(
                Claimed(person.pk, person.pk, day, getattr(person, earner))
                for person in people
                if (day := getattr(person, field)) is not None
            ),
        )


def _final_days(grids: Mapping[int, Grid], openings: Sequence[Opening]) -> dict[int, frozenset[date]]:
    """Hold the months of every day that somebody reached something on; return those that are final, by bank."""
    days: dict[int, set[date]] = {grid.root_id: set() for grid in grids.values()}
    for each in openings:
        found = (getattr(person, field) for person in each.people for field in STEP_DAYS)
        days[grids[each.household.grid_id].root_id].update(day for day in found if day is not None)
    roots = {grid.root_id: grid for grid in grids.values()}
    return {root: closing.hold(grid, days[root]) for root, grid in sorted(roots.items())}
