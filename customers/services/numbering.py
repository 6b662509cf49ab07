"""Numbers of households: drawn, so that nobody guesses one from another; and no two draw the same."""

import re
import secrets
from collections.abc import Collection, Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import Household
from gridbank.lookups import portions
from gridbank.scoping import waive_scope

BATCH = 1000
# somebody else may store the same number between our look and our insert
TRIES = 3
# what a drawn number looks like
DRAWN = re.compile(r"H[0-9]{11}")


def household_code() -> str:
    """Return a new household number: the year and nine random digits, with no meaning to be guessed from."""
    return f"H{timezone.localdate():%y}{secrets.randbelow(10**9):09}"


def households_insert(households: Sequence[Household]) -> None:
    """Insert households in a few statements, and give a number to each that has none.

    Of a hundred thousand numbers one is nearly sure to be taken: those that are get drawn again, also when the other
    one was stored meanwhile. A number that the caller gave is his: IntegrityError says that it stands already.
    """
    nameless = [each for each in households if not each.code]
    for left in reversed(range(TRIES)):
        numbers_draw(nameless, {each.code for each in households} - {each.code for each in nameless})
        try:
            with transaction.atomic():
                Household.objects.bulk_create(households, batch_size=BATCH)
        except IntegrityError:
            if not left or not _taken({each.code for each in nameless}):
                raise
            for each in households:
                each.pk = None
        else:
            return


def numbers_draw(households: Iterable[Household], given: set[str]) -> None:
    """Give each a number that nobody has, neither among the stored ones nor among these."""
    missing, mine = list(households), set(given)
    while missing:
        for each in missing:
            while not each.code or each.code in mine:
                each.code = household_code()
            mine.add(each.code)
        taken = _taken([each.code for each in missing])
        missing = [each for each in missing if each.code in taken]
        mine |= taken


def _taken(codes: Collection[str]) -> set[str]:
    found = set[str]()
    with waive_scope("a number names one household of all banks; only that it is taken is told"):
        for some in portions(codes):
            rows = Household.objects.filter(code__in=some)
            found.update(rows.values_list("code", flat=True))
    return found
