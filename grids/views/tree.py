"""Pages of the grid: tree, grid, and who is responsible."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridbank.days import day_after
from gridbank.once import once
from gridbank.pages import form_page, key_asked, key_page, require_page, unanswered, written
from gridbank.scoping import visible_or_404
from grids import presenting, selectors, services
from grids.authority import Act, may, require, roles_of, why_not
from grids.enums import BackdatingKind, Part
from grids.forms import (
    AssignmentEndForm,
    AssignmentForm,
    CloseForm,
    DecisionForm,
    DutyForm,
    LastDayForm,
    RenameForm,
    TreeForm,
)
from grids.handed import handovers_to_sign, residuals_in, to_assign
from grids.models import Assignment, Grid
from grids.panels import Opened, panels_for
from grids.presenting import backdatings_shown
from grids.undoing import NOT_OWED, OWED, PARTS, RENAMED, offer_asked, parts_told
from people import undoing
from people.access import StaffRequest, allow, business
from people.lists import Wanted, list_page
from people.models import User


@require_safe
@business
def grid_list(request: StaffRequest) -> HttpResponse:
    """Show the grids."""
    form = TreeForm(request.GET, actor=request.user)
    source = presenting.source(actor=request.user, criteria=form.criteria()) if form.is_valid() else None
    views = presenting.views(selectors.vacancies(actor=request.user).count())
    more = {
        "may_backdate": may(request.user, Act.GRID_ASSIGN),
        "to_sign": selectors.backdatings_to_sign(actor=request.user).count(),
        "handovers_to_sign": handovers_to_sign(actor=request.user).count(),
    }
    tick = None
    if may(request.user, Act.GRID_ASSIGN):
        tick = presenting.tick(set(to_assign(actor=request.user).order_by().values_list("pk", flat=True)))
    wanted = Wanted(
        presenting.GRIDS, form, source, presenting.said, views=views, kept=("branch",), tick=tick, more=more
    )  # fmt: skip
    return list_page(request, "grids/list.html", wanted)


def _grid(request: StaffRequest, pk: int) -> Grid:
    return visible_or_404(selectors.grid_list(actor=request.user), pk=pk)


@require_safe
@business
def grid_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a grid: its ground, its people, its duties and its numbers."""
    overview = selectors.grid_overview(actor=request.user, grid=_grid(request, pk))
    context = {
        "overview": overview,
        "grid": overview.grid,
        "may_assign": may(request.user, Act.GRID_ASSIGN, overview.grid),
        "why_not_assign": why_not(request.user, Act.GRID_ASSIGN, overview.grid),
        "may_keep": may(request.user, Act.GRID_KEEP, overview.grid),
        "may_duty": may(request.user, Act.GRID_DUTY, overview.grid),
        "figures": presenting.figures(overview),
        "residuals": residuals_in(actor=request.user, grid=overview.grid),
        "panels": panels_for(Opened(request.user, overview.grid)),
    }
    return render(request, "grids/detail.html", context)


def _form_page(request: HttpRequest, grid: Grid, form: Any, title: str, action: str) -> HttpResponse:
    return form_page(
        request, "grids/form.html", {"grid": grid, "form": form, "title": title, "action": action}
    )


def _assign(request: StaffRequest, grid: Grid, data: dict[str, Any], before: User | None) -> None:
    since, reason, actor = data["valid_from"], data.pop("reason"), request.user
    hand_over = data.pop("hand_over", False)
    if since < timezone.localdate():
        asked = services.backdating_ask(
            actor=actor, kind=BackdatingKind.TRANSFER if hand_over else BackdatingKind.START, grid=grid,
            user=data["user"], part=data["part"], since=since, until=data["valid_to"], reason=reason,
        )  # fmt: skip
        offer_asked(request, asked)
    elif hand_over:
        ended = selectors.leads_from(actor=actor, grids=[grid], day=since)
        made = services.assignment_transfer(actor=actor, grid=grid, user=data["user"], first_day=since)
        undoing.offer(
            request, presenting.assigned(actor, made, before), PARTS, *parts_told([made], ended)
        )  # fmt: skip
    else:
        made = services.assignment_start(actor=actor, grid=grid, **data)
        undoing.offer(request, presenting.assigned(actor, made, None), PARTS, *parts_told([made], []))


def _end(request: StaffRequest, row: Assignment, data: dict[str, Any]) -> None:
    since, actor = day_after(data["last_day"]), request.user
    if since < timezone.localdate():
        asked = services.backdating_ask(
            actor=actor, kind=BackdatingKind.END, grid=row.grid, user=row.user, part=row.part, since=since,
            assignment=row, reason=data["reason"],
        )  # fmt: skip
        offer_asked(request, asked)
    else:
        told = parts_told([], [row])
        ended = services.assignment_end(actor=actor, assignment=row, last_day=data["last_day"])
        undoing.offer(request, presenting.ended(ended), PARTS, *told)


@require_page
@allow(roles_of(Act.GRID_ASSIGN))
@once
def assignment_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Make somebody responsible for a grid."""
    grid = _grid(request, pk)
    require(request.user, Act.GRID_ASSIGN, grid)
    now = selectors.grid_overview(actor=request.user, grid=grid)
    form = AssignmentForm(request.POST or None, actor=request.user, grid=grid, lead=now.lead)
    if request.method == "POST" and written(form, lambda data: _assign(request, grid, data, now.lead)):
        return redirect(grid)
    return _form_page(request, grid, form, _("Assign a person"), _("Assign"))


@require_page
@allow(roles_of(Act.GRID_ASSIGN))
@once
def assignment_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a responsibility with a day."""
    row = visible_or_404(selectors.assignment_list(actor=request.user), pk=pk)
    require(request.user, Act.GRID_ASSIGN, row.grid)
    form = AssignmentEndForm(request.POST or None)
    if request.method == "POST" and written(form, lambda data: _end(request, row, data)):
        return redirect(row.grid)
    who = {"name": row.user.name, "part": Part(row.part).label}
    return _form_page(request, row.grid, form, _("End %(name)s's part (%(part)s)") % who, _("End"))


@require_page
@allow(roles_of(Act.GRID_KEEP))
@once
def grid_rename(request: StaffRequest, pk: int) -> HttpResponse:
    """Call a grid otherwise."""
    grid = _grid(request, pk)
    require(request.user, Act.GRID_KEEP, grid)
    form, before = RenameForm(request.POST or None, initial={"name": grid.name}), grid.name
    if request.method == "POST" and written(
        form, lambda data: services.grid_rename(actor=request.user, grid=grid, **data)
    ):
        name = form.cleaned_data["name"].strip()
        if name != before:
            said = _("The grid is called %(name)s from today on.") % {"name": name}
            undoing.offer(request, said, RENAMED, grid.pk, before, name)
        return redirect(grid)
    return _form_page(request, grid, form, _("Rename the grid"), _("Save"))


def _close(request: StaffRequest, grid: Grid, data: dict[str, Any]) -> None:
    if day_after(data["last_day"]) < timezone.localdate():
        offer_asked(request, services.grid_close_ask(actor=request.user, grid=grid, **data))
    else:
        services.grid_close(actor=request.user, grid=grid, last_day=data["last_day"])


@require_page
@allow(roles_of(Act.GRID_KEEP))
@once
def grid_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a grid with a day."""
    grid = _grid(request, pk)
    require(request.user, Act.GRID_KEEP, grid)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        page = unanswered(request, presenting.closing(grid, form.cleaned_data["last_day"], request.POST))
        if page is not None:
            return page
    if request.method == "POST" and written(form, lambda data: _close(request, grid, data)):
        return redirect(grid)
    return _form_page(request, grid, form, _("Close the grid"), _("Close this grid"))


@require_page
@allow(roles_of(Act.GRID_DUTY))
@once
def duty_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down what is owed in a grid."""
    grid = _grid(request, pk)
    require(request.user, Act.GRID_DUTY, grid)
    form = DutyForm(request.POST or None)

    def write(data: dict[str, Any]) -> None:
        made = services.duty_create(actor=request.user, grid=grid, **data)
        undoing.offer(request, _("The duty is written down."), OWED, made.pk)

    if request.method == "POST" and written(form, write):
        return redirect(grid)
    return _form_page(request, grid, form, _("Add a duty"), _("Save"))


@require_page
@allow(roles_of(Act.GRID_DUTY))
@once
def duty_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a duty with a day."""
    duty = visible_or_404(selectors.duty_list(actor=request.user), pk=pk)
    require(request.user, Act.GRID_DUTY, duty.grid)
    form = LastDayForm(request.POST or None)

    def end(data: dict[str, Any]) -> None:
        before = duty.valid_to
        ended = services.duty_end(actor=request.user, duty=duty, **data)
        told = [day.isoformat() if day else None for day in (ended.valid_to, before)]
        undoing.offer(request, _("The duty ends on that day."), NOT_OWED, duty.pk, *told)

    if request.method == "POST" and written(form, end):
        return redirect(duty.grid)
    return _form_page(request, duty.grid, form, _("End the duty “%(duty)s”") % {"duty": duty.text}, _("End"))


@require_safe
@allow(roles_of(Act.GRID_ASSIGN))
def backdating_list(request: StaffRequest) -> HttpResponse:
    """Show what was asked for from days before today on, and what waits for a signature."""
    return _backdatings(request, DecisionForm())


def _backdatings(request: StaffRequest, form: DecisionForm) -> HttpResponse:
    after = key_asked(request)
    rows = selectors.backdating_list(actor=request.user)
    page = key_page(request, rows if after is None else rows.filter(pk__lt=after), key=lambda row: row.pk)
    context = {"rows": backdatings_shown(request.user, page.rows), "page": page, "form": form}
    return form_page(request, "grids/backdatings.html", context, begins=False)


@require_POST
@allow(roles_of(Act.BACKDATING_SIGN))
def backdating_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign or refuse a change from a day before today on."""
    row = visible_or_404(selectors.backdating_list(actor=request.user), pk=pk)
    form = DecisionForm(request.POST)

    def decide(data: dict[str, Any]) -> None:
        act = services.backdating_sign if data["sign"] else services.backdating_refuse
        act(actor=request.user, backdating=row)

    if written(form, decide):
        messages.success(request, _("Decided under your name."))
        return redirect("grids:backdatings")
    return _backdatings(request, form)
