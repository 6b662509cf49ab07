"""Every denial leaves one row."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.actions import Action
from audit.services import record

Handler = Callable[[HttpRequest], HttpResponse]
DENIED = {403: Action.ACCESS_DENIED, 404: Action.SCOPE_DENIED}


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
                    "keys": {name: str(value)[:60] for name, value in match.kwargs.items()},
                },
            )
        return response
