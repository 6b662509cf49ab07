import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from customers import policies
from customers.models import SpecialMembership
from customers.services import customer_opened
from gridbank.scoping import OutOfSight
from grids.authority import Act
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


def test_a_helper_reads_an_archive_and_changes_nothing(cast, client):
    home = HouseholdFactory(grid=cast.grid_li)
    helper = AssignmentFactory(grid=cast.grid_li, part="helper").user
    assert not policies.may_write(actor=helper, household=home)
    assert policies.may_write(actor=helper, household=home, act=Act.NEED_RAISE)
    client.force_login(helper)
    page = client.get(home.get_absolute_url())
    assert (page.status_code, "本处是：李娜、陈刚、赵敏。" in page.text) == (200, True)
    edit = reverse("customers:household-edit", args=[home.pk])
    assert edit not in page.text
    refused = client.get(edit)
    assert (refused.status_code, "本处是：李娜、陈刚、赵敏。" in refused.text) == (403, True)
    assert reverse("customers:household-new") not in client.get(reverse("customers:list")).text


def test_a_closed_grids_archives_stay_as_they_are(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    home.grid.valid_to = timezone.localdate() - timedelta(days=1)
    assert not policies.may_write(actor=cast.li, household=home)


def test_a_trace_of_reading_is_left_by_readers_only(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    with pytest.raises(OutOfSight):
        customer_opened(actor=cast.wu, household=home)
    customer_opened(actor=cast.li, household=home)
    assert AuditEvent.objects.get().actor == cast.li
