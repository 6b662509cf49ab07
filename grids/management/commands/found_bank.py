"""Found a bank on a county's divisions."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from gridbank.console import refusals
from grids.enums import Tier
from grids.services import bank_found
from people.models import User, canonical_username


class Command(BaseCommand):
    """`found_bank CODE NAME COUNTY LEAD`: head office, a branch per township, a base grid per village."""

    help = "Found a bank: head office, a branch on each township, a base grid on each village of a county."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the bank, its ground and who is responsible."""
        parser.add_argument("code", help="short code of the bank, e.g. PT")
        parser.add_argument("name", help="the bank's name")
        parser.add_argument("county", help="the county's code of 6 digits, loaded by import_areas")
        parser.add_argument("lead", help="user name of the person responsible at head office")
        parser.add_argument(
            "--since", type=date.fromisoformat, default=None, help="first day, YYYY-MM-DD; today unless given"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Found the bank and say what stands."""
        lead = User.objects.filter(username=canonical_username(options["lead"])).first()
        if lead is None:
            raise CommandError(f"There is no account {options['lead']}. Open it with create_account first.")
        fields = {key: options[key] for key in ("code", "name", "county")}
        since = options["since"] or timezone.localdate()
        with refusals(after=" Nothing was changed."):
            grids = bank_found(actor=None, **fields, lead=lead, valid_from=since)
        counts = {tier: sum(grid.tier == tier for grid in grids.values()) for tier in Tier}
        self.stdout.write(
            f"{options['name']}: {counts[Tier.BRANCH]} branches, {counts[Tier.MANAGER]} base grids; "
            f"{lead.username} is responsible from {since} and assigns the others on the grids' pages."
        )
