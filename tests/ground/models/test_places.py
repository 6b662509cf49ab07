"""Whom a grid's ground is shown, and what of it stands once."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from gridbank.scoping import UnscopedQueryError, waive_scope
from ground import services
from ground.models import CURRENT, Boundary, ServicePoint
from people.enums import Role
from people.models import User
from tests.ground.squares import give_ground, square, versions
from tests.people import SINCE


@pytest.fixture
def ground(cast):
    give_ground(cast)


def seen(model, actor):
    return {row.grid for row in model.objects.visible_to(actor)}


@pytest.mark.parametrize("model", [Boundary, ServicePoint])
def test_ground_is_seen_with_its_grid(cast, ground, model):
    every = {cast.grid_li, cast.grid_wang, cast.grid_wu}
    for actor, grids in (
        (cast.zhao, every), (cast.chen, {cast.grid_li, cast.grid_wang}), (cast.li, {cast.grid_li}),
        (cast.wu, {cast.grid_wu}), (cast.sun, set()),
    ):  # fmt: skip
        assert seen(model, actor) == grids, actor
    with pytest.raises(UnscopedQueryError):
        list(model.objects.all())


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_an_officer_sees_no_ground(cast, ground, role):
    cast.li.role = role
    cast.li.save()
    officer = User.objects.get(pk=cast.li.pk)
    assert (seen(Boundary, officer), seen(ServicePoint, officer)) == (set(), set())


@pytest.mark.parametrize(("version", "until"), [(2, None), (1, SINCE)])
def test_of_a_grid_one_version_stands_and_each_number_once(cast, version, until):
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    (row,) = versions(cast.east)
    row.pk, row.version, row.valid_to = None, version, until
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_stands_is_what_has_no_last_day(cast, ground):
    services.boundary_set(actor=None, grid=cast.grid_li, boundary=square(107, 25, 0.05))
    with waive_scope("a test reads every version"):
        standing = Boundary.objects.filter(CURRENT, grid=cast.grid_li)
        assert [row.version for row in standing] == [2]
    assert [str(row) for row in versions(cast.grid_li)] == ["甲村 v1", "甲村 v2"]


def test_a_service_points_code_stands_once(cast, ground):
    with waive_scope("a test copies a row"):
        point = ServicePoint.objects.get(grid=cast.grid_li)
    point.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        point.save(force_insert=True)
    assert str(point) == "甲村服务点"


def test_a_grid_with_ground_or_points_stays(cast, ground):
    with waive_scope("a test deletes"):
        cast.grid_wang.assignments.all().delete()
    with waive_scope("a test deletes"), pytest.raises(ProtectedError):
        cast.grid_wang.delete()
