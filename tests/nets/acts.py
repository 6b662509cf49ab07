"""What a route takes: its methods, read from the view and not tried."""

from collections.abc import Iterator
from typing import Any

from tests.nets.site import UNDECLARED, Route

ALL = ["get", "post", "put", "patch", "delete"]


def _layers(view: Any) -> Iterator[Any]:
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def _named(view: Any) -> list[str] | None:
    """Return what `require_http_methods` was told, the strictest when it was told twice."""
    found = None
    for layer in _layers(view):
        names = getattr(getattr(layer, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            told = layer.__closure__[names.index("request_method_list")].cell_contents
            methods = {method.lower() for method in told}
            found = methods if found is None else found & methods
    return None if found is None else [method for method in ALL if method in found]


def methods(route: Route) -> list[str]:
    """Return the methods a route answers; a view of Django's own class by what its class has."""
    view = route.view
    if actions := getattr(view, "actions", None):
        return [method for method in ALL if method in actions]
    named = _named(view)
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is not None:
        own = [method for method in ALL if method in kind.http_method_names and hasattr(kind, method)]
        return [method for method in own if named is None or method in named]
    # a function that doesn't say is called by every method (Django's own set_language)
    return named if named is not None else ["any"]


def line(route: Route) -> str:
    """Return a route as one line: its name, what it takes, who may."""
    if route.roles == UNDECLARED:
        roles = UNDECLARED
    elif route.roles is None:
        roles = "(public)"
    else:
        roles = " ".join(sorted(route.roles))
    acts = " ".join(method.upper() for method in methods(route))
    return f"{route.name} | {acts} | {roles}"
