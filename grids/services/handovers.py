"""Handing over as one act: opened, looked at together, signed by three, undone before its day."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record
from audit.verification import Signed
from gridbank.days import day_before
from gridbank.errors import NotAllowed, Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids import wards
from grids.actions import Action
from grids.authority import Act
from grids.enums import GridNature, HandoverKind, HandoverState, Part, Signing
from grids.handed import handover_list, led_by, loads_compared, parts_of
from grids.models import (
    Assignment,
    Grid,
    Handover,
    HandoverPart,
    HandoverSignature,
    HandoverVisit,
    HandoverWard,
)
from grids.policies import is_signed, require_keeps, signs_himself, supervises, takes_part
from grids.services.access import forget, grids_locked
from grids.services.assignments import assignment_transfer
from people.models import User
from people.persons import is_same

Going = tuple[Grid, User, Grid | None]
"""A grid, who takes it, and of chosen households the grid that they enter."""
MOST_MONTHS = 120
MOST_WARDS = 500
SHOWN = 5


@transaction.atomic
def handover_open(
    *,
    actor: User,
    kind: str,
    giver: User,
    parts: Sequence[Going],
    first_day: date,
    reason: str,
    residual_months: int = 6,
    households: Collection[str] = (),
) -> Handover:
    """Write down what goes from whom to whom on a coming day. Raises Refused for what couldn't be put in force."""
    grids = grids_locked(actor, _grids(parts), Act.GRID_ASSIGN)
    going = [(grids[grid.pk], user, grids[to.pk] if to else None) for grid, user, to in parts]
    _check(kind, giver, going, first_day, residual_months)
    if not reason.strip():
        raise Refused(_("Give the reason."), field="reason")
    refuse_numbers("reason", reason)
    _check_led(actor, kind, giver, going, first_day)
    chosen = _chosen(actor, going, households) if kind == HandoverKind.HOUSEHOLDS else {}
    made = Handover(
        kind=kind, giver=giver, grid=_above(going), first_day=first_day, reason=reason.strip(),
        residual_months=residual_months, opened_by=actor, opened_at=timezone.now(),
        loads=loads_compared(
            actor=actor, giver=giver, kind=kind, parts=going, wards=list(chosen.values()), day=day_before(first_day)
        ),
    )  # fmt: skip
    made.save()
    for grid, user, to in going:
        HandoverPart(handover=made, grid=grid, receiver=user, to_grid=to).save()
    HandoverWard.objects.bulk_create(
        HandoverWard(handover=made, subject_id=pk, subject_name=code) for code, pk in chosen.items()
    )
    if kind != HandoverKind.HOUSEHOLDS:
        _try(actor, going, first_day)
    record(actor=actor, action=Action.HANDOVER_OPENED, subject=made, changes=_told(made, going, len(chosen)))
    return made


def _grids(parts: Sequence[Going]) -> list[Grid]:
    return [grid for start, _user, to in parts for grid in (start, to) if grid is not None]


def _told(made: Handover, going: Sequence[Going], count: int) -> dict[str, object]:
    return {
        "kind": made.kind, "giver": made.giver_id, "from": made.first_day, "reason": made.reason,
        "residual_months": made.residual_months, "households": count,
        "parts": [[grid.pk, user.pk, to.pk if to else None] for grid, user, to in going],
    }  # fmt: skip


def _check(kind: str, giver: User, going: Sequence[Going], first_day: date, months: int) -> None:
    if kind not in HandoverKind.values or not going:
        raise Refused(_("Say what is handed over."), field="kind")
    if first_day <= timezone.localdate():
        raise Refused(_("A handover takes effect on a coming day."), field="first_day")
    if not 0 <= months <= MOST_MONTHS:
        raise Refused(_("Give a number of months between 0 and 120."), field="residual_months")
    if any(is_same(user, giver) for _grid, user, _to in going):
        raise Refused(_("Who gives can't be who takes."), field="receiver")
    if len({grid.pk for grid, _user, _to in going}) < len(going):
        raise Refused(_("Each grid goes to one person."), field="receiver")
    if len({grid.root_id for grid in _grids(going)}) > 1:
        raise Refused(_("The grid belongs to another bank."), field="grid")


def _check_led(actor: User, kind: str, giver: User, going: Sequence[Going], first_day: date) -> None:
    """Refuse grids that the giver doesn't lead then, some that are left out of all, and those that go already."""
    led = set(led_by(actor=actor, user=giver, day=day_before(first_day)).values_list("pk", flat=True))
    given = {grid.pk for grid, _user, _to in going}
    if given - led:
        raise Refused(
            _("%(name)s doesn't lead this grid on the day before.") % {"name": giver.name}, field="grid"
        )
    # all is all on the day, whoever decides there
    then = Assignment.on(first_day).filter(user=giver, part=Part.LEAD).exclude(grid_id__in=given)
    if kind == HandoverKind.ALL and (led - given or then.exists()):
        raise Refused(_("A grid that %(name)s leads is left out.") % {"name": giver.name}, field="receiver")
    other = Handover.under_way().filter(parts__grid_id__in=given).exclude(kind=HandoverKind.HOUSEHOLDS)
    if kind != HandoverKind.HOUSEHOLDS and other.exists():
        raise Refused(_("A handover of this grid is under way. Undo that first."), field="grid")


def _chosen(actor: User, going: Sequence[Going], numbers: Collection[str]) -> dict[str, int]:
    (grid, user, to), *more = going
    if (
        more
        or to is None
        or to.nature != GridNature.BASE
        or grid.nature != GridNature.BASE
        or to.pk == grid.pk
    ):
        raise Refused(_("Chosen households go from one base grid to another."), field="to_grid")
    if to.valid_to is not None:
        message = _("%(grid)s is closed with %(day)s.")
        day = date_format(to.valid_to, "SHORT_DATE_FORMAT")
        raise Refused(message % {"grid": to.name, "day": day}, field="to_grid")
    lead = Assignment.on(timezone.localdate()).filter(grid=to, part=Part.LEAD).first()
    if lead is None or lead.user_id != user.pk:
        raise Refused(_("%(name)s doesn't lead the grid they go to.") % {"name": user.name}, field="to_grid")
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST_WARDS:
        raise Refused(_("Give 1 to 500 numbers of households."), field="households")
    found = wards.kept().find(actor, grid, wanted)
    if missing := [number for number in wanted if number not in found]:
        message = _("Not in this grid: %(numbers)s.")
        raise Refused(message % {"numbers": _(", ").join(missing[:SHOWN])}, field="households")
    rows = Handover.under_way().filter(wards__subject_id__in=found.values())
    if going_already := list(rows.values_list("wards__subject_name", flat=True)[:SHOWN]):
        message = _("A handover of %(numbers)s is under way. Undo that first.")
        raise Refused(message % {"numbers": _(", ").join(going_already)}, field="households")
    return found


def _above(going: Sequence[Going]) -> Grid:
    """Return the lowest grid above all of them that are given: whoever works there knows of the act."""
    grids = [grid for grid, _user, _to in going]
    first = grids[0]
    while not all(grid.path.startswith(first.path) for grid in grids) and first.parent is not None:
        first = first.parent
    return first


def _try(actor: User, going: Sequence[Going], first_day: date) -> None:
    """Do it and take it back: whoever opens it hears at once what stands against it."""
    list(
        locked(User.objects.filter(pk__in={user.pk for _g, user, _t in going}).order_by("pk")).values_list(
            "pk"
        )
    )
    with transaction.atomic():
        for grid, user, _to in sorted(going, key=lambda one: one[0].pk):
            try:
                assignment_transfer(actor=actor, grid=grid, user=user, first_day=first_day)
            except Refused as error:
                raise Refused(error.message, field="receiver") from error
        transaction.set_rollback(True)
    forget()


def _open(actor: User, handover: Handover, states: Collection[str]) -> tuple[Handover, list[HandoverPart]]:
    found: Handover = visible_or_404(locked(handover_list(actor=actor)), pk=handover.pk)
    if found.state not in states:
        raise Refused(_("It can't be changed any more: %(state)s.") % {"state": found.get_state_display()})
    return found, parts_of(actor=actor, handovers=[found])[found.pk]


@transaction.atomic
def handover_sign(*, actor: User, handover: Handover, part: str, reason: str = "") -> Handover:
    """Put one's name to it as giver, receiver or supervisor; with the last name it waits for its day.

    For a giver who has left the supervisor signs, with the reason. Raises Refused, PermissionDenied.
    """
    found, parts = _open(actor, handover, {HandoverState.OPEN})
    if found.first_day <= timezone.localdate():
        raise Refused(_("Its day has come before everybody signed. Undo it and open another."))
    user = _signs_for(actor, found, parts, part, reason)
    refuse_numbers("reason", reason)
    with waive_scope("the act was read as the actor"):
        signed = set(HandoverSignature.objects.filter(handover=found).values_list("part", "user_id"))
    if (part, user.pk) in signed or (part == Signing.SUPERVISOR and any(one == part for one, _pk in signed)):
        raise Refused(_("This is signed already."))
    name = HandoverSignature(
        handover=found, part=part, user=user, signed_by=actor, signed_at=timezone.now(),
        reason=reason.strip() if user.pk != actor.pk else "",
    )  # fmt: skip
    name.save()
    if is_signed(found, parts, {*signed, (part, user.pk)}):
        found.state = HandoverState.SIGNED
        found.save(update_fields=["state"])
    changes = {
        "handover": found.pk,
        "part": part,
        "for": user.pk,
        "state": found.state,
        "reason": name.reason,
    }
    record(actor=actor, action=Action.HANDOVER_SIGNED, subject=name, changes=changes)
    return found


def _signs_for(actor: User, found: Handover, parts: list[HandoverPart], part: str, reason: str) -> User:
    """Return in whose name somebody may sign. Raises NotAllowed."""
    if part == Signing.RECEIVER and actor.pk in {one.receiver_id for one in parts}:
        return actor
    if part == Signing.GIVER and actor.pk == found.giver_id:
        return actor
    if part == Signing.SUPERVISOR and supervises(actor, found, parts):
        return actor
    if part == Signing.GIVER and supervises(actor, found, parts):
        if signs_himself(found.giver):
            message = _("%(name)s is still here and must sign as giver himself.")
            raise Refused(message % {"name": found.giver.name}, field="reason")
        if not reason.strip():
            raise Refused(_("Say why the giver doesn't sign."), field="reason")
        return found.giver
    raise NotAllowed(_("Giver and receiver each sign for themselves; the supervisor is neither of them."))


@transaction.atomic
def handover_undo(*, actor: User, handover: Handover) -> Handover:
    """Take it back before its day, or when it could not be put in force. Raises Refused, PermissionDenied."""
    found, parts = _open(actor, handover, {HandoverState.OPEN, HandoverState.SIGNED})
    require_keeps(actor, parts)
    come = found.state == HandoverState.SIGNED and found.first_day <= timezone.localdate()
    if come and not found.trouble:
        raise Refused(_("Its day has come: it is put in force."))
    found.state, found.undone_by, found.undone_at = HandoverState.UNDONE, actor, timezone.now()
    found.save(update_fields=["state", "undone_by", "undone_at"])
    record(actor=actor, action=Action.HANDOVER_UNDONE, subject=found, changes={"from": found.first_day})
    return found


@transaction.atomic
def handover_visit_add(
    *, actor: User, handover: Handover, day: date, people: str, note: str = ""
) -> HandoverVisit:
    """Write down a visit that giver and receiver made together. Raises Refused, PermissionDenied."""
    states = {HandoverState.OPEN, HandoverState.SIGNED, HandoverState.DONE}
    found, parts = _open(actor, handover, states)
    if not takes_part(actor, found, parts):
        raise NotAllowed(_("Giver, receiver or whoever decides there writes down a joint visit."))
    if day > timezone.localdate():
        raise Refused(_("The day of the visit hasn't come yet."), field="day")
    if not people.strip():
        raise Refused(_("Say who was there."), field="people")
    refuse_numbers("people", people)
    refuse_numbers("note", note)
    made = HandoverVisit(
        handover=found, day=day, people=people.strip(), note=note.strip(), recorded_by=actor,
        recorded_at=timezone.now(),
    )  # fmt: skip
    made.save()
    changes = {"handover": found.pk, "day": day}
    record(actor=actor, action=Action.HANDOVER_VISITED, subject=made, changes=changes)
    return made


def handover_signatures() -> Signed:
    """Return what must agree with the trail: each name under a handover."""
    with waive_scope("a proof looks at every signature"):
        rows = HandoverSignature.objects.order_by("pk").values_list("pk", "signed_by_id")
        return Signed(HandoverSignature._meta.label_lower, Action.HANDOVER_SIGNED, rows)
