"""The map and its data."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from ground import presenting
from ground.forms import MapForm
from people.access import StaffRequest, business

# rows beside the map; the map itself shows more
LISTED = 500


@require_safe
@business
def grid_map(request: StaffRequest) -> HttpResponse:
    """Show the map with the list beside it; without scripts the list is the map."""
    form = MapForm(request.GET, actor=request.user)
    if not form.is_valid():
        form = MapForm({}, actor=request.user)
        form.is_valid()
    view = form.view()
    rows = presenting.map_rows(actor=request.user, view=view)
    form.initial = {"measure": view.measure.key, "level": view.tier}
    chosen = MapForm(initial=form.initial | {"grid": view.around}, actor=request.user)
    context = {"form": chosen, "view": view, "rows": rows[:LISTED], "total": len(rows)}
    context |= {"legend": presenting.legend(view, rows), "title": presenting.title(view)}
    return render(request, "ground/map.html", context)


@require_safe
@business
# this answer holds no token and echoes nothing of the request, so its size tells nothing (BREACH)
@gzip_page
def map_data(request: StaffRequest) -> HttpResponse:
    """Return the map as GeoJSON."""
    form = MapForm(request.GET, actor=request.user)
    if not form.is_valid():
        # a program asked: wrong questions are 400 as in the API; 422 is a page that comes back with what was typed
        return JsonResponse({"errors": form.errors.get_json_data()}, status=400)
    data = presenting.map_data(actor=request.user, view=form.view())
    options = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(data, json_dumps_params=options, content_type="application/geo+json")
