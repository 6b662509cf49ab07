"""The pages of coverage: how far the bank reaches its households, and what the official register counts."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from gridbank.scoping import OutOfSight
from grids.authority import Act, may, require, roles_of, where
from grids.enums import GridNature, Tier
from grids.selectors import grid_search
from ground import presenting, services
from ground.covered import coverage
from ground.forms import CoverageForm, PlaceForm, RegisterForm
from people.access import StaffRequest, allow, business


@require_safe
@business
def coverage_page(request: StaffRequest) -> HttpResponse:
    """Show how far the bank reaches the households of a grid, by what lies right below it."""
    form = CoverageForm(request.GET, actor=request.user)
    around = form.top()
    if request.GET.get("grid") and "grid" in form.errors:
        raise OutOfSight
    context: dict[str, Any] = {"form": form, "may_keep": may(request.user, Act.REGISTER_KEEP)}
    if around is not None:
        asked = form.asked(around)
        order = form.order()
        context |= presenting.coverage_shown(request, asked, coverage(actor=request.user, asked=asked), order)
        context["keeps_here"] = around.tier == Tier.BRANCH and may(request.user, Act.REGISTER_KEEP)
        form = context["form"] = form.shown(around)
    return render(request, "ground/coverage.html", context)


@require_page
@allow(roles_of(Act.REGISTER_KEEP))
@once
def register_page(request: StaffRequest) -> HttpResponse:
    """Write down how many households the official register counts in each grid of a branch."""
    require(request.user, Act.REGISTER_KEEP)
    place = PlaceForm(request.GET, actor=request.user)
    branch = place.place()
    if branch is None or (request.GET.get("branch") and "branch" in place.errors):
        raise OutOfSight
    below = grid_search(actor=request.user, tier=Tier.MANAGER).filter(
        where(request.user, Act.REGISTER_KEEP), path__startswith=branch.path, nature=GridNature.BASE
    )
    grids = list(below.select_related("area"))
    form = RegisterForm(request.POST or None, actor=request.user, grids=grids)
    changed: list[int] = []

    def write(data: dict[str, Any]) -> None:
        changed.append(
            services.official_counts_set(
                actor=request.user, grid=branch, rows=form.rows(), as_of=data["as_of"], source=data["source"]
            )
        )

    if request.method == "POST" and written(form, write):
        said = ngettext("%(n)s figure written down.", "%(n)s figures written down.", changed[0])
        messages.success(request, said % {"n": changed[0]})
        return redirect(f"{reverse('ground:coverage')}?{urlencode({'grid': branch.pk})}")
    fields = [(grid, form[f"grid_{grid.pk}"]) for grid in grids]
    places = PlaceForm(initial={"branch": branch.pk}, actor=request.user)
    context = {"branch": branch, "form": form, "fields": fields, "place": places}
    return form_page(request, "ground/register.html", context)
