"""`manage.py seed_demo`: fill an empty database with a bank to try things on."""

import secrets
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import translation

from demo import seeding
from demo.seeding import demo_seed
from gridbank.console import LANGUAGE, said
from gridbank.errors import Refused


class Command(BaseCommand):
    """Seed the demo bank; the same seed and day give the same bank."""

    help = __doc__
    # from up, which has shown it already; never from a command line, where others would read it
    stealth_options = ("password",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--scale", choices=["demo", "county"], default="demo")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--today", type=date.fromisoformat, help="YYYY-MM-DD; the day the demo ends on")
        parser.add_argument(
            "--reset-passwords", action="store_true", help="only give the demo people a new password"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seed or reset, then say who can sign in."""
        if settings.PRODUCTION:
            raise CommandError("Demo data is refused in the production profile.")
        password = options.get("password") or settings.ENVIRONMENT.demo_password or _new_password()
        tell = self.stdout.write if options["verbosity"] else (lambda _line: None)
        try:
            if options["reset_passwords"]:
                seeding.passwords_reset(password)
            else:
                demo_seed(
                    scale=options["scale"],
                    seed=options["seed"],
                    today=options["today"],
                    password=password,
                    tell=tell,
                )
        except Refused as error:
            # what is seeded speaks the site's language
            raise said(error) from error
        with translation.override(LANGUAGE):
            for line in seeding.table(password):
                tell(line)


def _new_password() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(3))
