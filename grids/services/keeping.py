"""A grid is called otherwise, or closed: what it was stays said."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from gridbank.days import day_after, day_before, not_over
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids import closing, ending
from grids.actions import Action
from grids.authority import Act
from grids.enums import BackdatingKind, Tier
from grids.models import Assignment, Backdating, Duty, Grid, GridName
from grids.services.access import forget, grid_locked
from grids.services.assignments import assignment_end
from grids.services.backdating import backdating_ask
from people.models import User

LONGEST = 80


@transaction.atomic
def grid_rename(*, actor: User | None, grid: Grid, name: str, by: User | None = None) -> Grid:
    """Call a grid otherwise from today on; what it was called on a day before stays known. Raises Refused.

    The installation does it in somebody's name, who signed for it.
    """
    if (named := actor or by) is None:
        raise Refused(_("Say in whose name."))
    grid = grid_locked(actor, grid, Act.GRID_KEEP)
    name, today = name.strip(), timezone.localdate()
    if not name or len(name) > LONGEST:
        raise Refused(_("Give a name of at most %(most)s characters.") % {"most": LONGEST}, field="name")
    refuse_numbers("name", name)
    if grid.valid_to is not None and grid.valid_to < today:
        raise Refused(_("This grid is closed."), field="name")
    if name == grid.name:
        return grid
    last = GridName.everywhere().filter(grid=grid).order_by("-valid_to").first()
    since = grid.valid_from if last is None else day_after(last.valid_to)
    if since < today:
        GridName(
            grid=grid, name=grid.name, valid_from=since, valid_to=day_before(today), changed_by=named,
            changed_at=timezone.now(),
        ).save()  # fmt: skip
    before, grid.name = grid.name, name
    grid.save(update_fields=["name"])
    record(actor=actor, action=Action.GRID_RENAMED, subject=grid, changes={"name": [before, name]})
    forget()
    return grid


@transaction.atomic
@recorded_last()
def grid_close(*, actor: User | None, grid: Grid, last_day: date, signed: Backdating | None = None) -> Grid:
    """Close a grid with a day: nobody leads it after, nothing is owed there, and all that was stays.

    Yesterday, today or later; earlier once it is signed, and never into a final month. Raises Refused while
    households belong to it, or grids below it go on.
    """
    grid = grid_locked(actor, grid, Act.GRID_KEEP)
    _check_last_day(grid, last_day)
    with waive_scope("the grid was read as the actor; what lies below it is his as well"):
        if Grid.objects.filter(not_over(day_after(last_day)), parent=grid).exists():
            raise Refused(
                _("Grids below it are in force after that day. Close them first."), field="last_day"
            )
    if said := ending.in_the_way(grid, last_day):
        raise Refused(said, field="last_day")
    _hold(grid, last_day, signed)
    before, grid.valid_to = grid.valid_to, last_day
    grid.save(update_fields=["valid_to"])
    _end_all(actor, grid, last_day, signed)
    record(actor=actor, action=Action.GRID_CLOSED, subject=grid, changes={"to": [before, last_day]})
    forget()
    return grid


def _check_last_day(grid: Grid, last_day: date) -> None:
    if grid.tier == Tier.HEAD_OFFICE:
        raise Refused(_("The head office can't be closed."), field="last_day")
    if last_day < grid.valid_from:
        message = _("It began on %(since)s; the last day can't lie before that.")
        raise Refused(message % {"since": _day(grid.valid_from)}, field="last_day")
    if grid.valid_to is not None and grid.valid_to <= last_day:
        raise Refused(_("It ends on %(until)s already.") % {"until": _day(grid.valid_to)}, field="last_day")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _hold(grid: Grid, last_day: date, signed: Backdating | None) -> None:
    """Hold the months after the last day. Raises Refused when one is final, or nobody signed for a day before today."""
    first = day_after(last_day)
    if final := closing.hold(grid, closing.months_since(first)):
        message = _("%(months)s is published: the grids of it stay as they were.")
        raise Refused(message % {"months": closing.show_months(final)}, field="last_day")
    if first < timezone.localdate() and signed is None:
        raise Refused(
            _("A day before today needs head office's second signature: ask for it."), field="last_day"
        )


def _end_all(actor: User | None, grid: Grid, last_day: date, signed: Backdating | None) -> None:
    """End every responsibility and duty with the grid. Raises Refused for one that would begin later."""
    rows = Assignment.everywhere().filter(not_over(day_after(last_day)), grid=grid).select_related("user")
    for row in rows.order_by("pk"):
        if row.valid_from > last_day:
            message = _("%(name)s's part begins only on %(since)s. End that first.")
            raise Refused(message % {"name": row.user.name, "since": _day(row.valid_from)}, field="last_day")
        assignment_end(actor=actor, assignment=row, last_day=last_day, signed=signed)
    with waive_scope("the grid was read as the actor"):
        owed = locked(Duty.objects.filter(not_over(day_after(last_day)), grid=grid).order_by("pk"))
        for duty in owed:
            duty.valid_to = max(last_day, duty.valid_from)
            duty.save(update_fields=["valid_to"])


@transaction.atomic
def grid_close_ask(*, actor: User, grid: Grid, last_day: date, reason: str) -> Backdating:
    """Ask for a closing with a day that is over. Raises Refused for what couldn't be signed either."""
    return backdating_ask(
        actor=actor, kind=BackdatingKind.CLOSE, grid=grid, since=day_after(last_day), reason=reason
    )


def close_signed(actor: User, asked: Backdating) -> None:
    """Put a closing in force that was asked for. Registered with what can be asked for a day before today."""
    grid_close(actor=actor, grid=asked.grid, last_day=day_before(asked.since), signed=asked)
