"""Reading handovers: which there are, what each side carries before and after, and what is still open."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from grids import loads, measures
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


def carried(*, actor: User) -> dict[int, tuple[int, int]]:
    """Return by person how many grids he leads today and how many households they have, as the reader sees it."""
    paths = dict(grid_search(actor=actor).order_by().values_list("pk", "path"))
    sizes = measures.sizes(actor=actor, paths=paths)
    rows = Assignment.on(timezone.localdate()).filter(grid_id__in=paths, part=Part.LEAD)
    found: dict[int, tuple[int, int]] = {}
    for user_id, grid_id in rows.order_by().values_list("user_id", "grid_id"):
        grids, homes = found.get(user_id, (0, 0))
        found[user_id] = grids + 1, homes + int(sizes.get(grid_id) or 0)
    return found


def told(user: User, carried_by: Mapping[int, tuple[int, int]]) -> str:
    """Name somebody with what he carries now: as a menu offers him."""
    grids, homes = carried_by.get(user.pk, (0, 0))
    load = _("%(grids)s grids, %(homes)s households") % {"grids": grids, "homes": homes}
    return f"{user.name} · {user.staff_no} · {load}"


def residual_list(*, actor: User) -> QuerySet[Residual]:
    """Return who still answers for what shows up later, in grids the person may see."""
    return Residual.objects.visible_to(actor).select_related("user", "handover", "grid")


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
