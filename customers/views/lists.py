"""The list of customers, and the exact search that leaves nothing in an address."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from customers.conditions import Wanted as People
from customers.forms.finding import TO_THE_CLOSED_FIELD, ListForm, NumberForm
from customers.identity import IdentityError
from customers.presenting import lists, people
from gridbank.errors import Refused
from gridbank.listing import body
from gridbank.pages import form_page, query_with
from grids.authority import Act, may
from people.access import StaffRequest, business
from people.lists import Act as ToDo
from people.lists import Wanted, list_page

LIST = "customers/list.html"
WHERE = ("branch", "grid", "by")


def _by_person(request: StaffRequest) -> bool:
    """Say whether people are listed: who is looked for by name is a person, a list to work through is of households."""
    return request.GET.get("by", "person" if request.GET.get("q") else "") == "person"


def _modes(request: StaffRequest, *, person: bool) -> list[dict[str, Any]]:
    """Return the switch between households and people; what sorts the one doesn't sort the other."""
    still = {"sort": None, "cols": None, "after": None, "before": None}
    return [
        {"label": label, "url": query_with(request, by=key, **still), "current": (key == "person") is person}
        for key, label in (("household", _("By household")), ("person", _("By person")))
    ]


def _acts(request: StaffRequest) -> list[ToDo]:
    """Return what may be done with ticked households."""
    if not may(request.user, Act.ARCHIVE_WRITE):
        return []
    return [ToDo(_("Move to another grid"), reverse("customers:households-move"))]


@require_GET
@business
def customer_list(request: StaffRequest) -> HttpResponse:
    """Show a page of households, or of people."""
    form, person = ListForm(request.GET, actor=request.user), _by_person(request)
    if form.has_error("q", code="private"):
        messages.error(request, TO_THE_CLOSED_FIELD)
        # away from an address that holds what may be a number, whatever its check digit says
        return redirect("customers:list")
    right = form.is_valid()
    wanted = form.wanted() if right else People()
    return list_page(
        request,
        LIST,
        Wanted(
            listing=lists.PEOPLE if person else lists.HOUSEHOLDS,
            form=form,
            source=lists.source(actor=request.user, wanted=wanted, people=person) if right else None,
            says=lists.people_said if person else lists.homes_said,
            views=lists.views(actor=request.user, wanted=wanted, people=person),
            kept=WHERE,
            acts=[] if person else _acts(request),
            more={"number_form": NumberForm(), "modes": _modes(request, person=person)},
        ),
    )


@require_POST
@sensitive_post_parameters()
@business
def customer_search(request: StaffRequest) -> HttpResponse:
    """Find people by a whole ID number or phone; one hit opens the household."""
    form = NumberForm(request.POST)
    rows = []
    if form.is_valid():
        try:
            number = form.cleaned_data["number"]
            rows = people.describe(people.people_by_number(actor=request.user, number=number))
        except (IdentityError, Refused) as error:
            form.add_error("number", str(error.message))
    if len(rows) == 1:
        return redirect("{url}#customer-{pk}".format(**rows[0]))
    columns = lists.PEOPLE.columns
    table = {
        "heads": [{"label": each.label, "style": f"{each.style} cell--{each.narrow}"} for each in columns],
        "rows": body(lists.PEOPLE, columns, rows, None),
    }
    context = {"number_form": NumberForm(), "errors": form.errors.get("number"), "rows": rows, "list": table}
    return form_page(request, "customers/found.html", context, form=form)
