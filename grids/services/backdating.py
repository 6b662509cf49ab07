"""Time isn't moved by one person: a change is asked for with a reason, and in force once head office has signed."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from audit.verification import Signed
from gridbank.days import day_before
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import visible_or_404, waive_scope
from gridbank.turns import locked
from grids.actions import Action
from grids.authority import Act
from grids.backdated import known
from grids.enums import BackdatingKind
from grids.models import Assignment, Backdating, Grid
from grids.policies import why_not_second
from grids.selectors import backdating_list
from grids.services.access import forget, grid_locked, grids_locked
from grids.services.assignments import assignment_end, assignment_start, assignment_transfer
from people.models import User

# whoever may do it from today on may ask for it
ASKED_BY = {BackdatingKind.MOVE.value: Act.ARCHIVE_WRITE, BackdatingKind.CLOSE.value: Act.GRID_KEEP}


def asked_by(kind: str) -> Act:
    """Return what somebody must be allowed to do to ask for it."""
    return ASKED_BY.get(kind, Act.GRID_ASSIGN)


@transaction.atomic
def backdating_ask(
    *,
    actor: User,
    kind: str,
    grid: Grid,
    since: date,
    reason: str,
    user: User | None = None,
    part: str = "",
    until: date | None = None,
    assignment: Assignment | None = None,
    to_grid: Grid | None = None,
    subject_id: int | None = None,
    subject_name: str = "",
) -> Backdating:
    """Ask for a change from a day before today on. Raises Refused for what couldn't be signed either."""
    grid = grid_locked(actor, grid, asked_by(kind))
    if since >= timezone.localdate():
        raise Refused(_("From today on no second signature is needed."), field="since")
    if not reason.strip():
        raise Refused(
            _("A day before today needs head office's second signature. Give the reason."), field="reason"
        )
    refuse_numbers("reason", reason)
    asked = Backdating(
        kind=kind, grid=grid, user=user, part=part, since=since, until=until, assignment=assignment,
        reason=reason.strip(), asked_by=actor, asked_at=timezone.now(), to_grid=to_grid, subject_id=subject_id,
        subject_name=subject_name,
    )  # fmt: skip
    # before the try: what is tried is recorded, and whatever is written after the trail is out of order
    asked.save()
    _try(actor, asked)
    record(actor=actor, action=Action.BACKDATING_ASKED, subject=asked, changes=_told(asked))
    return asked


@transaction.atomic
@recorded_last()
def backdating_sign(*, actor: User, backdating: Backdating) -> Backdating:
    """Put one's name to it: from now on it holds. Raises Refused, PermissionDenied."""
    asked = _open(actor, backdating)
    _do(actor, asked)
    return _decide(actor, asked, is_signed=True)


@transaction.atomic
def backdating_refuse(*, actor: User, backdating: Backdating) -> Backdating:
    """Say no to it; it stays where it is listed. Raises Refused, PermissionDenied."""
    return _decide(actor, _open(actor, backdating), is_signed=False)


def _open(actor: User, backdating: Backdating) -> Backdating:
    found = visible_or_404(backdating_list(actor=actor), pk=backdating.pk)
    # where something goes is held as well: nobody closes it meanwhile
    grids_locked(actor, [found.grid, *([found.to_grid] if found.to_grid else [])], Act.BACKDATING_SIGN)
    asked = visible_or_404(locked(backdating_list(actor=actor)), pk=found.pk)
    if asked.decided_at is not None:
        raise Refused(_("This is decided already."))
    if why_not := why_not_second(actor, asked):
        raise Refused(why_not)
    return asked


def _decide(actor: User, asked: Backdating, *, is_signed: bool) -> Backdating:
    asked.decided_by, asked.decided_at, asked.is_signed = actor, timezone.now(), is_signed
    asked.save(update_fields=["decided_by", "decided_at", "is_signed"])
    action = Action.BACKDATING_SIGNED if is_signed else Action.BACKDATING_REFUSED
    record(actor=actor, action=action, subject=asked, changes=_told(asked))
    return asked


def _try(actor: User, asked: Backdating) -> None:
    """Do it and take it back: whoever asks hears at once what stands against it."""
    with transaction.atomic():
        _do(actor, asked)
        transaction.set_rollback(True)
    forget()


def _do(actor: User, asked: Backdating) -> None:
    if (do := known(asked.kind)) is not None:
        do(actor, asked)
    elif asked.user is None:
        raise Refused(_("Unknown change."), field="kind")
    elif asked.kind == BackdatingKind.END and asked.assignment is not None:
        last_day = day_before(asked.since)
        assignment_end(actor=actor, assignment=asked.assignment, last_day=last_day, signed=asked)
    elif asked.kind == BackdatingKind.TRANSFER:
        assignment_transfer(
            actor=actor, grid=asked.grid, user=asked.user, first_day=asked.since, signed=asked
        )
    elif asked.kind == BackdatingKind.START:
        assignment_start(
            actor=actor, grid=asked.grid, user=asked.user, part=asked.part, valid_from=asked.since,
            valid_to=asked.until, signed=asked,
        )  # fmt: skip
    else:
        raise Refused(_("Unknown change."), field="kind")


def _told(asked: Backdating) -> dict[str, object]:
    return {
        "kind": asked.kind, "grid": asked.grid_id, "user": asked.user_id, "part": asked.part, "since": asked.since,
        "until": asked.until, "reason": asked.reason, "asked_by": asked.asked_by_id, "to_grid": asked.to_grid_id,
        "subject": asked.subject_id,
    }  # fmt: skip


def signatures() -> Signed:
    """Return what must agree with the trail: each change for days before that somebody signed."""
    with waive_scope("a proof looks at every signature"):
        signed = Backdating.objects.filter(is_signed=True).order_by("pk").values_list("pk", "decided_by_id")
        return Signed(Backdating._meta.label_lower, Action.BACKDATING_SIGNED, signed)
