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
    """One night's line: how many events there were, the hash of the last, and final months by name.

    A cut says instead that a backup with so many events was restored: what was anchored beyond them is of a trail
    that is no more.
    """

    at: str
    count: int
    head: str
    months: dict[str, str] = field(default_factory=dict)
    cut: bool = False


class BrokenAnchorsError(Exception):
    """A line of the file is not one that this installation wrote, or the file can't be read."""


def _data(anchor: Anchor) -> dict[str, Any]:
    """Return what a line holds; a night's says nothing of a cut, as before there were any."""
    found = asdict(anchor)
    return found if anchor.cut else {name: value for name, value in found.items() if name != "cut"}


def _text(anchor: Anchor) -> str:
    return json.dumps(_data(anchor), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def are_there() -> bool:
    """Say whether there is a file of anchors."""
    return Path(settings.ANCHOR_FILE).exists()


def read() -> list[Anchor]:
    """Return the anchors that stand, oldest first; none when there is no file. Raises BrokenAnchorsError.

    A last line without its end was never acknowledged: whoever wrote it was killed.
    """
    path = Path(settings.ANCHOR_FILE)
    try:
        text = path.read_text() if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenAnchorsError(f"the anchors can't be read: {error}") from error
    lines = text.split("\n")[:-1]
    standing: list[Anchor] = []
    for anchor in (_read(number, line) for number, line in enumerate(lines, start=1) if line):
        if anchor.cut:
            standing = [one for one in standing if one.count <= anchor.count]
        standing.append(anchor)
    return standing


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


def write(*, count: int, head: str, months: dict[str, str], cut: bool = False) -> Anchor:
    """Add a line and wait until it is on disk. Raises OSError."""
    anchor = Anchor(timezone.now().isoformat(timespec="seconds"), count, head, months, cut)
    line = json.dumps({**_data(anchor), "seal": seal(_text(anchor))}, ensure_ascii=False)
    path = Path(settings.ANCHOR_FILE)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        # a line that was never finished is nobody's
        whole = file.read().rfind(b"\n") + 1
        file.truncate(whole)
        file.seek(whole)
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    return anchor
