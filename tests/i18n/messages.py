"""What the code and the templates say, and what the catalogues answer.

`python -m tests.i18n.messages [room …]` prints what is missing, room by room.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [
    "gridbank",
    "audit",
    "people",
    "jobs",
    "exchange",
    "grids",
    "ground",
    "customers",
    "needs",
    "products",
    "visits",
    "performance",
    "dashboards",
    "demo",
]
KEYWORDS = {
    name: spec
    for stem, spec in (
        ("gettext", None), ("ngettext", (1, 2)), ("pgettext", ((1, "c"), 2)), ("npgettext", ((1, "c"), 2, 3))
    )
    for name in (stem, f"{stem}_lazy", f"{stem}_noop")
}  # fmt: skip
KEYWORDS["_"] = None


@dataclass(frozen=True)
class Message:
    room: str
    context: str | None
    ids: tuple[str, ...]
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.ids[0]


def room_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    name = parts[1] if parts[0] == "templates" else parts[0]
    return name if name in ROOMS else "gridbank"


def sources() -> Iterator[tuple[Path, bytes]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = templatize(path.read_text(), origin=str(path))
        yield (
            path,
            "\n".join(line.strip() for line in text.splitlines()).encode(),
        )  # indents mean nothing here


def used() -> list[Message]:
    found = []
    for path, text in sources():
        for line, message, _comments, context in extract("python", io.BytesIO(text), keywords=KEYWORDS):
            ids = message if isinstance(message, tuple) else (message,)
            found.append(Message(room_of(path), context, tuple(ids), f"{path.relative_to(ROOT)}:{line}"))
    return found


def catalogue(room: str) -> dict[tuple[str | None, str], tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """Return (context, id) → (ids, strings, fuzzy)."""
    place = ROOT / "locale" if room == "gridbank" else ROOT / room / "locale"
    path = place / "zh_Hans" / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        book = read_po(file, locale="zh_Hans", abort_invalid=True)
    found = {}
    for entry in book:
        if not entry.id:
            continue
        ids = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
        strings = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        found[entry.context, ids[0]] = (tuple(ids), tuple(strings), entry.fuzzy)
    return found


def missing() -> list[Message]:
    """Return the messages that neither their own room's catalogue nor another one translates."""
    everything = {
        key
        for room in ROOMS
        for key, (_, strings, fuzzy) in catalogue(room).items()
        if all(strings) and not fuzzy
    }
    return [message for message in used() if message.key not in everything]


if __name__ == "__main__":
    wanted = sys.argv[1:] or ROOMS
    seen = set()
    for item in missing():
        if item.room in wanted and item.key not in seen:
            seen.add(item.key)
            print(f"{item.room:12} {item.place:50} {' | '.join(item.ids)!r}")
