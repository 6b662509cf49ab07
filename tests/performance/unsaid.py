"""A scheme as an older version signed it: the event of its signature doesn't name what is in it."""

from datetime import date
from typing import Any
from unittest import mock

from grids.models import Grid
from performance.models import Scheme
from performance.services import scheme_in_force, schemes


def scheme_of_before(month: date, bank: Grid, **values: Any) -> None:
    """Make the bank's standard scheme, and let it say what no signature holds it to."""
    with mock.patch.object(schemes, "digest_of", return_value=""):
        found = scheme_in_force(month, bank)
    Scheme.objects.filter(pk=found.pk).update(**values)
