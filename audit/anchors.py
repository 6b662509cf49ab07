"""Anchors: where the trail stood each night and what each final month was, in a file outside the database."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from gridbank.sealing import is_sealed, seal


@dataclass(frozen=True)
class Anchor:
    """One night's line: how many events there were, the hash of the last, and final months by name."""

    at: str
    count: int
    head: str
    months: dict[str, str] = field(default_factory=dict)


class BrokenAnchorsError(Exception):
    """A line of the file is not one that this installation wrote."""


def _text(anchor: Anchor) -> str:
    return json.dumps(asdict(anchor), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read() -> list[Anchor]:
    """Return the anchors, oldest first; none when there is no file. Raises BrokenAnchorsError."""
    path = Path(settings.ANCHOR_FILE)
    if not path.exists():
        return []
    return [_read(number, line) for number, line in enumerate(path.read_text().splitlines(), start=1) if line]


def _read(number: int, line: str) -> Anchor:
    try:
        data: dict[str, Any] = json.loads(line)
        given = data.pop("seal")
        anchor = Anchor(**data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenAnchorsError(f"line {number} of the anchors can't be read") from error
    if not is_sealed(_text(anchor), str(given)):
        raise BrokenAnchorsError(f"line {number} of the anchors is not sealed with this installation's key")
    return anchor


def write(*, count: int, head: str, months: dict[str, str]) -> Anchor:
    """Add a line and wait until it is on disk. Raises OSError."""
    anchor = Anchor(timezone.now().isoformat(timespec="seconds"), count, head, months)
    line = json.dumps({**asdict(anchor), "seal": seal(_text(anchor))}, ensure_ascii=False)
    path = Path(settings.ANCHOR_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor
