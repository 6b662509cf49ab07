"""What is kept of a wrong guess. Loaded by Axes alone, after our own ears for a failed sign-in."""

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest, QueryDict

from people.addresses import address_of
from people.selectors import is_address_locked


class GuessHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Count guesses, and keep nothing of what was sent with them: an address may hold whom somebody looked for."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Lock a name after its guesses, and an address after many guesses at whichever names."""
        return super().is_locked(request, credentials) or is_address_locked(address=address_of(request))

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
    ) -> None:
        """Count, while the request shows no question and no form."""
        if request is None:
            return
        asked, sent = request.GET, request.POST
        request.GET, request.POST = QueryDict(), QueryDict()
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET, request.POST = asked, sent
