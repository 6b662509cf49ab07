"""On its day a handover is put in force: people, households and what the giver still answers for, in one transaction."""

import logging
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.outside import refuse_outside
from audit.services import record, recorded_last
from gridbank.days import day_before, months_before, not_over
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids import wards
from grids.actions import Action
from grids.attempting import attempt
from grids.authority import roles_for
from grids.enums import HandoverKind, HandoverState, Part, Signing
from grids.models import Assignment, Grid, Handover, HandoverPart, Residual
from grids.policies import is_signed, supervises
from grids.services.assignments import assignment_transfer
from people.models import User

logger = logging.getLogger("gridbank.grids")
BY_THE_CLOCK = "a handover that three signed is put in force by the clock"


def handovers_due(*, actor: None = None) -> int:
    """Put in force every handover whose day has come; say of each that can't be why. May be asked again and again."""
    return sum(
        attempt(
            f"handover {one.pk}",
            partial(handover_put_in_force, actor=actor, handover=one),
            partial(_note_trouble, one),
            logger=logger,
        )
        for one in list(Handover.due(timezone.localdate()))
    )


@transaction.atomic
@recorded_last()
def handover_put_in_force(*, actor: None = None, handover: Handover) -> bool:
    """Do what three have signed; False when somebody did it meanwhile. Raises Refused for what stands against it now."""
    with waive_scope(BY_THE_CLOCK):
        _hold_grids(handover)
        found: Handover = locked(Handover.objects.select_related("giver")).get(pk=handover.pk)
        if found.state != HandoverState.SIGNED or found.first_day > timezone.localdate():
            return False
        refuse_outside()
        _hold_people(found)
        # read only now that nobody changes them
        parts = list(found.parts.select_related("grid", "receiver", "to_grid"))
        # never back behind today, which only head office could sign for: what is late begins late
        begins = timezone.localdate()
        if not is_signed(found, parts, set(found.signatures.values_list("part", "user_id"))):
            raise Refused(_("Giver, receiver and supervisor haven't all signed it."))
        _refuse_powerless(found, parts)
        ids = list(found.wards.order_by("subject_id").values_list("subject_id", flat=True))
        for part in parts:
            _refuse_changed(found, part, begins)
        _refuse_left_out(found, parts, begins)
        if found.kind == HandoverKind.HOUSEHOLDS:
            ids = _move(found, parts[0], ids, begins)
        else:
            for part in sorted(parts, key=lambda one: one.grid_id):
                assignment_transfer(actor=actor, grid=part.grid, user=part.receiver, first_day=begins)
        _leave_residuals(found, parts, begins)
    found.state, found.done_at, found.trouble = HandoverState.DONE, timezone.now(), ""
    found.save(update_fields=["state", "done_at", "trouble"])
    changes = {"giver": found.giver_id, "from": begins, "households": ids}
    changes["parts"] = [[one.grid_id, one.receiver_id, one.to_grid_id] for one in parts]
    record(actor=actor, action=Action.HANDOVER_DONE, subject=found, changes=changes)
    return True


def _hold_grids(handover: Handover) -> None:
    keys = {
        pk for pair in handover.parts.values_list("grid_id", "to_grid_id") for pk in pair if pk is not None
    }
    # in one order for all; the installation asks for nobody's power
    list(locked(Grid.objects.filter(pk__in=keys).order_by("pk")).values_list("pk"))


def _hold_people(found: Handover) -> None:
    keys = [found.giver_id, *found.parts.values_list("receiver_id", flat=True)]
    list(locked(User.objects.filter(pk__in=keys).order_by("pk")).values_list("pk"))


def _refuse_changed(found: Handover, part: HandoverPart, first: date) -> None:
    """Refuse what isn't any more as three people signed it, whatever is handed over: nobody else's is taken or given."""
    if _lead(part.grid, day_before(first)) != found.giver_id or _lead(part.grid, first) not in {
        None,
        found.giver_id,
    }:
        message = _("%(name)s doesn't lead %(grid)s any more.")
        raise Refused(message % {"name": found.giver.name, "grid": part.grid.name})
    _refuse_closed(part, first)
    entered, taker = part.to_grid or part.grid, part.receiver
    # nobody asks here in whose bank he is: whoever opened the act was asked on that day
    theirs = Assignment.everywhere().filter(not_over(first), user=taker)
    if theirs.exclude(grid__path__startswith=f"/{entered.root_id}/").exists():
        raise Refused(_("%(name)s works for another bank by now.") % {"name": taker.name})
    if not taker.is_active or taker.role not in roles_for(entered.tier, Part.LEAD):
        raise Refused(_("%(name)s can't be responsible for a grid.") % {"name": taker.name})
    if part.to_grid is not None and _lead(part.to_grid, first) != taker.pk:
        message = _("%(name)s doesn't lead %(grid)s any more.")
        raise Refused(message % {"name": taker.name, "grid": part.to_grid.name})


def _refuse_powerless(found: Handover, parts: list[HandoverPart]) -> None:
    """Refuse what whoever signed as supervisor, or in the giver's place, could not sign on this day."""
    for name in found.signatures.select_related("signed_by").order_by("pk"):
        signer = name.signed_by
        if name.part != Signing.SUPERVISOR and name.user_id == signer.pk:
            continue
        if not (signer.is_active and supervises(signer, found, parts)):
            message = _("%(name)s, who signed as supervisor, doesn't decide there any more.")
            raise Refused(message % {"name": signer.name})


def _refuse_closed(part: HandoverPart, day: date) -> None:
    """Refuse grids that are closed; one that will be is left, but nothing goes into it."""
    entered, left = part.to_grid or part.grid, part.grid
    closing_day = entered.valid_to or (left.valid_to if left.valid_to and left.valid_to < day else None)
    if closing_day is not None:
        grid = entered if entered.valid_to else left
        message = _("%(grid)s is closed with %(day)s.")
        raise Refused(message % {"grid": grid.name, "day": date_format(closing_day, "SHORT_DATE_FORMAT")})


def _refuse_left_out(found: Handover, parts: list[HandoverPart], day: date) -> None:
    """Refuse "everything" when the giver leads by now what nobody was asked to take."""
    if found.kind != HandoverKind.ALL:
        return
    rows = Assignment.on(day).filter(user_id=found.giver_id, part=Part.LEAD)
    if left := rows.exclude(grid__in=[one.grid_id for one in parts]).select_related("grid").first():
        message = _("%(name)s leads %(grid)s as well, which nobody takes over.")
        raise Refused(message % {"name": found.giver.name, "grid": left.grid.name})


def _lead(grid: Grid, day: date) -> int | None:
    rows = Assignment.on(day).filter(grid=grid, part=Part.LEAD)
    return rows.values_list("user_id", flat=True).first()


def _move(found: Handover, part: HandoverPart, ids: list[int], first: date) -> list[int]:
    supervisor = found.signatures.get(part=Signing.SUPERVISOR).signed_by
    if part.to_grid is None:
        raise Refused(_("Say what is handed over."))
    return wards.kept().hand(supervisor, ids, part.grid, part.to_grid, first)


def _leave_residuals(found: Handover, parts: list[HandoverPart], first: date) -> None:
    if not found.residual_months:
        return
    last = day_before(months_before(first, -found.residual_months))
    Residual.objects.bulk_create(
        Residual(handover=found, grid=one.grid, user=found.giver, valid_from=first, valid_to=last)
        for one in parts
    )


@transaction.atomic
def _note_trouble(handover: Handover, why: str) -> None:
    with waive_scope(BY_THE_CLOCK):
        found: Handover = locked(Handover.objects.all()).get(pk=handover.pk)
        if found.state != HandoverState.SIGNED or found.trouble == why[:300]:
            return
        found.trouble = why[:300]
        found.save(update_fields=["trouble"])
        record(actor=None, action=Action.HANDOVER_REFUSED, subject=found, changes={"why": found.trouble})
