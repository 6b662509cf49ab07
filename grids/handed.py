"""Reading handovers: which there are, what each side carries before and after, and what is still open."""

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from grids import loads
from grids.authority import Act, roles_for, where
from grids.enums import GridNature, HandoverKind, HandoverState, Part, Tier
from grids.models import Assignment, Grid, Handover, HandoverPart, HandoverWard, Residual
from grids.selectors import grid_search
from people.models import User

GRIDS = "grids"


def handover_list(*, actor: User) -> QuerySet[Handover]:
    """Return the handovers that the person may know of, newest first."""
    return Handover.objects.visible_to(actor).select_related("grid", "giver", "opened_by", "undone_by")


def parts_of(*, actor: User, handovers: Iterable[Handover]) -> dict[int, list[HandoverPart]]:
    """Return by handover what goes to whom."""
    keys = [one.pk for one in handovers]
    rows = HandoverPart.objects.visible_to(actor).filter(handover_id__in=keys)
    found: dict[int, list[HandoverPart]] = {key: [] for key in keys}
    for row in rows.select_related("grid", "receiver", "to_grid"):
        found[row.handover_id].append(row)
    return found


def handovers_left(grid: Grid, _last_day: date) -> str:
    """Say that a handover out of a grid or into it is still to come; empty when none is. Asked when it is closed.

    It is asked of any last day: what is handed over goes on after the handover's own day.
    """
    here = Handover.under_way().filter(Q(parts__grid=grid) | Q(parts__to_grid=grid))
    # one whose day came unsigned never comes in force
    coming = here.filter(Q(state=HandoverState.SIGNED) | Q(first_day__gt=timezone.localdate()))
    first = coming.select_related("giver").order_by("first_day", "pk").first()
    if first is None:
        return ""
    message = _("A handover from %(name)s on %(day)s is under way here. Undo that first.")
    day = date_format(first.first_day, "SHORT_DATE_FORMAT")
    return message % {"name": first.giver.name, "day": day}


def handovers_to_sign(*, actor: User) -> QuerySet[Handover]:
    """Return those that wait for this person's own signature, as giver or receiver."""
    rows = handover_list(actor=actor).filter(state=HandoverState.OPEN, first_day__gt=timezone.localdate())
    taken = HandoverPart.objects.visible_to(actor).filter(receiver=actor).values("handover_id")
    signed = Handover.objects.visible_to(actor).filter(signatures__user=actor).values("pk")
    return (rows.filter(giver=actor) | rows.filter(pk__in=taken)).exclude(pk__in=signed)


def led_by(*, actor: User, user: User, day: date) -> QuerySet[Grid]:
    """Return the grids that somebody leads on a day and in which the reader decides who is responsible."""
    rows = grid_search(actor=actor).filter(where(actor, Act.GRID_ASSIGN))
    led = Assignment.on(day).filter(user=user, part=Part.LEAD)
    return rows.filter(pk__in=led.values("grid_id"))


def givers(*, actor: User) -> QuerySet[User]:
    """Return the people who lead a grid in which the reader decides who is responsible; closed accounts as well."""
    rows = grid_search(actor=actor).filter(where(actor, Act.GRID_ASSIGN)).order_by()
    led = Assignment.on(timezone.localdate()).filter(part=Part.LEAD, grid__in=rows.values("pk"))
    return User.objects.filter(pk__in=led.values("user_id")).order_by("name", "staff_no")


# who may lead or help in an account manager's grid; the service says where a role doesn't fit
FIELD = roles_for(Tier.MANAGER, Part.HELPER)


def to_assign(*, actor: User) -> QuerySet[Grid]:
    """Return today's grids in which the reader decides who is responsible."""
    return grid_search(actor=actor).filter(where(actor, Act.GRID_ASSIGN))


def leads_seal(grids: Iterable[Grid]) -> str:
    """Return what stands for who leads grids today and later: whoever assigns says by it what he has looked at."""
    coming = Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
    rows = Assignment.everywhere().filter(coming, grid__in=list(grids), part=Part.LEAD).order_by("pk")
    told = [
        [str(value) for value in row]
        for row in rows.values_list("pk", "grid_id", "user_id", "valid_from", "valid_to")
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def led_by_others(*, actor: User, user: User) -> QuerySet[Grid]:
    """Return the base grids that somebody else leads today and in which the reader decides who is responsible."""
    today = timezone.localdate()
    rows = grid_search(actor=actor, tier=Tier.MANAGER).filter(
        where(actor, Act.GRID_ASSIGN), nature=GridNature.BASE
    )
    led = Assignment.on(today).filter(part=Part.LEAD).exclude(user=user)
    return rows.filter(pk__in=led.values("grid_id"))


def residual_list(*, actor: User) -> QuerySet[Residual]:
    """Return who still answers for what shows up later, in grids the person may see."""
    return Residual.objects.visible_to(actor).select_related("user", "handover", "grid")


def residuals_in(*, actor: User, grid: Grid) -> QuerySet[Residual]:
    """Return who answers today for what began in a grid before he handed it over."""
    return residual_list(actor=actor).filter(grid=grid, valid_to__gte=timezone.localdate())


def wards_of(*, actor: User, handover: Handover) -> list[HandoverWard]:
    """Return the households that were chosen, by their numbers."""
    return list(HandoverWard.objects.visible_to(actor).filter(handover=handover))


Parts = Collection[tuple[Grid, User, Grid | None]]


def loads_compared(
    *, actor: User, giver: User, kind: str, parts: Parts, wards: Collection[int], day: date
) -> list[dict[str, Any]]:
    """Return what giver and receivers carry on the last day before and from the first day on, as the actor sees it."""
    people = {giver.pk: giver} | {receiver.pk: receiver for _grid, receiver, _to in parts}
    rows = Assignment.on(day).filter(user_id__in=people, part=Part.LEAD).order_by()
    led: dict[int, set[int]] = {pk: set() for pk in people}
    for user_id, grid_id in rows.values_list("user_id", "grid_id"):
        led[user_id].add(grid_id)
    then = {pk: set(grids) for pk, grids in led.items()}
    if kind != HandoverKind.HOUSEHOLDS:
        for grid, receiver, _to in parts:
            then[giver.pk].discard(grid.pk)
            then[receiver.pk].add(grid.pk)
    before = {pk: {GRIDS: len(grids)} for pk, grids in led.items()}
    after = {pk: {GRIDS: len(grids)} for pk, grids in then.items()}
    known = set().union(*led.values(), *then.values(), {grid.pk for grid, _receiver, _to in parts})
    for load in loads.registered():
        counts = load.count(actor, known, None)
        for pk in people:
            before[pk][load.key] = sum(counts.get(grid, 0) for grid in led[pk])
            after[pk][load.key] = sum(counts.get(grid, 0) for grid in then[pk])
        if kind == HandoverKind.HOUSEHOLDS:
            for grid, receiver, _to in parts:
                gone = load.count(actor, [grid.pk], wards).get(grid.pk, 0)
                after[giver.pk][load.key] -= gone
                after[receiver.pk][load.key] += gone
    return [
        {"user": pk, "name": user.name, "before": before[pk], "after": after[pk]}
        for pk, user in people.items()
    ]


def still_open(
    *, actor: User, grids: Collection[int], wards: Collection[int] | None
) -> list[tuple[loads.Load, list[loads.Entry]]]:
    """Return what is promised and asked for in what is handed over, as far as the reader may see it."""
    return [
        (load, load.entries(actor, grids, wards)) for load in loads.registered() if load.entries is not None
    ]
