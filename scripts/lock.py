#!/usr/bin/env python3
"""Write requirements.lock and requirements-dev.lock: every package that is installed, its version, its files' hashes.

usage: python3 scripts/lock.py VENV

The hashes are those of all files of a version, so that what is installed is what was looked at, whichever Python and
machine installs it and from whichever mirror (PIP_INDEX_URL). The second list holds only what the first doesn't.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = "3.11"
HEAD = "# Written by `make lock` from {}: what make setup installs, and nothing else.\n"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==.*\n(?: .*\n?)*", re.MULTILINE)


def compiled(python: str, name: str, *more: str) -> dict[str, str]:
    """Return each package's lines, for any system and Python that gridbank runs on. Raises CalledProcessError."""
    command = [
        python, "-m", "uv", "pip", "compile", "--quiet", "--no-config", "--universal", "--python-version", OLDEST,
        "--generate-hashes", "--no-annotate", "--no-header", *more, str(ROOT / name),
    ]  # fmt: skip
    environment = dict(os.environ)
    if "PIP_INDEX_URL" in environment:
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return {found[1]: found[0] for found in PIN.finditer(done.stdout)}


def write(name: str, pins: dict[str, str]) -> None:
    """Write a list anew, in the packages' order."""
    text = HEAD.format(name) + "".join(pins[package] for package in sorted(pins))
    (ROOT / name).with_suffix(".lock").write_text(text)
    sys.stdout.write(f"{len(pins)} packages locked for {name}\n")


def main(arguments: list[str]) -> None:
    """Resolve both lists at once, so that one package has one version in them."""
    python = str(Path(arguments[0], "bin", "python"))
    try:
        everything = compiled(python, "requirements-dev.txt")
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as versions:
            versions.writelines(everything.values())
            versions.flush()
            running = compiled(python, "requirements.txt", "--constraint", versions.name)
    except subprocess.CalledProcessError as error:
        sys.exit(f"gridbank: the requirements could not be locked:\n{error.stderr}")
    write("requirements.txt", running)
    write("requirements-dev.txt", {name: pin for name, pin in everything.items() if name not in running})


if __name__ == "__main__":
    main(sys.argv[1:])
