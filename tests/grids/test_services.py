"""Writing the grid."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.models import ProtectedError
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from grids import services
from grids.models import Area, Assignment, Duty, Grid
from grids.selectors import lead_names
from grids.sheets import AREAS
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, HouseholdFactory, UserFactory
from tests.people import SINCE, make_cast

DATA = Path(__file__).resolve().parents[2] / "grids/data/guizhou-divisions.csv"
HEADER = "code,name,level,parent_code\n"
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _unguarded():
    with waive_scope("tests look at every row"):
        yield


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def square(x, y, size=0.1):
    return {
        "type": "Polygon",
        "coordinates": [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]],
    }


# areas


def test_the_county_is_loaded_as_the_state_names_it(db, capsys):
    for said in ("145 created, 0 updated, 0 unchanged", "0 created, 0 updated, 145 unchanged"):
        call_command("import_areas", DATA, county="522727")
        assert capsys.readouterr().out.strip() == said
    villages = Area.objects.filter(level="village")
    assert (villages.count(), sum(village.is_community for village in villages)) == (131, 10)
    assert Area.objects.get(code="522727").parent.parent.name == "贵州省"
    assert actions() == ["areas.imported"] * 2


def test_a_province_is_loaded_in_seconds(db, capsys):
    started = timezone.now()
    call_command("import_areas", DATA)
    assert capsys.readouterr().out.startswith("19572 created")
    assert timezone.now() - started < timedelta(seconds=20)


def test_a_new_name_is_taken_over(db):
    services.areas_import(actor=None, rows=AREAS.rows([HEADER, "52,贵州,province,\n"]))
    counts = services.areas_import(actor=None, rows=AREAS.rows([HEADER, "52,贵州省,province,\n"]))
    assert (counts.created, counts.updated, Area.objects.get().name) == (0, 1, "贵州省")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("code;name\n", "第 1 行"),
        (HEADER + "52,贵州省,province\n", "第 2 行"),
        (HEADER + "52,贵州省,province,\n5227,黔南,prefecture,53\n", "53"),
        (HEADER + "5.2E+01,贵州省,province,\n", "5.2E+01"),
        (HEADER + "５２,贵州省,province,\n", "５２"),
        (HEADER + "52,贵州省,planet,\n", "planet"),
        (HEADER + "52,,province,\n", "第 2 行"),
        (HEADER + "52,甲,province,\n52,乙,province,\n", "第 3 行"),
        (HEADER + "5227,黔南,prefecture,\n", "第 2 行"),
        (HEADER + "5227,黔南,prefecture,5227\n", "5227"),
        (HEADER, "没有"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_loaded(db, tmp_path, lines, said):
    file = tmp_path / "areas.csv"
    file.write_text(lines)
    with pytest.raises(CommandError, match="Nothing was changed") as error:
        call_command("import_areas", file)
    assert said in str(error.value)
    assert not Area.objects.exists()


def test_a_file_that_is_no_text_says_what_to_do(db, tmp_path):
    (tmp_path / "image.csv").write_bytes(b"\x89PNG\xff\xfe\x00")
    for name, said in (("image.csv", "UTF-8"), ("none.csv", "can't be read")):
        with pytest.raises(CommandError, match=said):
            call_command("import_areas", tmp_path / name)


# grids


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


def province(branches, grids):
    rows = [services.GridRow("HO", "总行", "head_office", SINCE)]
    for b in range(branches):
        rows.append(services.GridRow(f"B{b}", f"支行{b}", "branch", SINCE, "HO"))
        rows += [services.GridRow(f"B{b}-{g}", f"村{g}", "manager", SINCE, f"B{b}") for g in range(grids)]
    return rows


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


def test_nothing_that_has_anything_below_it_can_be_deleted(cast):
    HouseholdFactory(grid=cast.grid_li)
    for grid in (cast.root, cast.east, cast.grid_li):
        with pytest.raises(ProtectedError):
            grid.delete()


# verify_grids


def test_a_broken_tree_is_found_mended_and_proved(cast, capsys):
    call_command("verify_grids")
    Grid.objects.filter(pk=cast.grid_wang.pk).update(path="aside")
    Grid.objects.filter(pk=cast.grid_li.pk).update(path=cast.grid_wang.path)
    # swapped
    Grid.objects.filter(pk=cast.grid_wang.pk).update(path=cast.grid_li.path)
    Grid.objects.filter(pk=cast.grid_wu.pk).update(path=f"{cast.east.path}{cast.grid_wu.pk}/")
    assert {fault.grid_id for fault in services.tree_faults()} == {
        cast.grid_li.pk,
        cast.grid_wang.pk,
        cast.grid_wu.pk,
    }
    with pytest.raises(CommandError, match="--repair"):
        call_command("verify_grids")
    call_command("verify_grids", repair=True)
    assert "The tree is sound." in capsys.readouterr().out
    cast.grid_wu.refresh_from_db()
    assert cast.grid_wu.path == f"{cast.west.path}{cast.grid_wu.pk}/"
    assert actions() == ["grids.paths_repaired"]


def test_circles_wrong_tiers_and_double_leads_are_left_to_people(cast):
    Grid.objects.filter(pk=cast.east.pk).update(parent=cast.grid_li)
    Grid.objects.filter(pk=cast.grid_wu.pk).update(parent=cast.root)
    Assignment(grid=cast.west, user=cast.zhou, part="lead", valid_from=SINCE, valid_to=TODAY).save()
    found = [(fault.grid_id, fault.path is None) for fault in services.tree_faults()]
    for grid in (cast.east, cast.grid_li, cast.grid_wang, cast.grid_wu, cast.west):
        assert (grid.pk, True) in found
    services.tree_repair(actor=None)
    with pytest.raises(CommandError):
        call_command("verify_grids")


@pytest.mark.slow
def test_eighteen_thousand_grids_are_proved_and_mended_in_seconds(db):
    for bank in range(88):
        rows = province(21, 183)
        rows = [
            services.GridRow(f"{bank}.{r.code}", r.name, r.tier, SINCE, f"{bank}.{r.parent}" * bool(r.parent))
            for r in rows
        ]
        services.grids_bulk_create(actor=None, rows=rows[: 18_000 // 88])
    assert Grid.objects.count() > 17_900
    started = timezone.now()
    assert services.tree_faults() == []
    Grid.objects.filter(tier="manager", code__endswith="7").update(path=connection_concat())
    assert len(services.tree_repair(actor=None)) > 1_000
    assert services.tree_faults() == []
    assert timezone.now() - started < timedelta(seconds=30)


def connection_concat():
    from django.db.models import CharField, F, Value
    from django.db.models.functions import Cast, Concat

    assert connection
    return Concat(Value("/0/"), Cast(F("pk"), CharField()), Value("/"), output_field=CharField())


# assignments


def start(actor, grid, user, since=TODAY, *, part="lead", until=None):
    return services.assignment_start(
        actor=actor, grid=grid, user=user, part=part, valid_from=since, valid_to=until
    )


def test_a_responsibility_starts_ends_and_starts_again(cast):
    grid, fresh = GridFactory(parent=cast.east), UserFactory()
    row = start(cast.chen, grid, fresh)
    assert lead_names([grid.pk], TODAY) == {grid.pk: fresh}
    assert lead_names([grid.pk], TODAY - timedelta(days=1)) == {}
    services.assignment_end(actor=cast.chen, assignment=row, last_day=TODAY)
    assert lead_names([grid.pk], TODAY + timedelta(days=1)) == {}
    start(cast.zhao, grid, cast.wang, TODAY + timedelta(days=1))
    assert lead_names([grid.pk], TODAY + timedelta(days=400)) == {grid.pk: cast.wang}
    assert actions() == ["assignment.started", "assignment.ended", "assignment.started"]


def test_no_day_has_two_leads(cast):
    grid, fresh = GridFactory(parent=cast.east), UserFactory(name="新人")
    start(cast.chen, grid, cast.li, TODAY, until=TODAY + timedelta(days=9))
    for since, until in ((0, None), (9, None), (-5, 0), (-5, None), (3, 4)):
        with pytest.raises(Refused, match="李娜"):
            start(
                cast.chen,
                grid,
                fresh,
                TODAY + timedelta(days=since),
                until=None if until is None else TODAY + timedelta(days=until),
            )
    start(cast.chen, grid, fresh, TODAY + timedelta(days=10))
    start(cast.chen, grid, UserFactory(), TODAY - timedelta(days=3), until=TODAY - timedelta(days=1))
    start(cast.chen, grid, cast.wang, TODAY, part="deputy")
    with pytest.raises(Refused, match="王磊"):
        start(cast.chen, grid, cast.wang, TODAY, part="helper")
    assert services.tree_faults() == []


@pytest.mark.parametrize(
    ("grid", "role", "part", "fits"),
    [
        ("root", Role.HEAD_OFFICE, "deputy", True),
        ("root", Role.BRANCH_MANAGER, "deputy", False),
        ("west", Role.BRANCH_MANAGER, "deputy", True),
        ("west", Role.ACCOUNT_MANAGER, "helper", False),
        ("grid_wu", Role.ACCOUNT_MANAGER, "deputy", True),
        ("grid_wu", Role.HEAD_OFFICE, "helper", True),
        ("grid_wu", Role.SYSADMIN, "helper", False),
        ("grid_wu", Role.AUDITOR, "helper", False),
    ],
)
def test_a_part_needs_a_role_that_fits_the_tier(cast, grid, role, part, fits):
    user = UserFactory(role=role)
    if fits:
        assert start(cast.zhao, getattr(cast, grid), user, part=part).user == user
    else:
        with pytest.raises(Refused):
            start(cast.zhao, getattr(cast, grid), user, part=part)


def test_who_left_and_days_outside_the_grid_are_refused(cast):
    grid = GridFactory(parent=cast.east, valid_to=TODAY)
    with pytest.raises(Refused):
        start(cast.zhao, grid, UserFactory(is_active=False))
    with pytest.raises(Refused):
        start(cast.zhao, grid, UserFactory(), TODAY + timedelta(days=1))
    with pytest.raises(Refused):
        start(cast.zhao, grid, UserFactory(), SINCE - timedelta(days=1), until=TODAY)
    with pytest.raises(Refused):
        start(cast.zhao, grid, UserFactory(), TODAY, until=TODAY - timedelta(days=1))


def test_only_those_above_may_assign(cast):
    for actor, grid, refusal in (
        # nobody promotes himself
        (cast.chen, cast.east, PermissionDenied),
        (cast.chen, cast.grid_wu, OutOfSight),
        (cast.li, cast.grid_li, PermissionDenied),
        (cast.sun, cast.grid_li, OutOfSight),
        (UserFactory(role=Role.SYSADMIN), cast.grid_li, OutOfSight),
    ):
        with pytest.raises(refusal):
            start(actor, grid, UserFactory(), part="helper")
        row = Assignment.objects.filter(grid=grid).first()
        with pytest.raises(refusal):
            services.assignment_end(actor=actor, assignment=row, last_day=TODAY)
        with pytest.raises(refusal):
            services.duty_create(actor=actor, grid=grid, text="x", valid_from=TODAY)
    assert actions() == []


def test_an_end_lies_neither_before_the_start_nor_after_an_earlier_end(cast):
    row = start(cast.zhao, GridFactory(parent=cast.east), UserFactory())
    with pytest.raises(Refused):
        services.assignment_end(actor=cast.zhao, assignment=row, last_day=TODAY - timedelta(days=1))
    services.assignment_end(actor=cast.zhao, assignment=row, last_day=TODAY)
    with pytest.raises(Refused):
        services.assignment_end(actor=cast.zhao, assignment=row, last_day=TODAY + timedelta(days=1))


def test_a_hand_over_leaves_no_day_without_a_lead(cast):
    services.assignment_transfer(actor=cast.chen, grid=cast.grid_li, user=cast.wang, first_day=TODAY)
    day_before = TODAY - timedelta(days=1)
    assert lead_names([cast.grid_li.pk], day_before) == {cast.grid_li.pk: cast.li}
    assert lead_names([cast.grid_li.pk], TODAY) == {cast.grid_li.pk: cast.wang}
    with pytest.raises(Refused):
        services.assignment_transfer(
            actor=cast.chen, grid=cast.grid_li, user=cast.wang, first_day=TODAY + timedelta(days=5)
        )
    with pytest.raises(Refused):
        services.assignment_transfer(
            actor=cast.chen, grid=GridFactory(parent=cast.east), user=cast.li, first_day=TODAY
        )


def test_bulk_assignments_obey_the_same_rules(cast):
    one, two = UserFactory(), UserFactory()
    grid = GridFactory(parent=cast.east)
    rows = [
        services.AssignmentRow(grid, one, TODAY, TODAY + timedelta(days=5)),
        services.AssignmentRow(grid, two, TODAY + timedelta(days=6)),
    ]
    assert services.assignments_bulk_create(actor=cast.zhao, rows=rows) == 2
    assert actions() == ["assignments.started"]
    for bad in (
        services.AssignmentRow(grid, two, TODAY),
        services.AssignmentRow(grid, UserFactory(role=Role.AUDITOR), TODAY, part="helper"),
    ):
        with pytest.raises(Refused):
            services.assignments_bulk_create(actor=cast.zhao, rows=[bad])
    with pytest.raises(OutOfSight):
        services.assignments_bulk_create(actor=cast.zhou, rows=[services.AssignmentRow(grid, one, TODAY)])


# duties, service points, ground


def test_duties_are_written_down_and_ended(cast):
    duty = services.duty_create(actor=cast.chen, grid=cast.grid_li, text=" 每季走访一遍 ", valid_from=TODAY)
    assert duty.text == "每季走访一遍"
    services.duty_end(actor=cast.zhao, duty=duty, last_day=TODAY)
    with pytest.raises(Refused):
        services.duty_end(actor=cast.zhao, duty=duty, last_day=TODAY)
    for text, until in (("  ", None), ("x", TODAY - timedelta(days=1))):
        with pytest.raises(Refused):
            services.duty_create(
                actor=cast.chen, grid=cast.grid_li, text=text, valid_from=TODAY, valid_to=until
            )
    with pytest.raises(OutOfSight):
        services.duty_end(actor=cast.zhou, duty=duty, last_day=TODAY)
    assert services.duties_bulk_create(actor=None, rows=[(cast.grid_li, "a", TODAY)] * 2) == 2
    assert Duty.objects.count() == 3
    assert actions() == ["duty.created", "duty.ended", "duties.created"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_banks_that_want_one_person_at_once_do_not_both_get_him():
    """Neither sees the other's assignment before it is there: whoever assigns a person holds him."""
    cast = make_cast()
    root = GridFactory(tier="head_office", parent=None)
    branch = GridFactory(tier="branch", parent=root)
    foreign, their_head = GridFactory(parent=branch), UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=their_head, grid=root)
    gate, outcome = threading.Barrier(2), []

    def take(actor, grid, person):
        gate.wait()
        try:
            start(actor, grid, person, part="helper")
            outcome.append("taken")
        except OutOfSight:
            outcome.append("refused")
        finally:
            connections.close_all()

    for _round in range(5):
        person = UserFactory()
        pairs = ((cast.zhao, cast.grid_li, person), (their_head, foreign, person))
        threads = [threading.Thread(target=take, args=pair) for pair in pairs]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sorted(outcome) == ["refused"] * 5 + ["taken"] * 5
