"""Tables that are committed beside the nets: what stands in them was looked at by somebody.

A net compares what it finds with its table. `make freeze` writes the tables anew; the diff is then for review.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


def read(name: str) -> list[str]:
    """Return a table's lines; what follows a # is for people."""
    path = HERE / name
    lines = path.read_text().splitlines() if path.exists() else []
    return [line for line in lines if line and not line.startswith("#")]


def write(name: str, lines: list[str]) -> None:
    path = HERE / name
    head = [line for line in path.read_text().splitlines() if line.startswith("#")] if path.exists() else []
    path.write_text("\n".join([*head, *lines]) + "\n")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--freeze", action="store_true", help="write the tables of tests/nets anew")


@pytest.fixture
def frozen(request: pytest.FixtureRequest) -> Callable[[str, list[str]], None]:
    """Compare a whole table with what is found, or write it."""

    def hold(name: str, found: list[str]) -> None:
        if request.config.getoption("--freeze"):
            write(name, found)
        table = read(name)
        gone = [line for line in table if line not in found]
        new = [line for line in found if line not in table]
        assert (gone, new) == ([], []), f"tests/nets/{name} says otherwise: make freeze, and look at the diff"
        assert table == found

    return hold


def hold_line(config: pytest.Config, name: str, key: str, value: str) -> None:
    """Compare one line of a table, `key | value`, with what is found, or write it."""
    table = dict(line.split(" | ", 1) for line in read(name))
    if config.getoption("--freeze"):
        table[key] = value
        write(name, [" | ".join(pair) for pair in sorted(table.items())])
    assert table.get(key) == value, (
        f"tests/nets/{name} says otherwise of {key}: make freeze, and look at the diff"
    )
