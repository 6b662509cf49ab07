"""What the month commands share."""

import argparse
import re
from datetime import date

PATTERN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def month(text: str) -> date:
    """Read YYYY-MM."""
    if not PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError("write the month as YYYY-MM")
    return date(int(text[:4]), int(text[5:]), 1)
