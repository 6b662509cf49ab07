"""The auditor's pages. It is the one module here that knows of roles: a page declares its role like every page."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from audit import presenting, selectors, services
from audit.actions import Action
from audit.forms import AuditFilterForm, ReadingFilterForm
from audit.words import told
from gridbank.listing import Source
from people.access import StaffRequest, allow
from people.enums import Role
from people.lists import Wanted, list_page

# a filter that keeps few of very many isn't counted far
COUNTED = 1_000


def _asked(request: StaffRequest, form: Any, action: Action) -> None:
    """Record that a log was read, and what was asked of it."""
    asked = {
        name: told(value) if name == "q" else str(value) for name, value in form.cleaned_data.items() if value
    }
    services.record(actor=request.user, action=action, changes=asked)


@require_safe
@allow(Role.AUDITOR)
def event_page(request: StaffRequest) -> HttpResponse:
    """Show the trail; that it was read is recorded too."""
    form = AuditFilterForm(request.GET)
    source: Source[Any] | None = None
    if form.is_valid():
        rows = selectors.event_list(actor=request.user, **form.cleaned_data)
        among = selectors.event_list(actor=request.user)
        source = Source(rows, presenting.events, among, sortable=False, most=COUNTED)
    wanted = Wanted(presenting.EVENTS, form, source, presenting.said)
    page = list_page(request, "audit/event_list.html", wanted)
    if source is not None:
        _asked(request, form, Action.AUDIT_READ)
    return page


@require_safe
@allow(Role.AUDITOR)
def reading_page(request: StaffRequest) -> HttpResponse:
    """Show who read whose archives; that this was read is recorded too."""
    form = ReadingFilterForm(request.GET)
    source: Source[Any] | None = None
    if form.is_valid():
        rows = selectors.reading_list(actor=request.user, **form.cleaned_data)
        among = selectors.reading_list(actor=request.user)
        source = Source(rows, list, among, sortable=False, most=COUNTED)
    more = {"alarm": Action.READING_ALARM.value}
    wanted = Wanted(presenting.READINGS, form, source, presenting.said, more=more)
    page = list_page(request, "audit/reading_list.html", wanted)
    if source is not None:
        _asked(request, form, Action.READINGS_READ)
    return page
