"""Every denial leaves one row, and every reading of personal data."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.actions import Action
from audit.reading import reading_record
from audit.services import record
from gridbank.sealing import seal

# what addresses of ours hold: a row's number, a UUID, a month or a day, a word of the code
OWN_KEY = re.compile(
    r"[0-9]{1,10}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9]{4}-[0-9]{2}(-[0-9]{2})?|[a-z_]{1,40}"
)
Handler = Callable[[HttpRequest], HttpResponse]
# an answer that shows something: a page, a form with what is wrong in it
SHOWN = {200, 201, 422}
DENIED = {403: Action.ACCESS_DENIED, 404: Action.SCOPE_DENIED}


def key_kept(key: str) -> str:
    """Return what is kept of a key in an address: whatever isn't one of ours may be a number, and is kept as a digest."""
    return key if OWN_KEY.fullmatch(key) else f"#{seal(key)[:16]}"


class DenialAuditMiddleware:
    """Record what a signed-in person was refused on a route that exists."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer first, then record the refusal; if it can't be recorded, the request fails."""
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code in DENIED and match is not None and request.user.is_authenticated:
            record(
                actor=request.user,
                action=DENIED[response.status_code],
                changes={
                    "route": match.view_name,
                    "method": request.method,
                    "keys": {name: key_kept(str(value)) for name, value in match.kwargs.items()},
                },
            )
        return response


class ReadingMiddleware:
    """Write down whose archives an answer was made of; if it can't be written, nobody reads the answer.

    Models note what is loaded of them, so that no view can forget it. One that loads archives and tells nothing
    of them declares `tells_nothing`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer first, then write."""
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code not in SHOWN or match is None or not request.user.is_authenticated:
            return response
        view = getattr(match.func, "cls", match.func)
        if not getattr(view, "tells_nothing", False):
            token = getattr(getattr(request, "auth", None), "pk", None)
            reading_record(actor=request.user, route=match.view_name, token=token)
        return response
