"""Compile the translation catalogues that changed; Babel does it, so no gettext tools are needed.

usage: python scripts/compile_messages.py
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent


def compile_one(po: Path) -> list[str]:
    """Write the .mo beside a .po and return what is wrong with the catalogue."""
    locale = po.parent.parent.name
    with po.open("rb") as file:
        catalog = read_po(file, locale=locale)
    faults = [
        f"{po.relative_to(ROOT)}:{message.lineno}: {error}"
        for message, errors in catalog.check()
        for error in errors
    ]
    draft = po.with_suffix(".mo.part")
    with draft.open("wb") as file:
        write_mo(file, catalog)
    draft.replace(po.with_suffix(".mo"))
    return faults


def main() -> int:
    """Compile what is older than its source. Return 1 when a translation breaks its placeholders."""
    catalogues = sorted([*ROOT.glob("locale/*/LC_MESSAGES/*.po"), *ROOT.glob("*/locale/*/LC_MESSAGES/*.po")])
    faults: list[str] = []
    for po in catalogues:
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime <= po.stat().st_mtime:
            faults += compile_one(po)
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
