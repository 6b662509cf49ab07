"""Commands speak one language, English, whoever refuses: a service's sentence is not mixed into it in another."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import CommandError
from django.utils import translation

from gridbank.errors import Refused

LANGUAGE = "en"


@contextmanager
def refusals(before: str = "", after: str = "") -> Iterator[None]:
    """Speak English within, and end the command with what is refused. Raises CommandError."""
    with translation.override(LANGUAGE):
        try:
            yield
        except Refused as refused:
            raise CommandError(f"{before}{refused.message}{after}") from refused


def said(error: Refused) -> CommandError:
    """Return what a service refused that has to speak the site's language, in the command's."""
    with translation.override(LANGUAGE):
        return CommandError(str(error.message))
