"""The state's divisions that are shipped: a bank's county with its townships and villages is there from the start."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "guizhou-divisions.csv"
COUNTY = 6


def _lines() -> Iterator[tuple[int, list[str]]]:
    # our own file, in which nothing is quoted; its first line names the columns
    lines = FILE.read_text(encoding="utf-8").splitlines()
    yield from ((number, line.split(",")) for number, line in enumerate(lines, start=1) if number > 1)


@cache
def counties() -> tuple[tuple[str, str], ...]:
    """Return each county's code with its prefecture's name and its own."""
    names = {code: name for _number, (code, name, *_rest) in _lines() if len(code) <= COUNTY}
    found = [(code, f"{names.get(code[:4], '')} {name}".strip()) for code, name in names.items()]
    return tuple((code, name) for code, name in found if len(code) == COUNTY)


def divisions_of(county: str) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    """Return a county's divisions and those above it, each with its line: code, name, level, code of the one above."""
    for number, (code, name, level, parent) in _lines():
        if code.startswith(county) or county.startswith(code):
            yield number, (code, name, level, parent)
