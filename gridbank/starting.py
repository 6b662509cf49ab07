"""Nothing serves with a wrong set-up; what can't be asked while the database is away is made up for later."""

import time
from dataclasses import dataclass, field

from django.core.exceptions import ImproperlyConfigured

from gridbank import checks, environment, readiness
from gridbank.outages import is_away

# so often it is asked again, whoever comes meanwhile
AGAIN_SECONDS = 5.0


@dataclass
class _State:
    """What this process still has to ask, and what it was told last."""

    owed: bool = False
    files: bool = True
    asked: float = float("-inf")
    found: list[str] = field(default_factory=list)


_state = _State()


def require(*, files: bool = True) -> None:
    """End the process in words when anything is wrong; a database that is away comes back, and is asked then.

    `files` says whether it shows pages.
    """
    _state.files = files
    found = _ask()
    if found:
        environment.end("\n".join(found))


def outstanding() -> list[str]:
    """Return what stands against serving in a process that began while the database was away."""
    if _state.owed and time.monotonic() - _state.asked >= AGAIN_SECONDS:
        _state.found = _ask()
        # what is wrong now may be mended without a new start: tables, indexes, files
        _state.owed = _state.owed or bool(_state.found)
    return _state.found if _state.owed else []


def _ask() -> list[str]:
    _state.asked, _state.owed = time.monotonic(), False
    try:
        found = readiness.faults(files=_state.files)
    except ImproperlyConfigured as error:
        # nothing else may be asked of it
        return str(error).splitlines()
    except Exception as error:
        if not is_away(error):
            raise
        _state.owed, found = True, []
        if _state.files and not readiness.files_are_there():
            found = [readiness.SENTENCES["files"]]
    return [*found, *checks.faults()]
