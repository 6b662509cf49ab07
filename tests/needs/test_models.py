"""Needs as the database keeps them: who sees which."""

from datetime import date

import pytest
from django.db.models import ProtectedError

from customers.models import SpecialMembership
from gridbank.scoping import UnscopedQueryError
from needs.models import Need
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory, NeedFactory, UserFactory


def seen(actor):
    return set(Need.objects.visible_to(actor))


def test_a_need_is_seen_by_whoever_sees_its_household(cast, home):
    mine = NeedFactory(household=home)
    theirs = NeedFactory(household=HouseholdFactory(grid=cast.grid_wu))
    for actor, rows in (
        (cast.zhao, {mine, theirs}),
        (cast.chen, {mine}),
        (cast.li, {mine}),
        (cast.wang, set()),
        (cast.wu, {theirs}),
        (cast.sun, set()),
        *((UserFactory(role=role), set()) for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)),
    ):
        assert seen(actor) == rows, actor


def test_a_need_raised_by_somebody_is_not_his_when_the_ground_is_anothers(cast, home):
    need = NeedFactory(household=home, raised_by=cast.wu)
    assert seen(cast.wu) == set()
    assert seen(cast.li) == {need}


def test_a_special_grids_lead_sees_his_members_needs(cast, home):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    need = NeedFactory(household=home)
    NeedFactory(household=HouseholdFactory(grid=cast.grid_li))
    assert seen(AssignmentFactory(grid=market).user) == {need}


def test_needs_are_not_read_without_naming_the_reader(home):
    NeedFactory(household=home)
    with pytest.raises(UnscopedQueryError):
        list(Need.objects.all())


def test_a_need_begins_open_and_keeps_its_household(home):
    need = NeedFactory(household=home)
    assert (need.status, need.outcome, need.closed_at, str(need)) == ("open", "", None, "想贷款买牛")
    with pytest.raises(ProtectedError):
        home.delete()
