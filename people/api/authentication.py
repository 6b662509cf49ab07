"""Two ways into the API: the page's session with CSRF, or a revocable opaque token."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from people.models import ApiToken, User
from people.selectors import live_token
from people.tokens import token_digest


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Find the person behind a live token. Raises AuthenticationFailed."""
        kind, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "token":
            return None
        found = live_token(digest=token_digest(token))
        if found is None:
            raise AuthenticationFailed
        return found.user, found

    def authenticate_header(self, request: Any) -> str:
        """Make a failure a 401."""
        return "Token"


class SignedInSessionAuthentication(SessionAuthentication):
    """The session of the page, with CSRF; strangers get 401, not 403."""

    def authenticate_header(self, request: Any) -> str:
        """Make a failure a 401."""
        return "Session"
