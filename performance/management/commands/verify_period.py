"""Prove a month."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from performance import services
from performance.management.commands._months import month


class Command(BaseCommand):
    """Compute a month again from its frozen facts and inputs and compare every byte."""

    help = "Recompute a month from its frozen facts and compare bytes: verify_period YYYY-MM [--bank CODE]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the month."""
        parser.add_argument("month", type=month, help="YYYY-MM")
        parser.add_argument("--bank", help="code of one head-office grid; default: every bank")

    def handle(self, **options: Any) -> None:
        """Verify each bank's month; fail if one differs or none was computed."""
        periods = services.computed_periods(month=options["month"], bank_code=options["bank"])
        if not periods:
            raise CommandError("This month has not been computed.")
        broken = False
        for period in periods:
            found = services.verify_period(period)
            broken = broken or not found.ok
            verdict = "ok" if found.ok else f"DIFFERS: {', '.join(found.differences)}"
            self.stdout.write(
                f"{period.grid.code}:{period} run {found.run_id} facts {found.facts} "
                f"{found.root_hash} {verdict}"
            )
        if broken:
            raise CommandError("At least one month is not what it was.")
