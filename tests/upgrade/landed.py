"""Which migrations stand: each with the hash of its text."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).resolve().parent / "migrations.txt"
# Those that landed after the states were kept: they don't change either, and the states are migrated through them.
SINCE = TABLE.with_name("since.txt")


def migrations() -> dict[str, str]:
    """Return each migration of the house with the SHA-256 of its text."""
    paths = sorted(path for path in ROOT.glob("*/migrations/[0-9]*.py") if not path.parts[-3].startswith("."))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def table() -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in migrations().items())


def kept(path: Path = TABLE) -> dict[str, str]:
    """Return what a committed table says."""
    lines = [line.split("  ", 1) for line in path.read_text().splitlines()]
    return {name: digest for digest, name in lines}
