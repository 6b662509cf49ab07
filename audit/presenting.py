"""An event's details as lines a person can read."""

from typing import Any, NamedTuple


class Line(NamedTuple):
    """One detail: a value, or what it was before and after."""

    name: str
    before: str
    value: str
    is_change: bool


def lines(details: dict[str, Any]) -> list[Line]:
    """Return the details in their order; a pair is a change from the first to the second."""
    found = []
    for name, value in details.items():
        if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004  before, after
            found.append(Line(name, plain(value[0]), plain(value[1]), is_change=True))
        else:
            found.append(Line(name, "", plain(value), is_change=False))
    return found


def plain(value: Any) -> str:
    """Write a JSON value without its punctuation."""
    if value is None or value == "":
        return "–"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(plain(inner) for inner in value)
    return str(value)
