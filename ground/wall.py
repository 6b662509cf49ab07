"""The one page of a grid that hangs on the village's wall."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridbank.scoping import visible_or_404
from grids.selectors import grid_list, grid_overview
from ground.selectors import service_point_list
from people.access import StaffRequest, business

DUTIES = 10
POINTS = 8


def _code(request: HttpRequest, address: str) -> str:
    """Return the code that opens a page, as a picture: dark on light whatever the screen's colours are."""
    found: str = segno.make_qr(request.build_absolute_uri(address), error="m").svg_data_uri(scale=4, border=4)
    return found


@require_safe
@business
def wall_sheet(request: StaffRequest, pk: int) -> HttpResponse:
    """Show who answers for a grid, for what, and where the bank is near: to print on one A4."""
    grid = visible_or_404(grid_list(actor=request.user), pk=pk)
    overview = grid_overview(actor=request.user, grid=grid)
    points = service_point_list(actor=request.user).filter(grid__path__startswith=grid.path)
    context = {
        "grid": overview.grid,
        "above": overview.above,
        "people": overview.now,
        "duties": overview.duties[:DUTIES],
        "points": list(points[:POINTS]),
        "qr": _code(request, overview.grid.get_absolute_url()),
    }
    return render(request, "ground/wall.html", context)
