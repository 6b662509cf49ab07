"""The frame's middleware: a name for each request, and errors as pages."""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from gridbank.context import request_scope
from gridbank.errors import page_for

# digits: no body has so many bytes, and a number of thousands of digits is no number
LONGEST_LENGTH = 20

# one line a request: route, status, milliseconds; no address, which may hold what somebody searched for
access = logging.getLogger("gridbank.access")

Handler = Callable[[HttpRequest], HttpResponse]
OK, FOUND = 200, 302
PROBES = {"healthz", "readyz"}


def too_large(request: HttpRequest) -> HttpResponse | None:
    """Refuse a body beyond the limit before anybody reads it; REST framework would read it whole."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    plain = length.isascii() and length.isdigit() and len(length) < LONGEST_LENGTH
    if plain and (limit is None or int(length) <= limit):
        return None
    message = _("The request is too large.")
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": message}, status=413)
    return HttpResponse(render_to_string("errors/413.html", {"message": message}), status=413)


class RequestContextMiddleware:
    """Give the request an id (in logs, audit rows and the answer) and a memo."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request inside its own scope; nothing personal is ever cached."""
        identifier, start = uuid.uuid4().hex, time.perf_counter()
        # for lines that are written when the scope is over
        request.gridbank_id = identifier  # type: ignore[attr-defined]
        with request_scope(identifier):
            response = self.get_response(request)
            match = request.resolver_match
            route = (match.view_name if match else "") or "-"
            # whoever watches asks every few seconds; that all is well is no news
            if route not in PROBES or response.status_code != OK:
                spent = (time.perf_counter() - start) * 1000
                access.info("%s %s %d %d ms", request.method, route, response.status_code, spent)
        response["X-Request-ID"] = identifier
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class BodyLimitMiddleware:
    """Refuse a body that is too large, before anybody reads it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the length only."""
        return too_large(request) or self.get_response(request)


class HtmxRedirectMiddleware:
    """Send the browser on after a form: HTMX would put the page that a redirect leads to inside this one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Turn the redirect after a POST into the header that HTMX follows."""
        response = self.get_response(request)
        if request.method == "POST" and getattr(request, "htmx", False) and response.status_code == FOUND:
            response.status_code = 204
            response["HX-Redirect"] = response["Location"]
            del response["Location"]
        return response


class ErrorsMiddleware:
    """Show refusals, denials and an unreachable database as pages with the right status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what page_for knows; leave the rest to Django."""
        return page_for(request, exception)


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Pages speak the bank's language until a person chooses another; only the API follows Accept-Language."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language for this request."""
        if request.path_info.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
