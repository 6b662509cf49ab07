"""Compute a month's ranking."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gridbank.console import refusals
from jobs import running
from jobs.models import JobRun
from performance import services
from performance.management.commands._months import month


class Command(BaseCommand):
    """Compute a month of every bank (or one), here or, when a worker has it already, by waiting for it."""

    help = "Compute a month's ranking: rank_month YYYY-MM [--bank CODE] [--queue] [--again]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the month and the switches."""
        parser.add_argument("month", type=month, help="YYYY-MM")
        parser.add_argument("--bank", help="code of one head-office grid; default: every bank")
        parser.add_argument("--queue", action="store_true", help="leave it to a worker and don't wait")
        parser.add_argument(
            "--again", action="store_true", help="recompute a closed month that isn't published"
        )

    def handle(self, **options: Any) -> None:
        banks = [bank for bank in services.banks() if options["bank"] in {None, bank.code}]
        if not banks:
            raise CommandError("There is no such bank.")
        for bank in banks:
            with refusals():
                job = services.request_month(
                    actor=None, bank=bank, month=options["month"], again=options["again"]
                )
            self._tell(job if options["queue"] else running.finish(job.pk))

    def _tell(self, job: JobRun) -> None:
        self.stdout.write(f"{job.subject} {job.status} {job.result.get('root_hash', '')}".rstrip())
        if job.status == JobRun.Status.FAILED:
            raise CommandError(job.message)
