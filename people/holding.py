"""What a person holds because of his role: the rooms above say what a new role would not be allowed to keep."""

from collections.abc import Callable

from people.models import User

# returns what stands in the way of a role, in words; nothing when nothing does
Asked = Callable[[User, str], list[str]]
_asked: list[Asked] = []


def register(asked: Asked) -> None:
    """Take somebody to be asked; called once, when the app is ready."""
    if asked not in _asked:
        _asked.append(asked)


def in_the_way(user: User, role: str) -> list[str]:
    """Return all that a person holds today or later and could not hold with another role."""
    return [held for asked in _asked for held in asked(user, role)]
