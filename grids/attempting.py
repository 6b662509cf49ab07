"""What the clock puts in force is done one by one: what fails is noted where it is shown, and the others go on."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.utils.translation import gettext as _

from gridbank.errors import Refused


def attempt(
    name: str, do: Callable[[], bool], note: Callable[[str], None], *, logger: logging.Logger
) -> bool:
    """Do one act in its own transaction; whatever fails is logged by its name, and noted. Returns whether it was done."""
    try:
        return do()
    except Refused as error:
        logger.warning("%s was not put in force: %s", name, error)
        why = str(error.message)
    except OperationalError:
        # the database is away or full, whichever act it is: the clock asks again
        raise
    except Exception:  # one faulty act is no reason to leave the others of the night
        logger.exception("%s failed", name)
        why = _("An error of the program: the server's log says which.")
    try:
        note(why)
    except Exception:  # the same; what can't be noted stands in the log
        logger.exception("the trouble of %s was not noted", name)
    return False
