"""Who enters something for a month that is final is told so, whichever page he enters it on."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from grids import closing

API = "/api/"
WRONG = 400


class FinalMonthMiddleware:
    """Adds a message to what the page says next; the API says it in its answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Listen while the page is at work."""
        if request.method != "POST" or request.path.startswith(API):
            return self.get_response(request)
        with closing.listening() as days:
            response = self.get_response(request)
        if days and response.status_code < WRONG:
            said = _(
                "%(months)s is published: this is stored and listed there, and changes nothing in its ranking."
            )
            messages.warning(request, said % {"months": closing.show_months(days)})
        return response
