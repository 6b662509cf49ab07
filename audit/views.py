"""The auditor's page. It is the one module here that knows of roles: a page declares its role like every page."""

from operator import attrgetter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import selectors, services
from audit.actions import Action
from audit.forms import AuditFilterForm, ReadingFilterForm
from audit.labels import label, subject_name
from audit.models import AuditEvent, Reading
from audit.presenting import lines
from gridbank.pages import Page, key_page
from people.access import allow
from people.enums import Role


@require_safe
@allow(Role.AUDITOR)
def event_page(request: HttpRequest) -> HttpResponse:
    """Show the trail; that it was read is recorded too."""
    form = AuditFilterForm(request.GET)
    page: Page[AuditEvent] = Page([], "", "")
    if form.is_valid():
        rows = selectors.event_list(actor=request.user, **form.filters)
        if form.cleaned_data["before"]:
            rows = rows.filter(pk__lt=form.cleaned_data["before"])
        page = key_page(request, rows, key=attrgetter("pk"), name="before")
        asked = {name: str(value) for name, value in form.filters.items() if value}
        services.record(actor=request.user, action=Action.AUDIT_READ, changes=asked)
    shown = [
        {
            "event": event,
            "label": label(event.action),
            "subject": subject_name(event.subject_type),
            "lines": lines(event.details),
        }
        for event in page.rows
    ]
    return render(request, "audit/event_list.html", {"form": form, "shown": shown, "page": page})


@require_safe
@allow(Role.AUDITOR)
def reading_page(request: HttpRequest) -> HttpResponse:
    """Show who read whose archives; that this was read is recorded too."""
    form = ReadingFilterForm(request.GET)
    page: Page[Reading] = Page([], "", "")
    if form.is_valid():
        rows = selectors.reading_list(actor=request.user, **form.filters)
        if form.cleaned_data["before"]:
            rows = rows.filter(pk__lt=form.cleaned_data["before"])
        page = key_page(request, rows, key=attrgetter("pk"), name="before")
        asked = {name: str(value) for name, value in form.filters.items() if value}
        services.record(actor=request.user, action=Action.READINGS_READ, changes=asked)
    context = {"form": form, "page": page, "alarm": Action.READING_ALARM.value}
    return render(request, "audit/reading_list.html", context)
