"""Files that go out: lists that are asked for, signed and fetched, and who took what."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.selectors import event_list
from exchange import selectors, services
from exchange.forms import AskForm, DecideForm, LimitForm
from exchange.outlets import outlet_of, outlets_for, signs_exports, taken_actions
from exchange.presenting import exports
from exchange.sending import sent
from exchange.writing import file_name
from gridbank.errors import NotAllowed
from gridbank.once import once
from gridbank.pages import INVALID, form_page, key_asked, key_page, require_page, written
from gridbank.scoping import visible_or_404
from people.access import StaffRequest, allow
from people.enums import EVERYONE, Role
from people.policies import reads_trail

signers = allow(Role.HEAD_OFFICE)
askers = allow(EVERYONE)
deciders = allow(Role.HEAD_OFFICE, Role.SYSADMIN, Role.SECADMIN)


@require_safe
@askers
def exchange_exports(request: StaffRequest) -> HttpResponse:
    """Show what was asked for, and the auditor all that left the house; that he looked is recorded."""
    return _exports(request)


def _exports(request: StaffRequest, form: DecideForm | None = None) -> HttpResponse:
    rows, after = selectors.export_list(actor=request.user), key_asked(request)
    page = key_page(request, rows.filter(pk__lt=after) if after else rows, key=lambda export: export.pk)
    context: dict[str, Any] = {
        "page": page,
        "rows": exports.asked(page.rows, actor=request.user),
        "outlets": outlets_for(request.user),
        "may_limit": signs_exports(request.user),
        "limit": selectors.export_limit(actor=request.user),
        "form": form,
        "is_auditor": reads_trail(request.user),
    }
    if context["is_auditor"]:
        context |= _taken(request)
    return render(request, "exchange/exports.html", context, status=INVALID if form is not None else 200)


def _taken(request: StaffRequest) -> dict[str, Any]:
    services.exports_read(actor=request.user)
    events = event_list(actor=request.user).filter(action__in=taken_actions())
    before = key_asked(request, "before")
    page = key_page(
        request, events.filter(pk__lt=before) if before else events, key=lambda event: event.pk, name="before"
    )
    return {"taken_page": page, "taken": exports.taken(page.rows)}


@require_page
@askers
@once
def exchange_export_new(request: StaffRequest, of: str) -> HttpResponse:
    """Ask for a list, as its address has it, for a purpose."""
    outlet = outlet_of(of)
    if outlet is None:
        raise Http404
    if not outlet.may(request.user):
        raise NotAllowed(_("You may not take this list."))
    asked = request.GET.urlencode()
    form = AskForm(request.POST or None, outlet=outlet)

    def write(data: dict[str, Any]) -> None:
        services.export_ask(
            actor=request.user,
            name=outlet.name,
            query=asked,
            clear=data.get("clear", []),
            purpose=data["purpose"],
        )

    if request.method == "POST" and written(form, write):
        messages.success(request, _("Asked for. It is made once a second person has signed it."))
        return redirect("exchange:exports")
    context = {
        "form": form,
        "address": request.get_full_path(),
        **exports.asking(outlet, asked, request.user),
    }
    return form_page(request, "exchange/export_new.html", context)


@require_POST
@deciders
@once
def exchange_export_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Sign or refuse what another person asked for."""
    export = visible_or_404(selectors.export_list(actor=request.user), pk=pk)
    form = DecideForm(request.POST)

    def write(data: dict[str, Any]) -> None:
        services.export_decide(actor=request.user, export=export, sign=data["sign"])

    if written(form, write):
        messages.success(request, _("Decided under your name."))
        return redirect("exchange:exports")
    return _exports(request, form)


@require_safe
@askers
def exchange_export_file(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the file to whoever asked for it."""
    export = visible_or_404(selectors.export_list(actor=request.user), pk=pk)
    body = services.export_fetch(actor=request.user, export=export)
    if body is None:
        messages.warning(request, _("Rows of it are no longer yours: it is made anew."))
        return redirect("exchange:exports")
    name = str(export.of.label) if export.of else export.outlet
    return sent(body, file_name(name, f"{export.made_at:%Y-%m-%d}"))


@require_page
@signers
@once
def exchange_export_limit(request: StaffRequest) -> HttpResponse:
    """Show and say up to how many rows a list goes out at once."""
    if not signs_exports(request.user):
        raise NotAllowed(_("The limit is set by leads and deputies of the head office."))
    form = LimitForm(request.POST or None, initial={"rows": selectors.export_limit(actor=request.user)})

    def write(data: dict[str, Any]) -> None:
        services.export_limit_set(actor=request.user, rows=data["rows"])

    if request.method == "POST" and written(form, write):
        messages.success(request, _("The limit is kept."))
        return redirect("exchange:exports")
    return form_page(request, "exchange/export_limit.html", {"form": form})
