"""What the apps' `rows.py` are made with: Li's row ("mine"), the stranger Wu's ("theirs"), and one of nobody."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

ABSENT = 987_654_321
Kwargs = dict[str, Any]


def by(kind: str, key: str = "pk") -> Callable[[Any, str], Kwargs]:
    """Return a maker of `{pk: …}` for one kind of row."""

    def make(world: Any, whose: str) -> Kwargs:
        if whose == "absent":
            is_uuid = isinstance(world.row(kind, "mine").pk, UUID)
            return {key: uuid4() if is_uuid else ABSENT}
        return {key: world.row(kind, whose).pk}

    return make
