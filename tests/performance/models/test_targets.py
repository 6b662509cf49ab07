"""What the table itself refuses of a target, whoever writes it, and who may know of one."""

from datetime import date

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from gridbank.scoping import waive_scope
from performance.models import GridTarget

NOW = timezone.now()
pytestmark = pytest.mark.django_db


def made(cast, **changes):
    values = {
        "grid": cast.grid_li, "month": date(2026, 12, 1), "indicator": "new_customers", "assured": 8,
        "made_by": cast.chen, "made_at": NOW,
    }  # fmt: skip
    with waive_scope("a test"), transaction.atomic():
        return GridTarget.objects.create(**values | changes)


WRONG = {
    "not a month": {"month": date(2026, 12, 2)},
    "nothing": {"assured": 0},
    "less than nothing": {"assured": -1},
    "too much": {"assured": 10**8},
    "aimed at less": {"aimed": 7},
    "stretched to less": {"stretch": 7},
    "a stretch below the aim": {"aimed": 10, "stretch": 9},
    "signed by nobody": {"is_signed": True, "signed_at": NOW},
    "signed at no time": {"is_signed": True, "signed_by": "zhao"},
    "signed by its maker": {"is_signed": True, "signed_by": "chen", "signed_at": NOW},
    "a signature under a draft": {"signed_by": "zhao", "signed_at": NOW},
}


@pytest.mark.parametrize("name", WRONG)
def test_the_table_refuses(cast, name):
    changes = dict(WRONG[name])
    if "signed_by" in changes:
        changes["signed_by"] = getattr(cast, changes["signed_by"])
    with pytest.raises((IntegrityError, DataError)):
        made(cast, **changes)


def test_a_draft_stands_beside_what_is_signed_and_each_once(cast):
    signature = {"is_signed": True, "signed_by": cast.zhao, "signed_at": NOW}
    made(cast, aimed=8, stretch=8)
    made(cast, **signature)
    for again in ({}, signature):
        with pytest.raises((IntegrityError, DataError)):
            made(cast, **again)


def test_who_leads_the_grid_or_what_lies_above_knows_of_it(cast):
    made(cast)
    made(cast, grid=cast.east)
    counts = {
        name: GridTarget.objects.visible_to(getattr(cast, name)).count()
        for name in ("zhao", "chen", "li", "wang", "zhou", "sun")
    }
    assert counts == {"zhao": 2, "chen": 2, "li": 1, "wang": 0, "zhou": 0, "sun": 0}
