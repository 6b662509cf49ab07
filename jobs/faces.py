"""How the page speaks of each kind of job: filled by the room that has the work done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jobs.models import JobRun


@dataclass(frozen=True)
class Step:
    """A step of the way that leads to a page."""

    label: Any
    url: str


def _nothing(_job: JobRun) -> str:
    return ""


def _nowhere(_job: JobRun) -> list[Step]:
    return []


@dataclass(frozen=True)
class Face:
    """The words for a kind of work: what it is, what it is about, where it belongs, how its result is told.

    The last step of the trail is where the reader goes on; `result` is the template of a finished job.
    """

    title: Any
    about: Callable[[JobRun], str] = _nothing
    trail: Callable[[JobRun], list[Step]] = _nowhere
    onward: Any = ""
    icon: str = "arrow-right"
    result: str = ""


_faces: dict[str, Face] = {}


def register(kind: str, face: Face) -> None:
    """Take the words for a kind of work; called once, when the app that has it done is ready."""
    _faces[kind] = face


def face_of(kind: str) -> Face:
    """Return the words for a kind of work; its bare name where nobody gave any."""
    return _faces.get(kind) or Face(title=kind)
