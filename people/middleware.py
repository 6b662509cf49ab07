"""Sessions that end, and routes that are closed unless declared open."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from gridbank.errors import page_for
from people import services
from people.addresses import address_of

Handler = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY_SECONDS = 60


class SessionAgeMiddleware:
    """End a session after idle time and after its absolute age."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign out whoever was away too long; note that the others are here."""
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault("started_at", now)
            seen = request.session.setdefault("seen_at", now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE:
                logout(request)
            elif now - seen >= SEEN_EVERY_SECONDS:
                request.session["seen_at"] = now
        return self.get_response(request)


class AccessMiddleware:
    """Refuse a view that declares no roles, a stranger, and a role that isn't declared."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in process_view."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Decide before the view runs. API views decide for themselves, by the same declaration."""
        if hasattr(view, "cls"):
            return None
        if not hasattr(view, "allowed_roles"):
            message = f"{view.__module__}.{view.__name__} declares no roles."
            raise ImproperlyConfigured(message)
        if view.allowed_roles is None:
            return None
        if not request.user.is_authenticated:
            return self._sign_in_first(request)
        if request.user.role not in view.allowed_roles:
            return page_for(request, PermissionDenied())
        must_change = request.user.must_change_password
        if must_change and not getattr(view, "before_password_change", False):
            return HttpResponse(status=302, headers={"Location": resolve_url("people:password")})
        return None

    def _sign_in_first(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "htmx", False):
            return HttpResponse(status=401, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return redirect_to_login(request.get_full_path())


class TokenUseMiddleware:
    """Note of a token that opened the API when and from where it did."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer first: REST framework looks at the token behind us."""
        response = self.get_response(request)
        token = getattr(request, "auth", None)
        if token is not None:
            services.token_used(token=token, address=address_of(request))
        return response
