"""Pages of the grid: tree, grid, and who is responsible."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridbank.pages import form_page, part_of, require_page, written
from gridbank.scoping import visible_or_404
from grids import selectors, services
from grids.authority import Act, may, require, roles_of, why_not
from grids.enums import Part
from grids.forms import AssignmentForm, DutyForm, LastDayForm, TreeForm
from grids.models import Grid
from grids.panels import Opened, panels_for
from grids.presenting import show_value
from people.access import StaffRequest, allow, business
from people.models import User
from people.policies import walks_grids


@require_safe
@business
def grid_list(request: StaffRequest) -> HttpResponse:
    """Show the tree."""
    form = TreeForm(request.GET, actor=request.user)
    trees, found = selectors.grid_tree(actor=request.user, **form.criteria())
    vacant = selectors.vacancies(actor=request.user).count()
    narrowed = any(form.criteria().values())
    context = {"form": form, "trees": trees, "found": found, "vacant": vacant, "narrowed": narrowed}
    context["walks_grids"] = walks_grids(request.user)
    response = render(request, part_of(request, "grids/list.html", "tree"), context)
    response["Vary"] = "HX-Request"
    return response


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
        "may_duty": may(request.user, Act.GRID_DUTY, overview.grid),
        "figures": [{"figure": one, "text": show_value(one.measure, one.value)} for one in overview.figures],
        "panels": panels_for(Opened(request.user, overview.grid)),
    }
    return render(request, "grids/detail.html", context)


def _form_page(request: HttpRequest, grid: Grid, form: Any, title: str, action: str) -> HttpResponse:
    return form_page(
        request, "grids/form.html", {"grid": grid, "form": form, "title": title, "action": action}
    )


def _assign(actor: User, grid: Grid, data: dict[str, Any]) -> None:
    if data.pop("hand_over", False):
        services.assignment_transfer(actor=actor, grid=grid, user=data["user"], first_day=data["valid_from"])
    else:
        services.assignment_start(actor=actor, grid=grid, **data)


@require_page
@allow(roles_of(Act.GRID_ASSIGN))
def assignment_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Make somebody responsible for a grid."""
    grid = _grid(request, pk)
    require(request.user, Act.GRID_ASSIGN, grid)
    now = selectors.grid_overview(actor=request.user, grid=grid)
    form = AssignmentForm(request.POST or None, actor=request.user, grid=grid, lead=now.lead)
    if request.method == "POST" and written(form, lambda data: _assign(request.user, grid, data)):
        return redirect(grid)
    return _form_page(request, grid, form, _("Assign a person"), _("Assign"))


@require_page
@allow(roles_of(Act.GRID_ASSIGN))
def assignment_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a responsibility with a day."""
    row = visible_or_404(selectors.assignment_list(actor=request.user), pk=pk)
    require(request.user, Act.GRID_ASSIGN, row.grid)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and written(
        form, lambda data: services.assignment_end(actor=request.user, assignment=row, **data)
    ):
        return redirect(row.grid)
    who = {"name": row.user.name, "part": Part(row.part).label}
    return _form_page(request, row.grid, form, _("End %(name)s's part (%(part)s)") % who, _("End"))


@require_page
@allow(roles_of(Act.GRID_DUTY))
def duty_new(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down what is owed in a grid."""
    grid = _grid(request, pk)
    require(request.user, Act.GRID_DUTY, grid)
    form = DutyForm(request.POST or None)
    if request.method == "POST" and written(
        form, lambda data: services.duty_create(actor=request.user, grid=grid, **data)
    ):
        return redirect(grid)
    return _form_page(request, grid, form, _("Add a duty"), _("Save"))


@require_page
@allow(roles_of(Act.GRID_DUTY))
def duty_end(request: StaffRequest, pk: int) -> HttpResponse:
    """End a duty with a day."""
    duty = visible_or_404(selectors.duty_list(actor=request.user), pk=pk)
    require(request.user, Act.GRID_DUTY, duty.grid)
    form = LastDayForm(request.POST or None)
    if request.method == "POST" and written(
        form, lambda data: services.duty_end(actor=request.user, duty=duty, **data)
    ):
        return redirect(duty.grid)
    return _form_page(request, duty.grid, form, _("End the duty “%(duty)s”") % {"duty": duty.text}, _("End"))
