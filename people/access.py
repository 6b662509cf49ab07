"""Who may call which route: every view declares it, an undeclared view is refused."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.http import HttpRequest

from people.enums import BUSINESS_ROLES, EVERYONE, Role
from people.models import User

View = TypeVar("View", bound=Callable[..., Any])


class StaffRequest(HttpRequest):
    """What a view that declares roles receives: AccessMiddleware has let nobody else in."""

    user: User


def allow(*roles: Role | Iterable[Role]) -> Callable[[View], View]:
    """Declare the roles that may call a view: `@allow(Role.AUDITOR)` or `@allow(BUSINESS_ROLES)`."""
    flat: set[Role] = set()
    for role in roles:
        flat.update([role] if isinstance(role, Role) else role)

    def declare(view: View) -> View:
        view.allowed_roles = frozenset(flat)  # type: ignore[attr-defined]
        return view

    return declare


business = allow(BUSINESS_ROLES)
signed_in = allow(EVERYONE)


def before_password_change(view: View) -> View:
    """Declare that a view stays open to somebody who must change his password first."""
    view.before_password_change = True  # type: ignore[attr-defined]
    return view
