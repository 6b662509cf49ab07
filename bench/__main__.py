"""`python -m bench`: load, measure, print, and with --write bring docs/performance.md up to date."""

import argparse
import os
import sys
import tempfile
import time
from contextlib import nullcontext

from bench.server import own_postgres


def main() -> int:
    """Run the whole measurement; return 1 when a bar is missed at full scale."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="a tiny set: proves that the bench works, measures nothing"
    )
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    parser.add_argument(
        "--reuse", action="store_true", help="keep the set in DATABASE_URL, or use the one kept there"
    )
    options = parser.parse_args()
    given = os.environ.get("DATABASE_URL")
    if options.reuse and not given:
        parser.error("--reuse needs DATABASE_URL")
    with nullcontext(given) if given else own_postgres() as url, tempfile.TemporaryDirectory() as var:
        os.environ["DATABASE_URL"] = str(url)
        if not options.reuse:
            os.environ["GRIDBANK_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridbank.settings")
        import django  # noqa: PLC0415  settings read the environment set above

        django.setup()
        from bench.run import measure  # noqa: PLC0415  models need the set-up above

        start = time.perf_counter()
        missed = measure(quick=options.quick, write=options.write, reuse=options.reuse)
        print(f"\nbench: {time.perf_counter() - start:.0f} s in all")
    return 1 if missed and not options.quick else 0


if __name__ == "__main__":
    sys.exit(main())
