"""The API's side of people.access."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from people.enums import Role, TokenPower


class HasRole(BasePermission):
    """Let in the roles that the view declares as `allowed_roles`; a view without them is closed.

    A token of a narrower power opens only the views that declare it as their `token_power`.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Check the caller's role."""
        power = getattr(request.auth, "power", TokenPower.ALL)
        if power not in {TokenPower.ALL, getattr(view, "token_power", TokenPower.ALL)}:
            return False
        roles: frozenset[Role] | None = getattr(view, "allowed_roles", frozenset())
        if roles is None:
            return True
        user = request.user
        return bool(user and user.is_authenticated and user.role in roles and not user.must_change_password)
