"""A household's page, and opening and changing its archive."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_safe

from customers import policies, services
from customers.enums import Relation, Source
from customers.forms.actions import MoveForm, progress_forms, reveal_limits
from customers.forms.archive import HouseholdForm
from customers.forms.members import OpeningForms
from customers.models import Customer, Household
from customers.presenting import book
from customers.presenting.household import household_context
from customers.undoing import MOVED
from customers.views.rows import household_of, recognised
from exchange.sending import sent
from gridbank.errors import Refused
from gridbank.once import once
from gridbank.pages import form_page, require_page, written
from grids.authority import Act, require
from grids.undoing import offer_asked
from people import undoing
from people.access import StaffRequest, business

FORM = "customers/household_form.html"


@require_GET
@business
def household(request: StaffRequest, pk: int) -> HttpResponse:
    """Show everything about a household; that it was opened is recorded."""
    row = household_of(request, pk)
    context = household_context(actor=request.user, household=row)
    services.customer_opened(actor=request.user, household=row)
    return render(
        request, "customers/household.html", context | progress_forms() | {"reveal_limits": reveal_limits()}
    )


@require_safe
@business
def household_book(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a household as a workbook, as its page shows it; that it left the house is recorded first."""
    row = household_of(request, pk)
    leaves = book.read(actor=request.user, household=row)
    services.household_taken(actor=request.user, household=row, rows=sum(len(leaf.rows) for leaf in leaves))
    return sent(*book.written(leaves, actor=request.user, household=row))


def _made(request: StaffRequest, forms: OpeningForms) -> Household | Customer | None:
    """Open the archive; what is refused stands in the form that it belongs to.

    A head who is here already opens none: he is returned.
    """
    if not forms.is_valid():
        return None
    members = forms.members
    head = next((pk for pk, relation in members.known.items() if relation == Relation.HEAD), 0)
    if head:
        return recognised(request, {head})[0]
    data = {**forms.household.values(), "source": Source.VISIT}
    try:
        made = services.household_create(
            actor=request.user, data=data, people=members.values(), apart=members.apart
        )
    except services.LikelyTwins as error:
        members.ask(error)
        return None
    except Refused as error:
        forms.add_refusal(error)
        return None
    recognised(request, members.known)
    messages.success(request, _("The archive is open."))
    return made


@require_page
@sensitive_post_parameters()
@business
@once
def household_new(request: StaffRequest) -> HttpResponse:
    """Open a household's archive with its people."""
    require(request.user, Act.ARCHIVE_WRITE)
    forms = OpeningForms(request.POST or None, actor=request.user)
    made = _made(request, forms) if forms.is_bound else None
    if made is not None:
        return redirect(made)
    return form_page(request, FORM, {"form": forms.household, "members": forms.members}, form=forms)


def _move(request: StaffRequest, row: Household, data: dict[str, Any]) -> None:
    if data["first_day"] < timezone.localdate():
        asked = services.household_move_ask(
            actor=request.user,
            household=row,
            grid=data["grid"],
            since=data["first_day"],
            reason=data["reason"],
        )
        offer_asked(request, asked)
        return
    version, before = data["version"] or 0, row.grid_id
    services.household_update(actor=request.user, household=row, version=version, data={"grid": data["grid"]})
    said = ngettext("%(n)s household belongs there now.", "%(n)s households belong there now.", 1) % {"n": 1}
    undoing.offer(request, said, MOVED, [row.pk], before, data["grid"].pk)


@require_page
@business
@once
def household_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a household belong to another grid, from today on or, once signed, from an earlier day on."""
    row = household_of(request, pk)
    policies.own_ground(request.user, row)
    form = MoveForm(request.POST or None, actor=request.user, household=row)
    if written(form, lambda data: _move(request, row, data)):
        # it may be out of his sight by now
        return redirect("customers:list")
    title = _("Move to another grid")
    return form_page(request, "customers/person_act.html", {"form": form, "person": row, "title": title})


@require_page
@business
@once
def household_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a household's archive."""
    row = household_of(request, pk)
    policies.own_ground(request.user, row)
    form = HouseholdForm(request.POST or None, instance=row, actor=request.user)

    def write(data: dict[str, Any]) -> None:
        version = data["version"] or 0
        services.household_update(actor=request.user, household=row, version=version, data=form.values())

    if written(form, write):
        messages.success(request, _("Saved."))
        return redirect(row)
    return form_page(request, FORM, {"form": form, "household": row})
