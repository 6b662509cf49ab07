"""What can be asked for a day before today, besides who is responsible: each room says how its own is done."""

from collections.abc import Callable

from grids.models import Backdating
from people.models import User

Do = Callable[[User, Backdating], None]
_kinds: dict[str, Do] = {}


def register(kind: str, do: Do) -> None:
    """Take a kind and how it is put in force; called once, when its app is ready. What can't be done is Refused."""
    _kinds[kind] = do


def known(kind: str) -> Do | None:
    """Return how a kind is put in force, None for one that no room knows."""
    return _kinds.get(kind)
