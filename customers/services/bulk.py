"""Many households at once: the path of the roster, the demo and the import."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.models import Customer, Household
from customers.services.asking import IdentityTaken, refusals_counted
from customers.services.people import check_alone, check_cap
from customers.services.rows import HouseholdRow, Opening, household_checked, households_store
from gridbank.errors import Refused
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from grids.models import bank_in
from people.models import User


def _row(number: int, reason: Any) -> str:
    return _("Row %(number)s: %(reason)s") % {"number": number, "reason": reason}


def _refuse_row(number: int, reason: Any) -> Refused:
    return Refused(_row(number, reason))


def _banks_by_grid(actor: User, rows: Sequence[HouseholdRow]) -> dict[int, int]:
    """Return the head office above each of the actor's own grids. Raises Refused for a row in another."""
    paths = policies.grids_to_write(actor=actor).values_list("pk", "path")
    allowed = {pk: bank_in(path) for pk, path in paths}
    for number, row in enumerate(rows, 1):
        if row.grid_id not in allowed:
            raise _refuse_row(number, _("Choose one of your own grids."))
    return allowed


def _check_areas(rows: Sequence[HouseholdRow]) -> None:
    known = selectors.area_keys({row.area_id for row in rows} - {None})
    for number, row in enumerate(rows, 1):
        if row.area_id is not None and row.area_id not in known:
            raise _refuse_row(number, _("This village is unknown."))


def _taken(digests: set[str]) -> set[str]:
    found = set[Any]()
    with waive_scope("one archive for one person in the whole bank; only that it exists is told"):
        for some in portions(digests):
            rows = Customer.objects.filter(id_digest__in=some)
            found.update(rows.values_list("id_digest", flat=True))
    return found


def _check_alone(actor: User, openings: Sequence[Opening]) -> None:
    """Refuse the first row with somebody who has an archive already, as the creation of one refuses it."""
    digests = {person.id_digest for each in openings for person in each.people if person.id_digest}
    if digests:
        check_cap(actor)
    taken = _taken(digests)
    for number, each in enumerate(openings, 1):
        for person in each.people:
            if person.id_digest in taken:
                try:
                    check_alone(actor, person)
                except IdentityTaken as error:
                    raise IdentityTaken(_row(number, error.message), error.customer) from None


def _note_digests(seen: set[str], people: list[Customer]) -> None:
    for person in people:
        if person.id_digest is None:
            continue
        if person.id_digest in seen:
            raise Refused(_("This ID number stands twice."), field="id_number")
        seen.add(person.id_digest)


@refusals_counted
@transaction.atomic
def households_bulk_create(*, actor: User, rows: Sequence[HouseholdRow]) -> list[Household]:
    """Create households with their people in a few statements; one audit row for all.

    Checks what single creation checks, by the same rules. Nothing is stored when a row is wrong. Raises Refused,
    naming the row.
    """
    banks = _banks_by_grid(actor, rows)
    _check_areas(rows)
    now, seen = timezone.now(), set[str]()
    openings: list[Opening] = []
    for number, row in enumerate(rows, 1):
        try:
            opening = household_checked(row=row, actor_id=actor.pk, bank_id=banks[row.grid_id], now=now)
            _note_digests(seen, opening.people)
        except Refused as error:
            raise _refuse_row(number, error.message) from None
        openings.append(opening)
    _check_alone(actor, openings)
    try:
        with transaction.atomic():
            households_store(actor, openings)
    except IntegrityError:
        # somebody was faster with one of them
        _check_alone(actor, openings)
        raise
    changes = {"households": len(openings), "people": sum(len(each.people) for each in openings)}
    record(actor=actor, action=Action.HOUSEHOLD_BULK_CREATED, changes=changes)
    return [each.household for each in openings]
