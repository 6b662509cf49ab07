"""Pages on who is where: what is wanting, and one person for several grids at once."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gridbank.fields import key_read
from gridbank.listing import SIZES
from gridbank.once import once
from gridbank.pages import SURE, form_page, require_page, written
from grids import gaps, handed, selectors, services
from grids.authority import Act, require, roles_of
from grids.enums import Part
from grids.forms import AssignTickedForm
from grids.undoing import PARTS, parts_told
from people import undoing
from people.access import StaffRequest, allow

SHOWN = 200


@require_safe
@allow(roles_of(Act.GRID_ASSIGN))
def gap_page(request: StaffRequest) -> HttpResponse:
    """Show what is wanting: people, duties, targets."""
    require(request.user, Act.GRID_ASSIGN)
    found = gaps.found(actor=request.user)
    wanted = request.GET.get("show", "")
    # the first that has rows, unless one is asked for
    chosen = next((one for one in found if one[0].key == wanted), None)
    gap, rows = chosen or next((one for one in found if one[1]), found[0])
    context = {
        "tabs": [{"key": one.key, "label": one.label, "n": len(those)} for one, those in found],
        "gap": gap,
        "rows": rows[:SHOWN],
        "more": max(len(rows) - SHOWN, 0),
        "limit": gaps.limit_said() if gap.key == "long" else "",
    }
    return render(request, "grids/gaps.html", context)


@require_page
@allow(roles_of(Act.GRID_ASSIGN))
@once
def assign_ticked(request: StaffRequest) -> HttpResponse:
    """Give one person a part in the grids that were ticked: first what would change, then it is done."""
    require(request.user, Act.GRID_ASSIGN)
    ticked = request.POST if request.method == "POST" else request.GET
    keys = [key for text in ticked.getlist("grids")[: max(SIZES)] if (key := key_read(text))]
    grids = list(handed.to_assign(actor=request.user).filter(pk__in=keys))
    form = AssignTickedForm(request.POST or None, actor=request.user, near=grids[0] if grids else None)
    sure, told = SURE in request.POST, list[Any]()

    def write(data: dict[str, Any]) -> None:
        chosen, seen = list(data["grids"]), request.POST.get("seen", "")
        ended = selectors.leads_from(actor=request.user, grids=chosen, day=data["first_day"])
        services.assignments_set(actor=request.user, **{**data, "grids": chosen}, looked_at=seen)
        made = selectors.assignment_list(actor=request.user).filter(
            grid__in=chosen, user=data["user"], part=data["part"], valid_from=data["first_day"]
        )
        told.extend(parts_told(made, ended if data["part"] == Part.LEAD else []))

    if request.method == "POST" and sure and written(form, write):
        message = ngettext("%(n)s grid assigned.", "%(n)s grids assigned.", len(grids))
        undoing.offer(request, message % {"n": len(grids)}, PARTS, *told)
        return redirect("grids:list")
    preview = request.method == "POST" and not sure and form.is_valid()
    context = {
        "form": form,
        "nodes": selectors.nodes_of(actor=request.user, grids=grids),
        "preview": preview,
        "chosen": form.cleaned_data if preview else None,
        "seen": handed.leads_seal(grids),
    }
    return form_page(request, "grids/assign_ticked.html", context)
