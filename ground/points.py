"""The register of service points: the list, and the pages by which it is kept."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from gridbank.scoping import visible_or_404
from grids.authority import Act, may, require, roles_of
from ground import services
from ground.models import ServicePoint
from ground.pointforms import PointCloseForm, PointFilterForm, PointForm
from ground.presenting import points as presenting
from ground.selectors import service_points_kept
from ground.undoing import ADDED, CLOSED, WRITTEN
from people import undoing
from people.access import StaffRequest, allow, business
from people.lists import Wanted, list_page

PAGE = "ground/point.html"


@require_safe
@business
def point_list(request: StaffRequest) -> HttpResponse:
    """Show the register of service points."""
    form = PointFilterForm(request.GET, actor=request.user)
    source = presenting.source(actor=request.user, **form.criteria()) if form.is_valid() else None
    more = {"may_add": may(request.user, Act.POINT_ADD)}
    wanted = Wanted(
        presenting.POINTS, form, source, presenting.said, views=presenting.views(), kept=("branch",), more=more
    )  # fmt: skip
    return list_page(request, "ground/points.html", wanted)


def _point(request: StaffRequest, pk: int) -> ServicePoint:
    """Return a point that the person may write."""
    found: ServicePoint = visible_or_404(service_points_kept(actor=request.user), pk=pk)
    require(request.user, Act.POINT_ADD, found.grid)
    return found


@require_page
@allow(roles_of(Act.POINT_ADD))
@once
def point_new(request: StaffRequest) -> HttpResponse:
    """Put a service point on the register."""
    require(request.user, Act.POINT_ADD)
    form = PointForm(request.POST or None, actor=request.user, initial={"grid": request.GET.get("grid", "")})

    def write(data: dict[str, Any]) -> None:
        made = services.service_point_add(actor=request.user, row=form.row(data))
        said = _("%(name)s is on the register.") % {"name": made.name}
        undoing.offer(request, said, ADDED, made.pk, services.point_told(made))

    if request.method == "POST" and written(form, write):
        return redirect("ground:points")
    title = _("New service point")
    context = {
        "form": form,
        "title": title,
        "action": _("Add"),
        "question": _("Where is it, and who keeps it?"),
    }
    return form_page(request, PAGE, context)


@require_page
@allow(roles_of(Act.POINT_ADD))
@once
def point_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Write a service point otherwise."""
    point = _point(request, pk)
    before = services.point_told(point)
    initial = {**before, "grid": point.grid_id, "opened_on": point.opened_on}
    form = PointForm(request.POST or None, actor=request.user, point=point, initial=initial)

    def write(data: dict[str, Any]) -> None:
        kept = services.service_point_change(actor=request.user, point=point, row=form.row(data))
        after = services.point_told(kept)
        if after != before:
            undoing.offer(
                request, _("%(name)s is changed.") % {"name": kept.name}, WRITTEN, pk, after, before
            )

    if request.method == "POST" and written(form, write):
        return redirect("ground:points")
    context = {"form": form, "point": point, "title": point.name, "action": _("Save"), "question": point.code}
    return form_page(request, PAGE, context)


@require_page
@allow(roles_of(Act.POINT_ADD))
@once
def point_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close a service point from a day on, with the reason: the page says first what comes of it."""
    point = _point(request, pk)
    form = PointCloseForm(request.POST or None)

    def write(data: dict[str, Any]) -> None:
        done = services.service_point_close(actor=request.user, point=point, **data)
        said = _("%(name)s is closed from %(day)s on.") % {"name": done.name, "day": done.closed_on}
        undoing.offer(request, said, CLOSED, pk, str(done.closed_on))

    if request.method == "POST" and written(form, write):
        return redirect("ground:points")
    title = _("Close %(name)s?") % {"name": point.name}
    context = {"form": form, "title": title, "action": _("Close this service point"), "question": point.code}
    return form_page(request, PAGE, context | {"says": presenting.closing()})
