#!/usr/bin/env python3
"""Make the virtual environment and install what is missing; nothing to do takes no time.

usage: python3 scripts/setup.py VENV LOCK [LOCK …]

Runs under whatever python3 the machine has, so that an old one gets a sentence and not a traceback. What is installed
must be what the lock names (scripts/lock.py writes it): a file with another hash is refused, whoever handed it out.
Where wheels lie beside the source (scripts/bundle.py packs them), nothing else is asked, and each must be the one that
was packed.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WHEELS = os.path.join(ROOT, "wheels")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def stop(text: str) -> None:
    """Print what is wrong and what to do, and give up."""
    sys.stderr.write("gridbank: " + text + "\n")
    sys.exit(1)


def require_python() -> None:
    """Stop when this Python is too old or can't make virtual environments."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST:
        stop(
            f"needs Python 3.11 or newer, and {sys.executable} is {version}."
            " Name another: make run PYTHON=python3.12"
        )
    try:
        import ensurepip
        import venv
    except ImportError:
        stop(
            "this Python has no venv. On Debian and Ubuntu: apt install python3-venv"
            f" (or python{sys.version_info[0]}.{sys.version_info[1]}-venv)"
        )


def python_of(folder: str) -> str:
    """Return the path of the environment's interpreter."""
    return os.path.join(folder, "bin", "python")


def stamp_of(folder: str, name: str) -> str:
    """Return the file that says what of a list is installed."""
    return os.path.join(folder, f".{name}.sha256")


def runs(folder: str, *arguments: str) -> bool:
    """Say whether the environment's interpreter does something: one that points at a Python that went away doesn't."""
    command = [python_of(folder), *arguments]
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


@contextlib.contextmanager
def alone(folder: str) -> "Iterator[None]":
    """Wait for whoever sets the same environment up, and keep others waiting; the file lies beside it."""
    with open(folder.rstrip(os.sep) + ".lock", "a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make(folder: str) -> None:
    """Make the virtual environment unless a working one stands there."""
    if os.path.lexists(python_of(folder)):
        if runs(folder, "-m", "pip", "--version"):
            return
        say(f"the environment in {folder} is broken (a Python that went away?); making it anew")
    say(f"making a virtual environment in {folder}")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", folder]):
        stop("could not make the virtual environment. On Debian and Ubuntu: apt install python3-venv")


def digest(files: "list[str]") -> str:
    """Return what the files ask for and which Python asks, as one hash."""
    total = hashlib.sha256(sys.version.encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def packed() -> "list[str]":
    """Return what tells pip to take the wheels beside the source; nothing where there are none. Stops at a wrong one."""
    if not os.path.isdir(WHEELS):
        return []
    try:
        with open(os.path.join(ROOT, "SHA256SUMS")) as file:
            lines = [line.rstrip("\n").split("  ", 1) for line in file]
        sums = {name: digest for digest, name in lines}
    except (OSError, ValueError):
        stop(
            "wheels lie beside the source, and SHA256SUMS isn't there or can't be read. Unpack the archive again."
        )
    for name in sorted(os.listdir(WHEELS)):
        with open(os.path.join(WHEELS, name), "rb") as file:
            found = hashlib.sha256(file.read()).hexdigest()
        if sums.get("wheels/" + name) != found:
            stop(
                "wheels/"
                + name
                + " is not the file that was packed. Unpack the archive again into an empty folder."
            )
    return ["--no-index", "--find-links", WHEELS]


def install(folder: str, name: str, files: "list[str]") -> None:
    """Install what one lock names when it changed since the last time."""
    stamp = stamp_of(folder, name)
    wanted = digest(files)
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    say(f"installing {name} (once; later starts skip this)")
    pip = [python_of(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    beside = packed()
    if beside:
        # what the machine's own settings of pip name is no index either
        os.environ.update(PIP_CONFIG_FILE=os.devnull, PIP_FIND_LINKS="", PIP_CONSTRAINT="")
    # the lock is whole, so nothing is looked for beside it
    exactly = ["--no-deps", "--require-hashes"]
    if subprocess.call([*pip, *exactly, *beside, "-r", os.path.join(ROOT, name)]):
        if beside:
            version = ".".join(str(part) for part in sys.version_info[:2])
            stop(
                f"pip could not install {name} from the wheels packed here; they may not be for Python {version}."
            )
        stop(
            f"pip could not install {name}; the lines above say why. Behind a mirror: PIP_INDEX_URL=… make run"
        )
    with open(stamp, "w") as file:
        file.write(wanted)


def main(arguments: "list[str]") -> None:
    """Make and fill the environment."""
    folder, names = os.path.abspath(arguments[0]), arguments[1:]
    require_python()
    with alone(folder):
        # what was installed once is there only as long as its Python is
        if not (runs(folder, "-c", "") and all(os.path.exists(stamp_of(folder, name)) for name in names)):
            make(folder)
        for position, name in enumerate(names):
            install(folder, name, names[: position + 1])


if __name__ == "__main__":
    main(sys.argv[1:])
