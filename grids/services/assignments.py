"""Who is responsible, from which day to which, and what is owed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from gridbank.days import day_after, month_last
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import OutOfSight, visible_or_404
from gridbank.turns import locked
from grids import closing, handed
from grids.actions import Action
from grids.authority import Act, require, roles_for, roles_given_by
from grids.enums import Part, Tier
from grids.models import Assignment, Backdating, Duty, Grid
from grids.selectors import assignment_list, duty_list, works_elsewhere
from grids.services.access import forget, grid_locked, grids_locked
from grids.services.proving import began
from people.models import User

BATCH = 1000


def _days(since: date, until: date | None) -> str:
    if until is None:
        return _("from %(since)s on") % {"since": since.isoformat()}
    return _("from %(since)s until %(until)s") % {"since": since.isoformat(), "until": until.isoformat()}


Taken = dict[int, list[Assignment]]


def taken_in(grids: Iterable[int]) -> Taken:
    """Return every assignment of grids that were already read as somebody, by grid and in order of their days."""
    taken: Taken = {pk: [] for pk in grids}
    rows = Assignment.everywhere().filter(grid_id__in=taken).select_related("user")
    for one in rows.order_by("valid_from", "pk"):
        taken[one.grid_id].append(one)
    return taken


def _overlap(one: Assignment, two: Assignment) -> bool:
    """Say whether two have a day in common; the first and the last day count."""
    return one.valid_from <= (two.valid_to or date.max) and two.valid_from <= (one.valid_to or date.max)


def check_person(actor: User | None, grid: Grid, user: User, part: str) -> None:
    if actor is not None and works_elsewhere(actor=actor, user=user):
        raise OutOfSight
    if part not in Part.values:
        raise Refused(_("Unknown part."), field="part")
    if not user.is_active or not user.is_business:
        raise Refused(_("%(name)s can't be responsible for a grid.") % {"name": user.name}, field="user")
    if user.role not in roles_for(grid.tier, part):
        message = _("The role of %(name)s (%(role)s) doesn't fit a grid of the tier “%(tier)s”.")
        values = {"name": user.name, "role": user.get_role_display(), "tier": Tier(grid.tier).label}
        raise Refused(message % values, field="user")
    if user.role not in roles_given_by(actor, grid, part):
        require(actor, Act.HEAD_OFFICE_ASSIGN, grid)


def lock_people(keys: Iterable[int]) -> None:
    """Hold the people who are being assigned: of two banks at once, the second sees that he is taken."""
    list(locked(User.objects.filter(pk__in=set(keys)).order_by("pk")).values_list("pk"))


def check_days(grid: Grid, since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise Refused(_("The last day lies before the first."), field="valid_to")
    if since < grid.valid_from or (grid.valid_to is not None and (until or date.max) > grid.valid_to):
        message = _("The grid is in force %(days)s.")
        raise Refused(message % {"days": _days(grid.valid_from, grid.valid_to)}, field="valid_from")


def check_free(grid: Grid, new: Assignment, taken: Taken) -> None:
    """Refuse a second lead on any day, and the same person twice; a row that stands already is no rival of its own."""
    near = [
        other for other in taken[grid.pk] if not (other.pk and other.pk == new.pk) and _overlap(new, other)
    ]
    lead = next((other for other in near if other.part == new.part == Part.LEAD), None)
    if lead is not None:
        message = _("%(name)s leads %(grid)s %(days)s. End that first, or hand the grid over.")
        raise Refused(message % _told(grid, lead), field="valid_from")
    same = next((other for other in near if other.user_id == new.user_id), None)
    if same is not None:
        message = _("%(name)s has a part in %(grid)s %(days)s already.")
        raise Refused(message % _told(grid, same), field="user")


def _told(grid: Grid, row: Assignment) -> dict[str, str]:
    return {"name": row.user.name, "grid": grid.name, "days": _days(row.valid_from, row.valid_to)}


def held_months(
    actor: User | None, grid: Grid, first_day: date, field: str, signed: Backdating | None = None
) -> frozenset[date]:
    """Hold the months that a change from a day on reaches.

    Raises Refused when a person would reach into a final month, or back behind today without a second signature. Only
    the installation itself, which sets up a bank with its history, may; that is listed.
    """
    final = closing.hold(grid, closing.months_since(first_day))
    if final and actor is not None:
        message = _("%(months)s is published: responsibility in it stays as it was.")
        raise Refused(message % {"months": closing.show_months(final)}, field=field)
    if first_day < timezone.localdate() and actor is not None and signed is None:
        raise Refused(_("A day before today needs head office's second signature: ask for it."), field=field)
    return final


def _start(
    *,
    actor: User | None,
    grid: Grid,
    user: User,
    part: str,
    since: date,
    until: date | None,
    signed: Backdating | None = None,
) -> Assignment:
    lock_people([user.pk])
    check_person(actor, grid, user, part)
    check_days(grid, since, until)
    made = Assignment(grid=grid, user=user, part=part, valid_from=since, valid_to=until)
    check_free(grid, made, taken_in([grid.pk]))
    final = held_months(actor, grid, since, "valid_from", signed)
    made.save()
    _tell_start(actor, grid, made, final)
    changes = {"grid": grid.pk, "user": user.pk, "part": part, "from": since, "to": until}
    record(actor=actor, action=Action.ASSIGNMENT_STARTED, subject=made, changes=changes)
    forget()
    return made


def _tell_start(actor: User | None, grid: Grid, made: Assignment, final: frozenset[date]) -> None:
    told = {"person": [None, made.user.name], "valid_from": [None, made.valid_from.isoformat()]}
    # a day stands for its month, whose end may lie after the first day though itself lies before
    days = frozenset(day for day in final if month_last(day) >= made.valid_from)
    closing.tell(closing.Change(actor, grid, made, days, told))


@transaction.atomic
def assignment_start(
    *,
    actor: User | None,
    grid: Grid,
    user: User,
    part: str,
    valid_from: date,
    valid_to: date | None = None,
    signed: Backdating | None = None,
) -> Assignment:
    """Make a person responsible for a grid from a day on; future days are welcome, earlier ones once they are signed.

    Raises Refused for an unfit person, days outside the grid's, a second lead on any day.
    """
    # two starts at once: the second waits here and sees the first
    grid = grid_locked(actor, grid, Act.GRID_ASSIGN)
    return _start(
        actor=actor, grid=grid, user=user, part=part, since=valid_from, until=valid_to, signed=signed
    )


def assignment_seen(actor: User | None, assignment: Assignment) -> Assignment:
    """Read a responsibility again as this actor; None is the installation itself. Raises OutOfSight."""
    rows = assignment_list(actor=actor) if actor else Assignment.everywhere().select_related("grid", "user")
    found: Assignment = visible_or_404(rows, pk=assignment.pk)
    return found


def locked_assignment(actor: User | None, assignment: Assignment) -> tuple[Assignment, Grid]:
    """Read a responsibility again with its grid, under lock and as this actor."""
    found = assignment_seen(actor, assignment)
    grid = grid_locked(actor, found.grid, Act.GRID_ASSIGN)
    # as it stands now that nobody else changes it
    again = Assignment.everywhere().filter(pk=found.pk).select_related("grid", "user").first()
    if again is None:
        raise OutOfSight
    return again, grid


def _end(actor: User | None, row: Assignment, last_day: date, signed: Backdating | None = None) -> Assignment:
    row.refresh_from_db(fields=["valid_from", "valid_to"])
    if last_day < row.valid_from:
        message = _("It began on %(since)s; the last day can't lie before that.")
        raise Refused(message % {"since": row.valid_from.isoformat()}, field="last_day")
    if row.valid_to is not None and row.valid_to <= last_day:
        raise Refused(
            _("It ends on %(until)s already.") % {"until": row.valid_to.isoformat()}, field="last_day"
        )
    # the last day's month waits as well, though it stays as it was
    closing.hold(row.grid, closing.months_since(last_day))
    final = held_months(actor, row.grid, day_after(last_day), "last_day", signed)
    before, row.valid_to = row.valid_to, last_day
    row.save(update_fields=["valid_to"])
    told = {"valid_to": [before.isoformat() if before else None, last_day.isoformat()]}
    closing.tell(closing.Change(actor, row.grid, row, final, told))
    changes = {"grid": row.grid_id, "user": row.user_id, "to": [before, last_day]}
    record(actor=actor, action=Action.ASSIGNMENT_ENDED, subject=row, changes=changes)
    forget()
    return row


@transaction.atomic
def assignment_end(
    *, actor: User | None, assignment: Assignment, last_day: date, signed: Backdating | None = None
) -> Assignment:
    """End a responsibility with a day: yesterday, today, later, or earlier once it is signed.

    Raises Refused when it ended before that.
    """
    row, _grid = locked_assignment(actor, assignment)
    return _end(actor, row, last_day, signed)


@transaction.atomic
@recorded_last()
def assignment_transfer(
    *, actor: User | None, grid: Grid, user: User, first_day: date, signed: Backdating | None = None
) -> Assignment:
    """Hand a grid over: whoever leads it the day before stops then, the other leads from the first day.

    Raises Refused when nobody leads it on that day, or the new lead doesn't fit.
    """
    grid = grid_locked(actor, grid, Act.GRID_ASSIGN)
    lock_people([user.pk])
    # before the day before is asked for: the first day of all has none
    check_days(grid, first_day, None)
    last_day = first_day - timedelta(days=1)
    lead = Assignment.on(last_day).filter(grid_id=grid.pk, part=Part.LEAD).select_related("user").first()
    if lead is None:
        message = _("Nobody leads %(grid)s on %(day)s: there is nothing to hand over.")
        raise Refused(message % {"grid": grid.name, "day": last_day.isoformat()}, field="first_day")
    if lead.user_id == user.pk:
        raise Refused(_("%(name)s leads it already.") % {"name": user.name}, field="user")
    if lead.valid_to is None or lead.valid_to > last_day:
        _end(actor, lead, last_day, signed)
    return _start(
        actor=actor, grid=grid, user=user, part=Part.LEAD, since=first_day, until=None, signed=signed
    )


@transaction.atomic
@recorded_last()
def assignments_set(
    *,
    actor: User,
    grids: Sequence[Grid],
    user: User,
    part: str,
    first_day: date,
    looked_at: str | None = None,
) -> int:
    """Give one person a part in several grids from a day on; as lead he takes over where somebody leads then.

    All or nothing. `looked_at` is the seal of the leads that a page has shown. Raises Refused, which names the grid.
    """
    if not grids:
        raise Refused(_("Tick at least one grid."), field="grids")
    held = grids_locked(actor, grids, Act.GRID_ASSIGN)
    if looked_at is not None and handed.leads_seal(held.values()) != looked_at:
        raise Refused(_("Somebody else leads one of these grids meanwhile. Look at what changes again."))
    lock_people([user.pk])
    for grid in held.values():
        try:
            _set(actor, grid, user, part, first_day)
        except Refused as error:
            message = _("%(grid)s: %(why)s") % {"grid": grid.name, "why": error.message}
            raise Refused(message, field=error.field) from error
    return len(held)


def _set(actor: User, grid: Grid, user: User, part: str, first_day: date) -> None:
    before = Assignment.on(first_day - timedelta(days=1)).filter(grid=grid, part=Part.LEAD)
    if part == Part.LEAD and before.exists():
        assignment_transfer(actor=actor, grid=grid, user=user, first_day=first_day)
    else:
        assignment_start(actor=actor, grid=grid, user=user, part=part, valid_from=first_day)


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment to be made in bulk."""

    grid: Grid
    user: User
    valid_from: date
    valid_to: date | None = None
    part: str = Part.LEAD


@transaction.atomic
def assignments_bulk_create(*, actor: User | None, rows: Sequence[AssignmentRow]) -> int:
    """Make many people responsible at once, under the same rules. One audit row."""
    grids = {row.grid.pk: row.grid for row in rows}
    if actor is not None:
        grids = grids_locked(actor, grids.values(), Act.GRID_ASSIGN)
    lock_people(row.user.pk for row in rows)
    taken = taken_in(grids)
    since = min((row.valid_from for row in rows), default=date.max)
    final = {
        root: held_months(actor, grid, since, "valid_from")
        for root, grid in {grid.root_id: grid for grid in grids.values()}.items()
    }
    fresh = []
    for row in rows:
        grid = grids[row.grid.pk]
        check_person(actor, grid, row.user, row.part)
        check_days(grid, row.valid_from, row.valid_to)
        new = Assignment(
            grid_id=grid.pk, user=row.user, part=row.part, valid_from=row.valid_from, valid_to=row.valid_to
        )
        check_free(grid, new, taken)
        taken[grid.pk].append(new)
        fresh.append(new)
    Assignment.objects.bulk_create(fresh, batch_size=BATCH)
    for new in fresh:
        _tell_start(actor, grids[new.grid_id], new, final[grids[new.grid_id].root_id])
    changes = {"count": len(fresh), "assignments": began(fresh)}
    record(actor=actor, action=Action.ASSIGNMENTS_STARTED, changes=changes)
    forget()
    return len(fresh)


@transaction.atomic
def duty_create(
    *, actor: User | None, grid: Grid, text: str, valid_from: date, valid_to: date | None = None
) -> Duty:
    """Write down what is owed in a grid."""
    grid = grid_locked(actor, grid, Act.GRID_DUTY)
    if not text.strip():
        raise Refused(_("Describe the duty."), field="text")
    refuse_numbers("text", text)
    if valid_to is not None and valid_to < valid_from:
        raise Refused(_("The last day lies before the first."), field="valid_to")
    duty = Duty(grid=grid, text=text.strip(), valid_from=valid_from, valid_to=valid_to)
    duty.save()
    record(
        actor=actor, action=Action.DUTY_CREATED, subject=duty, changes={"grid": grid.pk, "text": duty.text}
    )
    return duty


@transaction.atomic
def duty_end(*, actor: User, duty: Duty, last_day: date) -> Duty:
    """End a duty with a day; it stays in the grid's history."""
    found = visible_or_404(duty_list(actor=actor), pk=duty.pk)
    grid_locked(actor, found.grid, Act.GRID_DUTY)
    found = visible_or_404(locked(duty_list(actor=actor)), pk=duty.pk)
    if last_day < found.valid_from or (found.valid_to is not None and found.valid_to <= last_day):
        raise Refused(_("The duty can't end on that day."), field="last_day")
    found.valid_to = last_day
    found.save(update_fields=["valid_to"])
    record(actor=actor, action=Action.DUTY_ENDED, subject=found, changes={"to": last_day})
    return found
