"""Moving several households at once: what was ticked is shown, then moved or asked for."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext

from customers import services
from customers.forms.moving import HouseholdsMoveForm, homes_ticked
from customers.services.moving import places_seal
from customers.undoing import MOVED
from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from grids.authority import Act, require
from people import undoing
from people.access import StaffRequest, business

# the households' keys, and the one grid they come from
ONE_GRID = 2


@require_page
@business
@once
def households_move(request: StaffRequest) -> HttpResponse:
    """Show which households were ticked and where they belong today, and let them belong elsewhere."""
    require(request.user, Act.ARCHIVE_WRITE)
    ticked = request.POST if request.method == "POST" else request.GET
    homes = list(homes_ticked(request.user, ticked.getlist("key")))
    form = HouseholdsMoveForm(request.POST or None, actor=request.user)
    count, signed = 0, True
    told = [[home.pk for home in homes], *{home.grid_id for home in homes}]

    def move(data: dict[str, Any]) -> None:
        nonlocal count, signed
        since = data["first_day"]
        count = services.households_move(
            actor=request.user,
            households=homes,
            grid=data["grid"],
            since=since,
            reason=data["reason"],
            looked_at=request.POST.get("seen", ""),
        )
        signed = since >= timezone.localdate()

    if written(form, move):
        if signed:
            said = ngettext("%(n)s household belongs there now.", "%(n)s households belong there now.", count)
            # of several grids each would have to go back to its own
            if len(told) == ONE_GRID:
                undoing.offer(request, said % {"n": count}, MOVED, *told, form.cleaned_data["grid"].pk)
            else:
                messages.success(request, said % {"n": count})
        else:
            said = ngettext(
                "Asked for %(n)s household: it holds once a second person, of head office, has signed it.",
                "Asked for %(n)s households: each holds once a second person, of head office, has signed it.",
                count,
            )
            messages.warning(request, said % {"n": count})
        return redirect("customers:list")
    return form_page(
        request, "customers/households_move.html", {"form": form, "homes": homes, "seen": places_seal(homes)}
    )
