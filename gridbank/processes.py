"""Child processes that live and die with their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
STEADY_SECONDS = 60.0
LONGEST_WAIT = 30.0
MOST_DEATHS = 5


@dataclass(frozen=True)
class Program:
    """A command to keep running. `orphan_signal` is what the kernel sends it when the parent is killed."""

    name: str
    command: Sequence[str]
    orphan_signal: int = signal.SIGTERM
    environment: Mapping[str, str] = field(default_factory=dict)


def _tie_to_parent(parent: int, orphan_signal: int) -> Callable[[], None]:
    """Return what the child runs before it becomes the program: die when the parent dies (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def run() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, orphan_signal, 0, 0, 0)
        # it died before we asked
        if os.getppid() != parent:
            os._exit(1)

    return run


@dataclass
class Child:
    """A program, running or waiting to be started again."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        """Start the program in a process group of its own, so that Ctrl-C reaches only the parent."""
        self.process = subprocess.Popen(  # noqa: S603  our own command lines
            list(self.program.command),
            stdin=subprocess.DEVNULL,
            env={**os.environ, **self.program.environment},
            start_new_session=True,
            preexec_fn=_tie_to_parent(os.getpid(), self.program.orphan_signal),  # noqa: PLW1509  the parent has one thread
        )
        self.started = time.monotonic()

    def signal_group(self, number: int) -> None:
        """Send a signal to the program and everything it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def died(self) -> int | None:
        """Return the exit code of a program that has just ended, else None."""
        return None if self.process is None else self.process.poll()

    def bury(self) -> None:
        """Note a death, kill what the program left behind and plan the next start; each wait doubles."""
        self.signal_group(signal.SIGKILL)
        now = time.monotonic()
        self.deaths = 1 if now - self.started > STEADY_SECONDS else self.deaths + 1
        self.start_at = now + min(2.0 ** (self.deaths - 1), LONGEST_WAIT)
        self.process = None


class GaveUpError(RuntimeError):
    """A program keeps dying; the message names it."""


class Family:
    """Several programs kept alive together and stopped together."""

    def __init__(self, programs: Sequence[Program], *, tell: Callable[[str], None]) -> None:
        """Keep the programs; `tell` receives sentences for the operator."""
        self.children = [Child(program) for program in programs]
        self._tell = tell

    def start(self) -> None:
        """Start every program."""
        for child in self.children:
            child.start()

    def tend(self) -> None:
        """Start again what died, after a growing wait. Raises GaveUpError when one dies too often."""
        for child in self.children:
            code = child.died()
            if code is not None:
                child.bury()
                if child.deaths >= MOST_DEATHS:
                    message = f"{child.program.name} ended {child.deaths} times in a row (last code {code})"
                    raise GaveUpError(message)
                wait = child.start_at - time.monotonic()
                self._tell(f"{child.program.name} ended with code {code}; starting it again in {wait:.0f} s")
            elif child.process is None and time.monotonic() >= child.start_at:
                child.start()

    def stop(self, *, patience: float) -> None:
        """Ask every program to end, then make it; nothing is left when this returns."""
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(
            child.process is not None and child.died() is None for child in self.children
        ):
            time.sleep(0.05)
        self.kill()

    def kill(self) -> None:
        """End everything at once."""
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
