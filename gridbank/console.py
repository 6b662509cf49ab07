"""Commands speak one language, English, whoever refuses: a service's sentence is not mixed into it in another."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import PermissionDenied
from django.core.management import CommandError
from django.utils import translation
from django.utils.translation import gettext as _

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
        except PermissionDenied as denied:
            reason = str(denied) or _("You may not do this.")
            raise CommandError(f"{before}{reason}{after}") from denied


def said(error: Refused) -> CommandError:
    """Return what a service refused that has to speak the site's language, in the command's."""
    with translation.override(LANGUAGE):
        return CommandError(str(error.message))
