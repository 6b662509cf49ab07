"""The frame's middleware: a name for each request, and errors as pages."""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gridbank import starting
from gridbank.addresses import without_numbers
from gridbank.context import memo, request_scope
from gridbank.errors import page_for, unavailable
from gridbank.numbers import personal_numbers
from gridbank.retries import attempt, may_try_again
from gridbank.visible import without_invisible

# digits: no body has so many bytes, and a number of thousands of digits is no number
LONGEST_LENGTH = 20

# one line a request: route, status, milliseconds; no address, which may hold what somebody searched for
access = logging.getLogger("gridbank.access")
logger = logging.getLogger("gridbank.errors")

Handler = Callable[[HttpRequest], HttpResponse]
OK, FOUND = 200, 302
PROBES = {"healthz", "readyz"}


def too_large(request: HttpRequest) -> HttpResponse | None:
    """Refuse a body beyond the limit before anybody reads it; REST framework would read it whole."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    # whoever isn't signed in brings nothing; the API asks for the token before it reads the body
    known = settings.SESSION_COOKIE_NAME in request.COOKIES or "HTTP_AUTHORIZATION" in request.META
    if known and request.path.startswith(settings.UPLOAD_ROUTES):
        limit = settings.UPLOAD_MAX_SIZE
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
                # an outage fails every request: one line tells of each, and why
                reason = getattr(response, "gridbank_reason", "")
                access.log(
                    logging.ERROR if reason else logging.INFO, "%s %s %d %d ms%s",
                    request.method, route, response.status_code, spent, f": {reason}" if reason else "",
                )  # fmt: skip
        response["X-Request-ID"] = identifier
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class StartMiddleware:
    """Make up for what couldn't be asked at the start, because the database was away: until it is right, nobody is served."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse with 503; /readyz names what is missing."""
        if request.path != "/readyz" and (found := starting.outstanding()):
            api = request.path.startswith("/api/")
            return unavailable("", because=f"not ready: {' '.join(found)}", api=api)
        return self.get_response(request)


class CompressedPageMiddleware(GZipMiddleware):
    """Send pages compressed, of which a table is an eighth as large then. Only what is asked for by GET.

    What a page's size could tell is made worthless: forms' tokens are masked anew in each answer, Django adds bytes by
    chance, a cookie doesn't go with what another site asks for, and numbers that are revealed answer a POST.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Leave alone what is no page: files are packed already, and what a program is told is short."""
        is_page = request.method == "GET" and response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class BodyLimitMiddleware:
    """Refuse a body that is too large, before anybody reads it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the length only."""
        return too_large(request) or self.get_response(request)


class VisibleTextMiddleware:
    """Take characters that only steer how a text is drawn out of what forms send: a name reads as it is written."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in process_view, behind the check of where it came from."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        """Clean what was sent; a password is nobody's to rewrite. The API's bodies are cleaned by their parser."""
        if request.method != "POST" or request.path_info.startswith("/api/"):
            return
        sent = request.POST
        steered = {
            name: [without_invisible(value) for value in values]
            for name, values in sent.lists()
            if "password" not in name and not all(value.isascii() for value in values)
        }
        if any(values != sent.getlist(name) for name, values in steered.items()):
            clean = sent.copy()
            for name, values in steered.items():
                clean.setlist(name, values)
            clean._mutable = False
            request.POST = clean  # type: ignore[assignment]


class AddressMiddleware:
    """Lead away from an address that holds somebody's number: it stays in a browser's history and in a server's log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what is asked is looked at in process_view."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Ask the same page without the number, and say so. A program, and a part of a page, is told by its form."""
        part = getattr(request, "htmx", False) or request.path_info.startswith("/api/")
        if request.method not in {"GET", "HEAD"} or part:
            return None
        held = [name for name, values in request.GET.lists() if any(map(personal_numbers, [name, *values]))]
        if not held:
            return None
        messages.error(
            request, _("An address takes no ID, phone or card number. Search for one in the box on top.")
        )
        kept = request.GET.copy()
        for name in held:
            del kept[name]
        return redirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)


class LeavingMiddleware:
    """Let no answer lead to an address with somebody's number, whoever answers, and wherever that address came from."""

    LEADING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the number out; what else stands in the address stays."""
        response = self.get_response(request)
        for header in self.LEADING:
            if header in response:
                response[header] = without_numbers(response[header])
        return response


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


class SecondTryMiddleware:
    """Do a request once more that had to give way to another; the second time, its error is the answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and watch what it changes."""
        with attempt(connection) as request.gridbank_attempt:  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        """Read an API's body before the view does: a stream is read once, this stays."""
        if request.path_info.startswith("/api/"):
            _body = request.body

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Try again when nothing was committed; an uploaded file may be read to its end or closed by now."""
        if not may_try_again(exception) or request.FILES:
            return None
        logger.warning("a request gave way to another and is done once more")
        request.gridbank_attempt.last = True  # type: ignore[attr-defined]
        _forget(request)
        match = request.resolver_match
        try:
            answer: HttpResponse = match.func(request, *match.args, **match.kwargs)  # type: ignore[union-attr]
        except Exception as error:
            page = page_for(request, error)
            if page is None:
                raise
            return page
        return answer


def _forget(request: HttpRequest) -> None:
    """Leave nothing of the first try: what it read, and the person's row, which it may have changed in memory."""
    memo().clear()
    if hasattr(request, "_cached_user"):
        del request._cached_user
        request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]


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
