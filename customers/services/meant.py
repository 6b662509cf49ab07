"""Whom the rows of another system's file mean: by identity number, or by that system's own number of a customer.

Such files are the whole bank's: only whoever may load its records brings them, and finds nobody elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.identity import IdentityError, guess_id_type, parse_id_number
from customers.models import CoreNumber, Customer
from customers.pii import blind_index, id_digest
from customers.selectors import survivors
from customers.services.attribution import households_hold
from exchange.sheets import Outcome, Row, Source, wrong
from gridbank.errors import Refused
from gridbank.loading import keys_draw, rows_insert
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from gridbank.turns import locked, take_turn
from grids.authority import Act, where
from grids.enums import Tier
from grids.models import Grid

ID_NUMBER, CUSTOMER_NO = "id_number", "customer_no"
SEALED = ("id_number", "phone", "household__address")


@dataclass
class Meant:
    """The people of a chunk by the place of their row, and what is wrong with rows that mean nobody.

    Rows that name nobody are in neither. `bank_id` is the bank whose rows they are.
    """

    bank_id: int
    people: dict[int, Customer] = field(default_factory=dict)
    faults: dict[int, Outcome] = field(default_factory=dict)


def people_meant(source: Source, rows: Sequence[Row]) -> Meant:
    """Find whom rows mean, in a fixed number of statements; a customer number beside an identity number is learnt.

    Whoever brings another file of the bank waits until commit. Raises Refused where nobody says which bank it is.
    """
    with waive_scope(
        "a file of the whole bank: whoever brings it is asked for his power over each person's grid"
    ):
        bank = _bank(source)
        take_turn(f"core {bank}")
        return _meant(source, rows, Meant(bank))


def people_held(source: Source, keys: Iterable[int], *, hold: bool = True) -> dict[int, Customer]:
    """Read people again and hold them until commit. The caller holds their households, and then their months."""
    found: dict[int, Customer] = {}
    with waive_scope("they were found for whoever brings the file, and are read again under a lock"):
        for some in portions(list(keys)):
            rows = Customer.objects.filter(_reach(source), pk__in=some).defer(*SEALED).order_by("pk")
            rows = rows.select_related("household__grid")
            found.update({person.pk: person for person in (locked(rows) if hold else rows)})
    return found


def homes_held(people: Iterable[Customer]) -> None:
    """Hold the households of people: before any month, and those before the people."""
    households_hold({person.household_id for person in people})


def core_digest(number: str, bank_id: int) -> str:
    """Return the index of a number by which the core system of a bank knows somebody; the number isn't kept."""
    return blind_index(number, f"core:{bank_id}")


def _bank(source: Source) -> int:
    if source.bank_id is not None:
        return source.bank_id
    banks = list(Grid.objects.filter(tier=Tier.HEAD_OFFICE).values_list("pk", flat=True)[:2])
    if len(banks) != 1:
        raise Refused(_("Several banks stand here, or none. Bring the file as somebody of one of them."))
    return int(banks[0])


def _reach(source: Source) -> Q:
    return Q() if source.actor is None else where(source.actor, Act.RECORDS_LOAD, "household__grid__")


def _meant(source: Source, rows: Sequence[Row], meant: Meant) -> Meant:
    digests: dict[int, str] = {}
    numbers: dict[int, str] = {}
    for at, row in enumerate(rows):
        if number := row.values.get(CUSTOMER_NO):
            numbers[at] = core_digest(number, meant.bank_id)
        if number := row.values.get(ID_NUMBER):
            try:
                digests[at] = _id_digest(number, meant.bank_id)
            except IdentityError as error:
                meant.faults[at] = wrong(ID_NUMBER, str(error), _("Correct the number in the file."))
    known: dict[str, int] = {}
    for some in portions(set(numbers.values())):
        known.update(CoreNumber.objects.filter(digest__in=some).values_list("digest", "customer_id"))
    by_id = _people(source, "id_digest", digests.values())
    by_key = _people(source, "pk", known.values())
    learnt: dict[str, Customer] = {}
    # rows with both numbers come first: what they teach, the others of the chunk know
    for at in sorted({*digests, *numbers} - set(meant.faults), key=lambda at: (at not in digests, at)):
        number = numbers.get(at, "")
        person = by_id.get(digests.get(at, ""))
        there = by_key.get(known.get(number, 0)) or learnt.get(number)
        if fault := _fault(at in digests, person, there):
            meant.faults[at] = fault
            continue
        # one of them, or there is a fault
        meant.people[at] = person or there  # type: ignore[assignment]
        if person is not None and there is None and number:
            learnt[number] = person
    _learn(learnt)
    return meant


def _fault(is_numbered: bool, person: Customer | None, there: Customer | None) -> Outcome | None:  # noqa: FBT001  which of two was asked
    if is_numbered and person is None:
        return wrong(
            ID_NUMBER, _("Nobody here has this number."), _("Bring the person in with a roster first.")
        )
    if person is not None and there is not None and there.pk != person.pk:
        return wrong(
            CUSTOMER_NO, _("Here this is somebody else's customer number."), _("Check both numbers.")
        )
    if person is None and there is None:
        sentence = _("Nobody here is known by this customer number.")
        return wrong(CUSTOMER_NO, sentence, _("Send the ID number beside it once."))
    return None


def _id_digest(number: str, bank: int) -> str:
    found = parse_id_number(number, id_type=guess_id_type(number), today=timezone.localdate())
    return id_digest(found.canonical, bank)


def _people(source: Source, column: str, keys: Iterable[str] | Iterable[int]) -> Mapping[str | int, Customer]:
    """Return who is known by each key; whose archive went into another is led on to the one that stayed."""
    found: dict[str | int, Customer] = {}
    wanted: set[Any] = {key for key in keys if key}
    for some in portions(wanted):
        rows = Customer.objects.filter(_reach(source), **{f"{column}__in": some})
        for person in rows.select_related("household__grid").defer(*SEALED):
            found[getattr(person, column)] = person
    gone = {key: person.pk for key, person in found.items() if person.merged_into_id is not None}
    if gone:
        stayed = survivors(set(gone.values()))
        people = _people(source, "pk", stayed.values())
        for key, pk in gone.items():
            del found[key]
            if (person := people.get(stayed[pk])) is not None:
                found[key] = person
    return found


def _learn(learnt: Mapping[str, Customer]) -> None:
    keys, today = keys_draw(CoreNumber, len(learnt)), timezone.localdate()
    rows_insert(
        [
            CoreNumber(pk=key, digest=digest, customer=person, learnt_on=today)
            for key, (digest, person) in zip(keys, sorted(learnt.items()), strict=True)
        ]
    )
