#!/usr/bin/env python3
"""Make one archive that installs without any package index: the source, wheels, and the checksum of every file.

usage: python3 scripts/bundle.py VENV [--to FOLDER] [--python VERSION …]

The wheels are for Linux on x86-64 and each Python named (without a name: all that gridbank runs on). The archive is
unpacked, on a new machine or over an older version, and started by `make run` as everywhere: scripts/setup.py installs
from the wheels beside the source and asks no index.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13")
# from the oldest a wheel may ask for to the newest that every supported distribution has
PLATFORMS = ("manylinux1_x86_64", "manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64")
TOP, WHEELS, SUMS = "gridbank", "wheels", "SHA256SUMS"
# what a checkout holds beside the source
LEFT_OUT = {".git", ".venv", "var", "dist", "test-results", WHEELS}


def source() -> list[Path]:
    """Return the files of the source: what is committed, or in a tree without git whatever isn't made here."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        return [ROOT / name for name in sorted(filter(None, listed.stdout.split("\0")))]
    return sorted(_walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        made = path.name in LEFT_OUT or path.name == SUMS or path.name.startswith(".venv")
        if made or path.name.endswith(("cache", "__pycache__", ".pyc", ".mo", ".hypothesis")):
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def wanted() -> str:
    """Return the lock as every Python needs it: pip would read its conditions by the Python that packs."""
    lock = (ROOT / "requirements.lock").read_text()
    return re.sub(r" ; .*(?= \\$)", "", lock, flags=re.MULTILINE)


def fetch(pip: list[str], version: str, folder: Path) -> None:
    """Fetch the wheels that a Python needs, by their hashes. Raises CalledProcessError when one can't be had."""
    tags = ["--implementation", "cp", "--python-version", version, "--abi", f"cp{version.replace('.', '')}"]
    for platform in PLATFORMS:
        tags += ["--platform", platform]
    command = [
        *pip,
        "download",
        "--only-binary=:all:",
        "--no-deps",
        "--require-hashes",
        *tags,
        "--dest",
        str(folder),
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lock:
        lock.write(wanted())
        lock.flush()
        subprocess.run([*command, "--requirement", lock.name], check=True)


def write(archive: Path, files: dict[str, Path]) -> None:
    """Write the files and the list of their checksums, so that the same files give the same archive."""
    sums = "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in sorted(files.items())
    )
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive, "w:gz", compresslevel=6) as packed:
        listed = Path(folder, SUMS)
        listed.write_text(sums)
        for name, path in sorted({**files, SUMS: listed}.items()):
            entry = packed.gettarinfo(path, f"{TOP}/{name}")
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = 0
            with path.open("rb") as opened:
                packed.addfile(entry, opened)


def main(arguments: list[str]) -> None:
    """Fetch, pack, and say what was made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("venv")
    parser.add_argument("--to", type=Path, default=ROOT / "dist")
    parser.add_argument("--python", nargs="*", choices=PYTHONS, default=PYTHONS)
    options = parser.parse_args(arguments)
    python = str(Path(options.venv, "bin", "python"))
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    options.to.mkdir(parents=True, exist_ok=True)
    archive = options.to / f"{TOP}.tar.gz"
    with tempfile.TemporaryDirectory() as folder:
        for version in options.python:
            try:
                fetch(pip, version, Path(folder))
            except subprocess.CalledProcessError:
                sys.exit(
                    f"gridbank: pip could not fetch every wheel for Python {version}; the lines above say why."
                )
        wheels = {f"{WHEELS}/{path.name}": path for path in Path(folder).iterdir()}
        write(archive, {str(path.relative_to(ROOT)): path for path in source()} | wheels)
    size = archive.stat().st_size / 1_000_000
    sys.stdout.write(
        f"{archive}: {size:.0f} MB, {len(wheels)} wheels for Python {', '.join(options.python)}\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
