"""A grid has one lead on a day, by whatever path."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from grids.models import Assignment
from tests.factories import AssignmentFactory
from tests.grids.services.test_proving import insert

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.mark.parametrize("verb", ["insert", "update"])
def test_a_grid_has_one_lead_on_a_day(cast, verb):
    """By whatever path: whoever came last would win the days."""
    with pytest.raises(DatabaseError, match="one lead on a day"), transaction.atomic():
        if verb == "insert":
            insert(0, cast.grid_li, cast.sun, part="lead", since=TODAY - timedelta(days=9), until=TODAY)
        else:
            made = AssignmentFactory(grid=cast.grid_li, user=cast.sun, part="helper", valid_to=TODAY)
            Assignment.everywhere().filter(pk=made.pk).update(part="lead")
