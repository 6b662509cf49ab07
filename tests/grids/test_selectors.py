"""At the size of a province: 88 banks, 18,000 grids, nobody sees beyond his own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids import selectors, services
from people.enums import Role
from tests.factories import AssignmentFactory, UserFactory
from tests.people import SINCE

BANKS, BRANCHES, VILLAGES = 88, 12, 16


@pytest.fixture
def banks(db):
    made = {}
    for bank in range(BANKS):
        rows = [services.GridRow(f"{bank}", "总行", "head_office", SINCE)]
        for b in range(BRANCHES):
            rows.append(services.GridRow(f"{bank}.{b}", "支行", "branch", SINCE, f"{bank}"))
            rows += [
                services.GridRow(f"{bank}.{b}.{v}", "村", "manager", SINCE, f"{bank}.{b}")
                for v in range(VILLAGES)
            ]
        made |= services.grids_bulk_create(actor=None, rows=rows)
    return made


@pytest.mark.slow
def test_each_sees_his_own_subtree_of_eighteen_thousand_and_soon(banks):
    assert len(banks) == BANKS * (1 + BRANCHES * (1 + VILLAGES)) > 18_000 - 20
    for code, role, size in (
        ("1", Role.HEAD_OFFICE, 1 + BRANCHES * (1 + VILLAGES)),
        ("11.1", Role.BRANCH_MANAGER, 1 + VILLAGES),
        ("8.1.1", Role.ACCOUNT_MANAGER, 1),
    ):
        grid = banks[code]
        user = UserFactory(role=role)
        AssignmentFactory(user=user, grid=grid)
        started = timezone.now()
        seen = list(selectors.grid_list(actor=user))
        assert timezone.now() - started < timedelta(seconds=1)
        assert {one.path.startswith(grid.path) for one in seen} == {True}
        assert len(seen) == size
