"""What a person holds because of his role: the rooms above say what a new role would not be allowed to keep."""

from collections.abc import Callable
from dataclasses import dataclass

from people.models import User

# returns what stands in the way of a role, in words; nothing when nothing does
Asked = Callable[[User, str], list[str]]
_asked: list[Asked] = []


def register(asked: Asked) -> None:
    """Take somebody to be asked; called once, when the app is ready."""
    if asked not in _asked:
        _asked.append(asked)


@dataclass(frozen=True)
class Led:
    """What a person leads today or later, by name, and who may give it to somebody else."""

    names: list[str]
    takers: list[str]


# returns what a person leads; no names when it is nothing
Leading = Callable[[User], Led]
_leading: list[Leading] = []


def register_leading(leading: Leading) -> None:
    """Take the one who knows what people lead; called once, when the app is ready."""
    _leading[:] = [leading]


def led_by(user: User) -> Led:
    """Return what a person leads today or later: somebody else must, before he can leave."""
    return _leading[0](user) if _leading else Led([], [])


def in_the_way(user: User, role: str) -> list[str]:
    """Return all that a person holds today or later and could not hold with another role."""
    return [held for asked in _asked for held in asked(user, role)]
