import ast
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from customers import policies
from customers.models import SpecialMembership
from people.policies import sees_whole_bank
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory

ROOM = Path(policies.__file__).parent


def test_only_policies_ask_for_a_role_by_its_name():
    found = {
        str(path.relative_to(ROOM))
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role"
    }
    assert found == set()


def test_a_household_is_written_on_its_own_ground_only(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    trader = AssignmentFactory(grid=market).user
    SpecialMembership.objects.create(grid=market, household=home, since="2026-01-01")
    for actor, may in (
        (cast.li, True),
        (cast.chen, True),
        (cast.wang, False),
        (trader, False),
        (cast.sun, False),
    ):
        assert policies.may_write(actor=actor, household=home) == may
        if may:
            policies.own_ground(actor, home)
        else:
            with pytest.raises(PermissionDenied):
                policies.own_ground(actor, home)


def test_the_head_office_sees_a_whole_bank(cast):
    assert [sees_whole_bank(actor) for actor in (cast.zhao, cast.chen, cast.li)] == [
        True,
        False,
        False,
    ]
