"""Making grids, one below another or many at once."""

import pytest
from django.core.exceptions import PermissionDenied

from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from grids import services
from grids.models import Grid
from tests.grids.banks import actions, province
from tests.people import SINCE

pytestmark = pytest.mark.usefixtures("unguarded")


def test_the_installation_founds_a_bank_and_head_office_goes_on(cast):
    root = services.grid_create(
        actor=None, code="B2", name="第二家银行", tier="head_office", parent=None, valid_from=SINCE
    )
    assert root.path == f"/{root.pk}/"
    branch = services.grid_create(
        actor=cast.zhao, code="N1", name="北支行", tier="branch", parent=cast.root, valid_from=SINCE
    )
    assert branch.path == f"{cast.root.path}{branch.pk}/"
    assert actions() == ["grid.created"] * 2


def test_a_branch_manager_adds_grids_to_his_own_branch_only(cast):
    services.grid_create(
        actor=cast.chen, code="E3", name="新", tier="manager", parent=cast.east, valid_from=SINCE
    )
    for actor, parent, refusal in (
        (cast.chen, cast.west, OutOfSight),
        (cast.chen, cast.grid_li, PermissionDenied),
        (cast.li, cast.grid_li, PermissionDenied),
        (cast.sun, cast.east, OutOfSight),
        (cast.zhao, None, PermissionDenied),
    ):
        with pytest.raises(refusal):
            services.grid_create(
                actor=actor, code="X", name="x", tier="manager", parent=parent, valid_from=SINCE
            )


@pytest.mark.parametrize(
    "wrong",
    [
        {"tier": "branch", "parent": "east"},
        {"tier": "manager", "parent": "root"},
        {"tier": "branch", "parent": "root", "nature": "special"},
        {"tier": "branch", "parent": "root", "code": "taken"},
    ],
)
def test_a_grid_in_a_wrong_place_is_refused(cast, wrong):
    parent = getattr(cast, wrong.pop("parent"))
    code = cast.west.code if wrong.pop("code", "") else "NEW"
    with pytest.raises(Refused):
        services.grid_create(actor=cast.zhao, code=code, name="x", parent=parent, valid_from=SINCE, **wrong)


def test_bulk_paths_are_right_and_leave_one_audit_row(db, django_assert_max_num_queries):
    made = services.grids_bulk_create(actor=None, rows=province(3, 4))
    assert actions() == ["grids.created"]
    assert len(made) == 16
    assert made["B1-2"].path == f"/{made['HO'].pk}/{made['B1'].pk}/{made['B1-2'].pk}/"
    assert services.tree_faults() == []
    for bad in (
        services.GridRow("B0", "又", "branch", SINCE, "HO"),
        services.GridRow("Z", "无", "branch", SINCE, "nowhere"),
        services.GridRow("Z", "错", "manager", SINCE, "HO"),
        services.GridRow("Z", "区", "branch", SINCE, "HO", area="999"),
    ):
        with pytest.raises(Refused):
            services.grids_bulk_create(actor=None, rows=[bad])
    assert Grid.objects.count() == 16


def test_bulk_grids_of_a_person_hang_where_he_may_add(cast):
    services.grids_bulk_create(
        actor=cast.zhao, rows=[services.GridRow("Q", "q", "branch", SINCE, cast.root.code)]
    )
    for actor in (cast.chen, cast.li, cast.sun):
        with pytest.raises(PermissionDenied):
            services.grids_bulk_create(
                actor=actor, rows=[services.GridRow("R", "r", "manager", SINCE, cast.west.code)]
            )
