#!/usr/bin/env python3
"""Make the virtual environment and install what is missing; nothing to do takes no time.

usage: python3 scripts/setup.py VENV REQUIREMENTS [REQUIREMENTS …]

Runs under whatever python3 the machine has, so that an old one gets a sentence and not a traceback.
"""

import fcntl
import hashlib
import os
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


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


def works(folder: str) -> bool:
    """Say whether the environment's Python runs and can install; after the machine's Python changed it can't."""
    if not os.path.exists(python_of(folder)):
        return False
    ended = subprocess.call(
        [python_of(folder), "-c", "import pip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return ended == 0


def hold(folder: str) -> int:
    """Wait for whoever sets this environment up already; the kernel lets it go when this process ends."""
    above = os.path.dirname(folder)
    try:
        held = os.open(above, os.O_RDONLY)
    except OSError as error:
        stop(f"{above} can't be opened: {error.strerror}")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("somebody else sets gridbank up here; waiting until he is through")
        fcntl.flock(held, fcntl.LOCK_EX)
    return held


def make(folder: str) -> None:
    """Make the virtual environment unless a working one stands there."""
    if works(folder):
        return
    if os.path.lexists(folder):
        say(f"the environment in {folder} is broken (a Python that went away?); making it anew")
    above = folder if os.path.isdir(folder) else os.path.dirname(folder)
    if not os.access(above, os.W_OK | os.X_OK):
        stop(
            f"this user may not write in {above}. Set gridbank up as the user that owns it,"
            " or name another folder: make run VENV=/path/of/yours"
        )
    say(f"making a virtual environment in {folder}")
    if subprocess.call([sys.executable, "-m", "venv", "--clear", folder]):
        stop("could not make the virtual environment. On Debian and Ubuntu: apt install python3-venv")


def digest(files: "list[str]") -> str:
    """Return what the files ask for, includes and all, and which Python asks, as one hash."""
    total = hashlib.sha256(sys.version.encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def install(folder: str, name: str, files: "list[str]") -> None:
    """Install one list of requirements when it changed since the last time."""
    stamp = stamp_of(folder, name)
    wanted = digest(files)
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == wanted:
                return
    say(f"installing {name} (once; later starts skip this)")
    pip = [python_of(folder), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.call([*pip, "-r", os.path.join(ROOT, name)]):
        stop(
            f"pip could not install {name}; the lines above say why. Behind a mirror: PIP_INDEX_URL=… make run"
        )
    with open(stamp, "w") as file:
        file.write(wanted)


def main(arguments: "list[str]") -> None:
    """Make and fill the environment."""
    folder, names = os.path.abspath(arguments[0]), arguments[1:]
    require_python()
    held = hold(folder)
    try:
        # asked each time: what is installed is of no use without its Python
        make(folder)
        for position, name in enumerate(names):
            install(folder, name, names[: position + 1])
    finally:
        os.close(held)


if __name__ == "__main__":
    main(sys.argv[1:])
