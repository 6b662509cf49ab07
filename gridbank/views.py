"""The frame's own routes, and the pages for what no view answered."""

import sys
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridbank import readiness, starting
from gridbank.errors import held_back, page_for, unavailable, waited
from gridbank.outages import is_away, outage

API = "/api/"


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database answers; tells nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether people can work: schema, keys, files, a place to write; names what is missing and no more."""
    missing = readiness.lacking() or (["checks"] if starting.outstanding() else [])
    if missing:
        return JsonResponse({"status": "not ready", "missing": missing}, status=503)
    return JsonResponse({"status": "ok"})


def _plain(request: HttpRequest, template: str, status: int, message: str, **headers: str) -> HttpResponse:
    """Answer without asking the database, in the caller's format."""
    if request.path.startswith(API):
        return JsonResponse({"detail": message}, status=status, headers=headers)
    page = render_to_string(template, {"message": message})
    return HttpResponse(page, status=status, headers=headers)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """Answer 400 to what can't be understood; never says what was wrong inside."""
    return _plain(request, "errors/400.html", 400, _("The request could not be understood."))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer 403."""
    if request.path.startswith(API):
        return JsonResponse({"detail": _("You may not do this.")}, status=403)
    return page_for(request, exception or PermissionDenied()) or bad_request(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django passes it
    """Answer 403 to a form that was not ours, or too old."""
    return _plain(
        request,
        "errors/403.html",
        403,
        _("The form was too old or came from elsewhere. Load the page again."),
    )


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django passes it
    """Answer 404 to a route that doesn't exist, as to a row that is out of sight."""
    if request.path.startswith(API):
        return JsonResponse({"detail": _("Not found.")}, status=404)
    return page_for(request, Http404()) or bad_request(request)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database went away outside a view, else 500."""
    error = sys.exc_info()[1]
    if error is not None and is_away(error):
        message = waited(error) or held_back(error)
        return unavailable(message, because=outage(error), api=request.path.startswith(API))
    return _plain(request, "errors/500.html", 500, _("Something went wrong here. It has been noted."))
