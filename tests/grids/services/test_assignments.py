"""Who is responsible from which day to which, and what is owed."""

import threading
from datetime import date, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections, transaction
from django.utils import timezone

from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from grids import services
from grids.models import Assignment, Duty
from grids.selectors import lead_names
from grids.services import AssignmentRow, assignment_start, assignments_bulk_create
from people.enums import Role
from tests.factories import AssignmentFactory, GridFactory, UserFactory
from tests.grids.banks import actions
from tests.people import SINCE, make_cast

TODAY = timezone.localdate()
FIRST = date(2026, 3, 10)
# one's days, from and to, counted from FIRST; None is until further notice
SPANS = [(0, 2), (2, 4), (3, 5), (-3, -1), (-1, 0), (0, None), (3, None), (1, 1)]


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
    start(None, grid, UserFactory(), TODAY - timedelta(days=3), until=TODAY - timedelta(days=1))
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
    with pytest.raises(Refused) as caught:
        start(cast.zhao, GridFactory(parent=cast.east), UserFactory(is_active=False))
    assert caught.value.field == "user"
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
        row = Assignment.everywhere().filter(grid=grid).first()
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
    with waive_scope("a test counts duties"):
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


# one rule, one by one and many at once


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


def test_many_at_once_are_refused_in_the_words_of_one(cast):
    grid, there = GridFactory(parent=cast.east), UserFactory(name="先来")
    assignment_start(actor=None, grid=grid, user=there, part="lead", valid_from=TODAY)
    said = []
    for user in (UserFactory(), there):
        row = AssignmentRow(grid, user, TODAY, None, "lead" if user != there else "helper")
        for call in (
            lambda row=row: assignments_bulk_create(actor=None, rows=[row]),
            lambda row=row: assignment_start(
                actor=None, grid=row.grid, user=row.user, part=row.part, valid_from=row.valid_from
            ),
        ):
            with pytest.raises(Refused) as refused:
                call()
            said.append((refused.value.field, str(refused.value)))
    assert said[0] == said[1]
    assert said[2] == said[3]
    assert [field for field, _words in said] == ["valid_from"] * 2 + ["user"] * 2


def test_several_at_once_are_all_or_none(cast):
    empty = GridFactory(parent=cast.east)
    day = timezone.localdate() + timedelta(days=1)
    grids = [empty, cast.grid_wu]
    with pytest.raises(OutOfSight):
        services.assignments_set(actor=cast.chen, grids=grids, user=cast.sun, part="lead", first_day=day)
    grids = [empty, cast.grid_li]
    AssignmentFactory(user=cast.sun, grid=cast.grid_li, part="helper", valid_from=SINCE)
    with pytest.raises(Refused, match=cast.grid_li.name):
        services.assignments_set(actor=cast.chen, grids=grids, user=cast.sun, part="lead", first_day=day)
    assert not Assignment.everywhere().filter(grid=empty).exists()
