"""One by one or many at once: who may lead a grid on which days is one rule."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import transaction

from gridbank.errors import Refused
from grids.services import AssignmentRow, assignment_start, assignments_bulk_create
from tests.factories import GridFactory, UserFactory

FIRST = date(2026, 3, 10)
# one's days, from and to, counted from FIRST; None is until further notice
SPANS = [(0, 2), (2, 4), (3, 5), (-3, -1), (-1, 0), (0, None), (3, None), (1, 1)]


def day(offset):
    return None if offset is None else FIRST + timedelta(days=offset)


def share_a_day(one, two):
    return any(
        all(since <= at and (until is None or at <= until) for since, until in (one, two))
        for at in range(-5, 10)
    )


def goes(call):
    """Say whether it isn't refused; what it did is undone."""
    try:
        with transaction.atomic():
            call()
            transaction.set_rollback(True)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("parts", [("lead", "lead"), ("lead", "helper"), ("helper", "helper")])
@pytest.mark.parametrize("same", [True, False], ids=["the same person", "two people"])
def test_two_parts_in_one_grid_stand_together_when_the_rule_says_so(cast, parts, same):
    grid, first = GridFactory(parent=cast.east), UserFactory()
    people, wrong = (first, first if same else UserFactory()), {}
    for one, two in product(SPANS, SPANS):
        rows = [
            AssignmentRow(grid, user, day(since), day(until), part)
            for user, part, (since, until) in zip(people, parts, (one, two), strict=True)
        ]

        def singly(rows=rows):
            for row in rows:
                assignment_start(
                    actor=None, grid=row.grid, user=row.user, part=row.part, valid_from=row.valid_from,
                    valid_to=row.valid_to,
                )  # fmt: skip

        wanted = not (share_a_day(one, two) and (same or parts == ("lead", "lead")))
        found = goes(singly), goes(lambda rows=rows: assignments_bulk_create(actor=None, rows=rows))
        if found != (wanted, wanted):
            wrong[one, two] = found
    assert wrong == {}
