"""The page on which a branch's targets are written in one save, spread, carried forward and signed."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from gridbank.days import month_write
from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from gridbank.scoping import OutOfSight
from grids.authority import Act, may, require, roles_of
from grids.models import Grid
from people.access import StaffRequest, allow
from performance import services, targeted
from performance.forms import PlaceForm, SheetForm, SpreadForm
from performance.indicators import INDICATORS
from performance.presenting import targets

SHOWN = 200


@require_page
@allow(roles_of(Act.TARGET_WRITE))
@once
def target_page(request: StaffRequest) -> HttpResponse:
    """Show what is asked of a branch and its grids in a month; write, spread, carry forward or sign it."""
    require(request.user, Act.TARGET_WRITE)
    asked = PlaceForm(request.GET, actor=request.user)
    grid, month, indicator = asked.place()
    if grid is None or (request.GET.get("branch") and "branch" in asked.errors):
        raise OutOfSight
    sheet = targeted.sheet(actor=request.user, grid=grid, month=month, indicator=indicator)
    is_rate = INDICATORS[indicator].is_rate
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = SheetForm(request.POST if act == "save" else None, sheet=sheet, is_rate=is_rate)
    spreading = SpreadForm(request.POST if act == "spread" else None)
    if act and _done(request, act, (grid, month, indicator), form, spreading):
        query = {"branch": grid.pk, "month": month_write(month), "indicator": indicator}
        return redirect(f"{reverse('performance:targets')}?{urlencode(query)}")
    drafts = targeted.drafts(actor=request.user, grid=grid, month=month)
    waiting = drafts.count()
    context = {
        **targets.page(asked=asked, sheet=sheet, form=form, month=month, indicator=indicator),
        "spreading": spreading,
        "form": spreading if spreading.is_bound else form,
        # what a page that was refused was filled in from: saying so again doesn't make it newer
        "seen": request.POST.get("seen", "") if form.is_bound else sheet.seal,
        "waiting": waiting,
        "unsigned": targets.unsigned(actor=request.user, drafts=drafts[:SHOWN]),
        "seal": targeted.seal_of(drafts),
        "more": max(waiting - SHOWN, 0),
        "may_sign": bool(waiting)
        and may(request.user, Act.TARGET_SET, grid)
        and targeted.are_anothers(actor=request.user, drafts=drafts),
    }
    return form_page(request, "performance/targets.html", context)


Place = tuple[Grid, date, str]


def _done(request: StaffRequest, act: str, place: Place, form: SheetForm, spreading: SpreadForm) -> bool:
    grid, month, indicator = place
    where: dict[str, Any] = {"actor": request.user, "grid": grid, "month": month}
    if act == "save":
        seen = request.POST.get("seen", "")
        done = written(
            form,
            lambda _data: services.targets_write(
                **where, indicator=indicator, rows=form.rows(), looked_at=seen
            ),
        )
        said = _("Written. It holds once head office has signed it.")
    elif act == "spread":
        done = written(spreading, lambda data: services.targets_spread(**where, indicator=indicator, **data))
        said = _("Spread to the last digit. It holds once head office has signed it.")
    elif act == "copy":
        services.targets_copy(**where)
        done, said = True, _("Carried forward from the month before.")
    else:
        services.targets_sign(**where, looked_at=request.POST.get("looked_at", ""))
        done, said = True, _("Signed under your name.")
    if done:
        messages.success(request, said)
    return done
