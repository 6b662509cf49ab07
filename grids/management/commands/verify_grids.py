"""Prove that the tree of grids is sound, and mend its paths."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.services import tree_faults, tree_repair


class Command(BaseCommand):
    """`verify_grids [--repair]`: ends with an error while anything is wrong."""

    help = "Check paths, tiers, circles and double leads; --repair writes the paths anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --repair."""
        parser.add_argument("--repair", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Report each fault; fail while one is left."""
        if options["repair"]:
            for fault in tree_repair(actor=None):
                self.stdout.write(f"{fault.code}: {fault.text}: mended")
        faults = tree_faults()
        for fault in faults:
            self.stdout.write(f"{fault.code}: {fault.text}")
        if faults:
            mendable = sum(fault.path is not None for fault in faults)
            remedy = " Run verify_grids --repair." if mendable else ""
            raise CommandError(f"{len(faults)} faults.{remedy}")
        self.stdout.write("The tree is sound.")
