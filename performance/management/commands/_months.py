"""What the month commands share."""

import argparse
from datetime import date

from gridbank.days import month_read


def month(text: str) -> date:
    """Read YYYY-MM."""
    try:
        return month_read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write the month as YYYY-MM") from error
