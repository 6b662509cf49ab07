"""Where a page of open needs goes on: after a day and a number, those without a day last."""

import re
from dataclasses import dataclass
from datetime import date

WRITTEN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?_([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class After:
    """The last need of the page before: the day it is due, and its number."""

    due_on: date | None
    pk: int

    def __str__(self) -> str:
        """Write the key as an address holds it."""
        return f"{self.due_on or ''}_{self.pk}"

    @classmethod
    def read(cls, text: str) -> "After":
        """Read a key from an address. Raises ValueError."""
        match = WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        day, number = match.groups()
        return cls(date.fromisoformat(day) if day else None, int(number))
