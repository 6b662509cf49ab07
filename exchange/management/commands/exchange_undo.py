"""Put a batch back from the command line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exchange import selectors, services
from exchange.models import Batch, Phase
from gridbank.console import refusals
from jobs.running import finish


class Command(BaseCommand):
    """`exchange_undo BATCH`: one line of JSON, and exit 1 when a row was worked on since and stays."""

    help = "Put back what a batch stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("batch", type=int)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Put it back here, and say how much."""
        batch = Batch.everywhere().filter(pk=options["batch"]).first()
        if batch is None:
            raise CommandError(f"there is no batch {options['batch']}")
        with refusals(f"batch {batch.pk}: "):
            job = finish(services.batch_start(actor=None, batch=batch, work=selectors.UNDO).pk)
        if job.status != job.Status.DONE:
            raise CommandError(f"batch {batch.pk}: the work ended early: {job.message or 'see the log'}")
        counts = selectors.counted(batch, Phase.UNDONE)
        self.stdout.write(json.dumps({"batch": batch.pk, "undone": counts["undone"], "kept": counts["kept"]}))
        for sheet, number, sentence in selectors.rows_kept(batch):
            self.stderr.write(f"{sheet} {number}: {sentence}")
        if counts["kept"]:
            raise SystemExit(1)
