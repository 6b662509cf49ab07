"""Households: made, changed, met."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from customers import policies, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import Household
from customers.personal import typed
from customers.services import checks, measuring, trail
from customers.services.asking import refusals_counted
from customers.services.attribution import household_move, households_hold
from customers.services.people import kept_alone
from customers.services.rows import (
    HouseholdRow,
    PersonRow,
    household_checked,
    households_store,
    refuse_closing,
)
from customers.services.twins import twins_asked, twins_noted
from gridbank.errors import Refused
from gridbank.lookups import portions
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.models import Grid
from people.models import User

CREATE_FIELDS = typed(Household)
# Where an archive came from stays; the head's name follows the head.
HOUSEHOLD_FIELDS = tuple(name for name in CREATE_FIELDS if name not in {"head_name", "source"})


def own_grid(actor: User, grid: Grid | None, *, hold: bool = False) -> Grid:
    """Return a grid that a household may be put in by somebody; held, nobody closes it meanwhile.

    Raises Refused for another's, and for one that closes. Grids are held before households.
    """
    rows = policies.grids_to_write(actor=actor)
    found = None if grid is None else (locked(rows) if hold else rows).filter(pk=grid.pk).first()
    if found is None:
        raise Refused(_("Choose one of your own grids."), field="grid")
    refuse_closing(found)
    return found


@refusals_counted
@transaction.atomic
def household_create(
    *,
    actor: User,
    data: Mapping[str, Any],
    head: Mapping[str, Any] | None = None,
    people: Sequence[Mapping[str, Any]] = (),
    apart: Collection[int] | None = None,
) -> Household:
    """Open a household's archive, with its head when something is known of him, or with several people. Raises Refused.

    One of several is the head, and a guardian is named by his place among them, from 0. Where `apart` is given, they
    are compared with who is there, but for the places in it: raises LikelyTwins.
    """
    checks.refuse_unknown(data, CREATE_FIELDS)
    grid = own_grid(actor, data.get("grid"))
    keys = {f"{name}_id": value and value.pk for name, value in data.items() if name in {"grid", "area"}}
    values = {name: value for name, value in data.items() if name not in {"grid", "area"}}
    members = [PersonRow(**{**head, "relation": Relation.HEAD})] if head else []
    members += [PersonRow(**each) for each in people]
    row = HouseholdRow(members=members, **{**values, **keys})
    opening = household_checked(row=row, actor_id=actor.pk, bank_id=grid.root_id, now=timezone.now())
    with kept_alone(actor, opening.people):
        alike = twins_asked(actor, grid.root_id, opening.people, apart)
        households_store(actor, [opening])
    household = opening.household
    record(
        actor=actor,
        action=Action.HOUSEHOLD_CREATED,
        subject=household,
        changes={
            "grid": household.grid_id,
            "completeness": household.completeness,
            "version": household.version,
        },
    )
    twins_noted(actor, opening.people, alike)
    return household


@transaction.atomic
def household_update(
    *, actor: User, household: Household, version: int, data: Mapping[str, Any]
) -> Household:
    """Change an archive; `version` is the one the form was opened with. Raises Refused, StaleEdit."""
    checks.refuse_unknown(data, HOUSEHOLD_FIELDS)
    target = data.get("grid")
    is_moving = target is not None and target.pk != household.grid_id
    if is_moving:
        own_grid(actor, target, hold=True)
    rows = locked(selectors.household_list(actor=actor))
    household = visible_or_404(rows, pk=household.pk)
    policies.own_ground(actor, household)
    trail.refuse_stale(household, version)
    before = {name: getattr(household, name) for name in data}
    for name, value in data.items():
        setattr(household, name, value)
    changes = trail.changed(household, before, data)
    if not changes:
        return household
    if "grid" in changes:
        if not is_moving:
            own_grid(actor, household.grid)
        # its people's numbers are indexed by bank
        if household.grid.root_id != before["grid"].root_id:
            raise Refused(_("A household stays in its bank."), field="grid")
    checks.check_model(household, changes)
    household.version += 1
    household.updated_at = timezone.now()
    household.save(update_fields=[*changes, "version", "updated_at"])
    if "grid" in changes:
        household_move(
            actor=actor, household=household, before=before["grid"], first_day=timezone.localdate()
        )
    measuring.remeasure(household, actor)
    record(
        actor=actor,
        action=Action.HOUSEHOLD_UPDATED,
        subject=household,
        changes={"fields": changes, "version": household.version},
    )
    return household


def households_met(days: Mapping[int, date]) -> None:
    """Keep the last day on which somebody of each household was met; never moves back. Called by visits.

    The rows are locked in order of their keys first: two uploads that share households wait, never deadlock.
    """
    by_day: dict[date, list[int]] = defaultdict(list)
    for household_id, day in sorted(days.items()):
        by_day[day].append(household_id)
    households_hold(days)
    with waive_scope("the visits were already checked; only their days are kept"):
        for day, of_day in sorted(by_day.items()):
            for some in portions(of_day):
                rows = Household.objects.filter(pk__in=some)
                rows.filter(Q(last_met_on=None) | Q(last_met_on__lt=day)).update(last_met_on=day)


def household_met_corrected(*, household_id: int, day: date | None) -> None:
    """Set the day of the last meeting after a visit was corrected; this may move it back. Called by visits."""
    with waive_scope("the correction was already checked; only its day is kept"):
        Household.objects.filter(pk=household_id).update(last_met_on=day)
