"""Handing over as one act: what it asks for before it is opened, who signs for whom, and what undoes it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from audit import verification
from gridbank.errors import NotAllowed, Refused
from gridbank.scoping import OutOfSight
from grids import services
from grids.models import Assignment, HandoverSignature
from grids.services.handovers import handover_signatures
from tests import factories
from tests.people import assign

TOMORROW = timezone.localdate() + timedelta(days=1)
pytestmark = pytest.mark.django_db


def opened(cast, by="chen", kind="grid", **changes):
    values = {
        "giver": cast.li, "parts": [(cast.grid_li, cast.sun, None)], "first_day": TOMORROW, "reason": "轮岗",
    } | changes  # fmt: skip
    return services.handover_open(actor=getattr(cast, by), kind=kind, **values)


def signed(cast, row, *names):
    for part, name in zip(("giver", "receiver", "supervisor"), names, strict=True):
        row = services.handover_sign(actor=getattr(cast, name), handover=row, part=part)
    return row


def test_it_says_what_each_carries_before_and_after(cast):
    factories.HouseholdFactory.create_batch(3, grid=cast.grid_li)
    home = factories.HouseholdFactory(grid=cast.grid_li)
    factories.NeedFactory(household=home)
    giver, receiver = opened(cast).loads
    assert (giver["before"]["grids"], giver["after"]["grids"]) == (1, 0)
    assert (giver["before"]["households"], giver["after"]["households"]) == (4, 0)
    assert (receiver["before"]["needs"], receiver["after"]["needs"]) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_day": timezone.localdate()}, "first_day"),
        ({"reason": " "}, "reason"),
        ({"residual_months": 121}, "residual_months"),
        ({"parts": []}, "kind"),
    ],
)
def test_what_could_not_be_signed_is_refused_at_once(cast, changes, field):
    with pytest.raises(Refused) as error:
        opened(cast, **changes)
    assert error.value.field == field


def test_nobody_hands_over_to_himself_and_nobody_what_he_does_not_lead(cast):
    for parts in ([(cast.grid_li, cast.li, None)], [(cast.grid_wang, cast.sun, None)]):
        with pytest.raises(Refused):
            opened(cast, parts=parts)


def test_all_means_all(cast):
    second = factories.GridFactory(parent=cast.east)
    assign(cast.li, second)
    with pytest.raises(Refused):
        opened(cast, kind="all")
    row = opened(cast, kind="all", parts=[(cast.grid_li, cast.sun, None), (second, cast.wang, None)])
    assert row.grid == cast.east


def test_a_grid_goes_by_one_act_at_a_time(cast):
    opened(cast)
    with pytest.raises(Refused):
        opened(cast)


def test_another_branch_neither_opens_nor_sees_it(cast):
    with pytest.raises(OutOfSight):
        opened(cast, by="zhou")
    row = opened(cast)
    for name in ("zhou", "wu"):
        with pytest.raises(OutOfSight):
            services.handover_sign(actor=getattr(cast, name), handover=row, part="supervisor")


def test_each_signs_for_himself_and_the_supervisor_is_a_third(cast):
    row = opened(cast)
    with pytest.raises(NotAllowed):
        services.handover_sign(actor=cast.li, handover=row, part="receiver")
    with pytest.raises(NotAllowed):
        services.handover_sign(actor=cast.sun, handover=row, part="supervisor")
    with pytest.raises(Refused, match=cast.li.name):
        services.handover_sign(actor=cast.chen, handover=row, part="giver", reason="图省事")
    type(cast.li).objects.filter(pk=cast.li.pk).update(is_active=False)
    with pytest.raises(Refused):
        services.handover_sign(actor=cast.chen, handover=row, part="giver")
    row = services.handover_sign(actor=cast.chen, handover=row, part="giver", reason="已离职")
    row = services.handover_sign(actor=cast.chen, handover=row, part="supervisor")
    assert row.state == "open"
    row = services.handover_sign(actor=cast.sun, handover=row, part="receiver")
    assert row.state == "signed"
    with pytest.raises(Refused):
        services.handover_sign(actor=cast.chen, handover=row, part="supervisor")


def test_who_gives_or_takes_is_no_supervisor_even_as_branch_manager(cast):
    row = opened(cast, parts=[(cast.grid_li, cast.chen, None)])
    with pytest.raises(NotAllowed):
        services.handover_sign(actor=cast.chen, handover=row, part="supervisor")


def test_before_its_day_it_is_undone_and_nothing_has_changed(cast):
    before = list(Assignment.everywhere().order_by("pk").values())
    row = signed(cast, opened(cast), "li", "sun", "chen")
    row = services.handover_undo(actor=cast.chen, handover=row)
    assert row.state == "undone"
    assert list(Assignment.everywhere().order_by("pk").values()) == before
    with pytest.raises(NotAllowed):
        services.handover_undo(actor=cast.sun, handover=opened(cast))


def test_a_joint_visit_lies_behind_and_is_written_down_by_a_side(cast):
    row = opened(cast)
    made = services.handover_visit_add(
        actor=cast.sun, handover=row, day=timezone.localdate(), people="李娜、孙静"
    )
    assert made.recorded_by == cast.sun
    with pytest.raises(Refused):
        services.handover_visit_add(actor=cast.sun, handover=row, day=TOMORROW, people="李娜")


def test_a_name_stays_and_is_proved_by_the_trail(cast, unguarded):
    signed(cast, opened(cast), "li", "sun", "chen")
    with pytest.raises(DatabaseError), transaction.atomic():
        HandoverSignature.objects.update(signed_by=cast.zhao)
    assert len(handover_signatures().rows) == 3
    assert verification.Signed is type(handover_signatures())


def test_all_is_also_what_begins_by_then_and_what_lies_elsewhere(cast):
    assign(cast.li, factories.GridFactory(parent=cast.west), since=TOMORROW)
    with pytest.raises(Refused):
        opened(cast, kind="all")


def test_a_household_goes_by_one_act_at_a_time(cast):
    home, other = factories.HouseholdFactory.create_batch(2, grid=cast.grid_li)
    going = {"kind": "households", "parts": [(cast.grid_li, cast.wang, cast.grid_wang)]}
    row = opened(cast, households=[home.code], **going)
    with pytest.raises(Refused, match=home.code):
        opened(cast, households=[other.code, home.code], **going)
    opened(cast, households=[other.code], **going)
    services.handover_undo(actor=cast.chen, handover=row)
    opened(cast, households=[home.code], **going)
