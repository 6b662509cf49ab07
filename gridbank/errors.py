"""Errors of the product and the one place where each becomes an answer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from gridbank.outages import Wait, is_away, outage, takes_nothing, wait_of
from gridbank.retries import may_try_again

logger = logging.getLogger("gridbank.errors")

RETRY_AFTER = "5"
R = TypeVar("R", bound=HttpResponse)


class Refused(Exception):  # noqa: N818  the word users of the code think in
    """A rule of the bank forbids this now: 409, with a sentence for the person."""

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        """Keep the sentence; `field` names the input it belongs to, if any."""
        super().__init__(str(message))
        self.message = message
        self.field = field
        # which of several rows that came together it is about
        self.place: int | None = None


@contextmanager
def at(place: int) -> Iterator[None]:
    """Say of whatever is refused within which of several rows it is about."""
    try:
        yield
    except Refused as error:
        error.place = place
        raise


class NotAllowed(PermissionDenied):
    """A power that somebody hasn't: 403, with a sentence that says why and who can. No other 403 shows its text."""


class StaleEdit(Refused):
    """Somebody else saved the row since the form was opened; `fields` are what he changed."""

    def __init__(self, message: str, *, fields: tuple[str, ...], version: int) -> None:
        """Keep what changed and the version that stands now."""
        super().__init__(message)
        self.fields = fields
        self.version = version


def page_for(request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
    """Turn an exception into a page, or None when it is not ours to explain."""
    if isinstance(exception, Refused):
        context = {"message": exception.message, "back": came_from(request)}
        return render(request, "errors/409.html", context, status=409)
    if isinstance(exception, PermissionDenied):
        told = str(exception) if isinstance(exception, NotAllowed) else ""
        return render(request, "errors/403.html", {"message": told}, status=403)
    if isinstance(exception, Http404):
        return render(request, "errors/404.html", status=404)
    if isinstance(exception, IntegrityError):
        logger.error("a constraint refused a change", exc_info=exception)
        return render(request, "errors/409.html", {"message": overtaken()}, status=409)
    if exception is not None and is_away(exception):
        return unavailable(waited(exception) or held_back(exception), because=outage(exception))
    return None


def unavailable(message: str, *, because: str, api: bool = False) -> HttpResponse:
    """Answer 503, by a page or for a program; `because` stands in the request's line of the log."""
    headers = {"Retry-After": RETRY_AFTER}
    if api:
        return _told(JsonResponse({"detail": message or busy()}, status=503, headers=headers), because)
    # without the request: menu and messages would ask the database again
    page = render_to_string("errors/503.html", {"message": message})
    return _told(HttpResponse(page, status=503, headers=headers), because)


def came_from(request: HttpRequest) -> str:
    """Return the address of our own page that the request came from; empty when it didn't come from one."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    address = urlsplit(referer)._replace(scheme="", netloc="", fragment="").geturl()
    # two slashes lead to another host
    return "" if address.startswith("//") else address


def busy() -> str:
    """Say that the database doesn't answer now."""
    return _("The database is busy. Please try again.")


def waited(error: BaseException) -> str:
    """Say what somebody waited for in vain; empty when the error is another one."""
    wait = wait_of(error)
    if wait is None:
        return ""
    if wait is Wait.SLOW:
        return _("This took too long and was stopped. Nothing was saved. Please try again.")
    return _("Somebody else is changing the same data. Nothing was saved. Please try again in a few seconds.")


def held_back(error: BaseException) -> str:
    """Say that the database answers but takes no change; empty when the error is another one."""
    return _("The database takes no changes now. Nothing was saved.") if takes_nothing(error) else ""


def note_outage(error: BaseException) -> None:
    """Leave a line in the log for an answer that is not 503 because of it."""
    logger.warning("%s", outage(error))


def _told(response: R, because: str) -> R:
    """Let one line tell of the answer: the request's own, with the reason; Django writes none beside it."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    response.gridbank_reason = because  # type: ignore[attr-defined]
    return response


def overtaken() -> str:
    """Say that the data no longer allow the change."""
    return _("The data changed meanwhile, or other data depend on them. Nothing was saved.")


class _Conflict(APIException):
    status_code = 409


def api_exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """Map the same exceptions for the API; everything else stays with REST framework."""
    if isinstance(exception, Refused):
        detail: Any = (
            {exception.field: [str(exception.message)]} if exception.field else str(exception.message)
        )
        exception = _Conflict(detail)
    elif isinstance(exception, Http404):
        # the body never says what was looked for
        exception = Http404()
    elif isinstance(exception, IntegrityError):
        logger.error("a constraint refused a change", exc_info=exception)
        exception = _Conflict(overtaken())
    elif may_try_again(exception):
        # the middleware does the request once more
        return None
    elif is_away(exception):
        set_rollback()
        detail = waited(exception) or held_back(exception) or busy()
        return _told(
            Response({"detail": detail}, 503, headers={"Retry-After": RETRY_AFTER}), outage(exception)
        )
    return exception_handler(exception, context)
