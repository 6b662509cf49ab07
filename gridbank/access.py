"""The one declaration that names no role, so that the frame's own routes can make it too."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Declare that a view is for people who have not signed in."""
    view.login_required = False  # type: ignore[attr-defined]
    view.allowed_roles = None  # type: ignore[attr-defined]
    return view
