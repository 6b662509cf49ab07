"""Schemes: made by one, signed by another of the same bank, in force for that bank."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from grids.authority import Act, may
from grids.models import Assignment
from people.enums import Role
from performance.models import Scheme
from performance.services import scheme_activate, scheme_create, scheme_in_force
from performance.services.schemes import DEFAULT_ITEMS
from tests.factories import AssignmentFactory, GridFactory, UserFactory

SINCE = date(2199, 1, 1)


def head(grid, part="deputy", **days):
    user = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=user, grid=grid, part=part, **days)
    return user


def made(actor, code="neu"):
    return scheme_create(actor=actor, code=code, name="新", effective_from=SINCE, items=DEFAULT_ITEMS)


@pytest.fixture
def abroad(db):
    return GridFactory(tier="head_office", parent=None)


def test_a_second_person_of_the_same_bank_signs(cast, abroad):
    scheme = made(cast.zhao)
    with pytest.raises(Refused):
        scheme_activate(actor=cast.zhao, scheme=scheme)
    with pytest.raises(OutOfSight):
        scheme_activate(actor=head(abroad), scheme=scheme)
    for actor in (head(cast.root, "helper"), head(cast.grid_li, "helper"), cast.chen):
        with pytest.raises(PermissionDenied):
            scheme_activate(actor=actor, scheme=scheme)
        with pytest.raises(PermissionDenied):
            made(actor)
    assert scheme_activate(actor=head(cast.root), scheme=scheme).activated_at


def test_a_scheme_holds_for_the_bank_that_signed_it(cast, abroad):
    standard = scheme_in_force(SINCE, cast.root)
    theirs = scheme_activate(actor=head(abroad), scheme=made(head(abroad), "theirs"))
    assert scheme_in_force(SINCE, abroad) == theirs
    assert scheme_in_force(SINCE, cast.root) == standard
    ours = scheme_activate(actor=head(cast.root), scheme=made(cast.zhao))
    assert scheme_in_force(SINCE, cast.root) == ours
    assert scheme_in_force(SINCE, abroad) == theirs
    assert scheme_in_force(date(2026, 9, 1), abroad) == standard


def test_a_scheme_stays_in_force_when_its_signer_leaves_head_office(cast):
    signer = head(cast.root, valid_to=timezone.localdate())
    scheme = scheme_activate(actor=signer, scheme=made(cast.zhao))
    # forty days later
    Scheme.objects.update(activated_at=timezone.now() - timedelta(days=40))
    Assignment.on(timezone.localdate()).filter(user=signer).update(
        valid_to=timezone.localdate() - timedelta(days=30)
    )
    assert not may(signer, Act.SCHEME_SIGN, cast.root)
    assert scheme_in_force(SINCE, cast.root) == scheme
