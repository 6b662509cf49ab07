"""The table, on the screen and between the markers of docs/performance.md."""

import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.measure import Result

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
HEAD = ("what", "gridbank", "bare", "ratio", "bar", "")


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 2 if unit == "s" else 1 if value < 100 else 0
    return f"{value:,.{digits}f} {unit}"


def rows(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Return the table's cells as text."""
    return [
        (
            result.what + (f" ({result.note})" if result.note and result.unit != "ms" else ""),
            _number(result.ours, result.unit),
            _number(result.raw, result.unit),
            f"{result.ratio:.1f}" if result.ratio else "–",
            result.bar,
            "–" if result.passed is None else "held" if result.passed else "**missed**",
        )
        for result in results
    ]


def machine() -> str:
    """Say on what it was measured."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {sys.platform}"


def as_markdown(results: Sequence[Result], preface: str) -> str:
    """Write the table as Markdown."""
    lines = [preface, "", "| " + " | ".join(HEAD) + " |", "|---|--:|--:|--:|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows(results)]
    return "\n".join(lines)


def write(results: Sequence[Result], preface: str) -> None:
    """Put the table between the page's markers."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{as_markdown(results, preface)}\n{END}{after}", encoding="utf-8")
