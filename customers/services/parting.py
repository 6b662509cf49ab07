"""A household parts into two, or two of one village become one: from today on, and who lived where stays said."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from customers import policies, selectors
from customers.actions import Action
from customers.enums import Relation
from customers.models import Customer, Household
from customers.services import checks, trail
from customers.services.attribution import households_hold
from customers.services.households import own_grid
from customers.services.numbering import households_insert
from customers.services.resettling import person_resettle
from gridbank.errors import Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from people.models import User


@transaction.atomic
@recorded_last()
def household_split(
    *,
    actor: User,
    household: Household,
    version: int,
    people: Sequence[Customer],
    head: Customer,
    reason: str,
    successor: Customer | None = None,
) -> Household:
    """Let some of a household's people live in one of their own from today on, in the same grid and village.

    Each leaves his row; `successor` follows a head who goes. Raises Refused, StaleEdit.
    """
    reason = _reason(reason)
    own_grid(actor, visible_or_404(selectors.household_list(actor=actor), pk=household.pk).grid, hold=True)
    old = visible_or_404(locked(selectors.household_list(actor=actor)), pk=household.pk)
    policies.own_ground(actor, old)
    trail.refuse_stale(old, version)
    going = {one.pk: one for one in selectors.customer_list(actor=actor).filter(household=old, died_on=None)}
    staying = going.keys() - {one.pk for one in people}
    wanted = [going[one.pk] for one in people if one.pk in going]
    if len(wanted) < len(people) or not wanted:
        raise Refused(_("Choose who goes, of those who live here."), field="people")
    if not staying:
        raise Refused(
            _("Somebody stays: move the household itself, or its people one by one."), field="people"
        )
    if head.pk not in {one.pk for one in wanted}:
        raise Refused(_("The head of the new household is one of those who go."), field="head")
    new = Household(
        grid=old.grid, area=old.area, group_name=old.group_name, head_name=head.name, source=old.source, created_by=actor
    )  # fmt: skip
    households_insert([new])
    _resettle(actor, wanted, new, head=head, successor=successor)
    old.refresh_from_db()
    _touch(old)
    changes = {
        "new": new.pk,
        "people": sorted(one.pk for one in wanted),
        "reason": reason,
        "version": old.version,
    }
    record(actor=actor, action=Action.HOUSEHOLD_SPLIT, subject=old, changes=changes)
    new.refresh_from_db()
    return new


@transaction.atomic
@recorded_last()
def households_join(
    *, actor: User, household: Household, joined: Household, versions: tuple[int, int], reason: str
) -> Household:
    """Let everybody of `joined` live in a household of the same village from today on; the emptied one is over.

    Each leaves his row. Visits stay with the household in which they were paid, the dead where they lived. Raises
    Refused, StaleEdit.
    """
    reason = _reason(reason)
    if household.pk == joined.pk:
        raise Refused(_("This is one household."), field="code")
    households_hold({household.pk, joined.pk})
    rows = selectors.household_list(actor=actor)
    keep, gone = (visible_or_404(rows, pk=one.pk) for one in (household, joined))
    for one, version in zip((keep, gone), versions, strict=True):
        policies.own_ground(actor, one)
        trail.refuse_stale(one, version)
    if keep.grid_id != gone.grid_id or keep.area_id != gone.area_id:
        raise Refused(
            _("Only households of one village and one grid become one. Move it first."), field="code"
        )
    people = list(selectors.customer_list(actor=actor).filter(household=gone, died_on=None).order_by("pk"))
    if not people:
        raise Refused(_("Nobody lives there."), field="code")
    _resettle(actor, people, keep)
    gone.refresh_from_db()
    gone.ended_on = timezone.localdate()
    gone.save(update_fields=["ended_on"])
    keep.refresh_from_db()
    for one in (keep, gone):
        _touch(one)
    changes = {
        "joined": gone.pk,
        "people": [one.pk for one in people],
        "reason": reason,
        "version": keep.version,
    }
    record(actor=actor, action=Action.HOUSEHOLDS_JOINED, subject=keep, changes=changes)
    return keep


def _resettle(
    actor: User, people: Collection[Customer], home: Household, *,
    head: Customer | None = None, successor: Customer | None = None,
) -> None:  # fmt: skip
    """Move people together: the new head first, whom the others rest on, and who was head last."""
    along = [one.pk for one in people]

    def turn(person: Customer) -> tuple[bool, bool, int]:
        return head is None or person.pk != head.pk, person.relation == Relation.HEAD, person.pk

    for one in sorted(people, key=turn):
        is_head = head is not None and one.pk == head.pk
        relation = Relation.HEAD if is_head else Relation.OTHER
        person_resettle(
            actor=actor, customer=one, household=home, relation=relation, along=along,
            successor=successor if one.relation == Relation.HEAD else None,
        )  # fmt: skip


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    return checks.plain_text("reason", reason.strip())


def _touch(household: Household) -> None:
    household.version += 1
    household.updated_at = timezone.now()
    household.save(update_fields=["version", "updated_at"])
