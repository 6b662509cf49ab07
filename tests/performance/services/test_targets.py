"""Targets are written by one, signed by another of head office, and from then on the ranking asks for them."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from audit.verification import verify
from gridbank.errors import NotAllowed, Refused
from gridbank.scoping import OutOfSight, waive_scope
from grids import gaps
from grids import services as grid_services
from grids.models import Assignment
from performance import services, targeted
from performance.indicators import INDICATORS
from performance.models import GridTarget, Target
from tests import factories
from tests.people import assign

MONTH = date(2026, 12, 1)
KEY = "new_customers"
pytestmark = pytest.mark.django_db


@pytest.fixture
def qian(cast):
    user = factories.UserFactory(role="head_office", name="钱知秋")
    factories.AssignmentFactory(user=user, grid=cast.root, part="deputy")
    return user


def levels(*values):
    return tuple(None if value is None else Decimal(value) for value in (*values, None, None)[:3])


def write(actor, cast, rows, month=MONTH, grid=None):
    return services.targets_write(
        actor=actor, grid=grid or cast.east, month=month, indicator=KEY,
        rows={one.pk: levels(*values) for one, values in rows.items()},
    )  # fmt: skip


def asked(user):
    with waive_scope("a test"):
        return {row.indicator: row.value for row in Target.objects.filter(user=user)}


def test_a_branch_is_written_in_one_save_and_holds_once_a_second_has_signed(cast, qian):
    services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    assert write(cast.chen, cast, {cast.east: (20,), cast.grid_li: (8, 10, 12), cast.grid_wang: (9,)}) == 3
    assert asked(cast.li) == {}
    with pytest.raises(NotAllowed):
        services.targets_sign(actor=cast.chen, grid=cast.east, month=MONTH)
    assert services.targets_sign(actor=qian, grid=cast.east, month=MONTH) == 3
    assert asked(cast.li) == {KEY: 8}
    sheet = targeted.sheet(actor=cast.chen, grid=cast.east, month=MONTH, indicator=KEY)
    assert (sheet.sums[0], sheet.differences[0]) == (17, -3)


def test_who_wrote_it_cannot_sign_it_and_a_change_waits_for_a_signature_again(cast, qian):
    write(cast.zhao, cast, {cast.grid_li: (8,)})
    with pytest.raises(Refused):
        services.targets_sign(actor=cast.zhao, grid=cast.east, month=MONTH)
    services.targets_sign(actor=qian, grid=cast.east, month=MONTH)
    assert write(cast.zhao, cast, {cast.grid_li: (8,)}) == 0, "the same again is nothing"
    write(qian, cast, {cast.grid_li: (11,)})
    services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    assert asked(cast.li) == {KEY: 8}, "opened later, the month asks for what is signed"
    services.targets_sign(actor=cast.zhao, grid=cast.root, month=MONTH)
    assert asked(cast.li) == {KEY: 11}
    with waive_scope("a test"):
        assert GridTarget.objects.count() == 1


def test_who_leads_two_grids_is_asked_for_both(cast, qian):
    second = factories.GridFactory(parent=cast.east)
    assign(cast.li, second)
    services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    write(cast.zhao, cast, {cast.grid_li: (8,), second: (5,)})
    services.targets_sign(actor=qian, grid=cast.east, month=MONTH)
    assert asked(cast.li) == {KEY: 13}


@pytest.mark.parametrize("values", [(0,), (-1,), (8, 7), (8, 9, 8), (None, 9), ("NaN",), ("1e9",)])
def test_levels_are_numbers_that_rise(cast, values):
    with pytest.raises(Refused):
        write(cast.chen, cast, {cast.grid_li: values})


def test_another_branch_is_out_of_reach(cast):
    with pytest.raises(OutOfSight):
        write(cast.zhou, cast, {cast.grid_li: (8,)})
    with pytest.raises(Refused):
        write(cast.chen, cast, {cast.grid_wu: (8,)})
    with pytest.raises(NotAllowed):
        write(cast.li, cast, {cast.grid_li: (8,)}, grid=cast.grid_li)


def test_a_years_figure_is_spread_exactly_over_months_and_households(cast):
    factories.HouseholdFactory.create_batch(2, grid=cast.grid_li)
    factories.HouseholdFactory(grid=cast.grid_wang)
    values = {"actor": cast.chen, "grid": cast.east, "indicator": KEY, "total": Decimal(100)}
    services.targets_spread(**values, month=date(2027, 1, 1), by="households")
    with waive_scope("a test"):
        rows = GridTarget.objects.all()
        assert sum(row.assured for row in rows.filter(grid=cast.east)) == 100
        below = rows.filter(grid__in=(cast.grid_li, cast.grid_wang))
        assert sum(row.assured for row in below) == 100
        january = dict(below.filter(month=date(2027, 1, 1)).values_list("grid_id", "assured"))
    assert january == {cast.grid_li.pk: 6, cast.grid_wang.pk: 3}
    with pytest.raises(Refused):
        services.targets_spread(**{**values, "indicator": "archive_rate"}, month=MONTH, by="months")


def test_last_months_are_carried_forward_where_none_stand(cast, qian):
    write(cast.zhao, cast, {cast.grid_li: (8, 10), cast.grid_wang: (9,)}, month=date(2026, 11, 1))
    services.targets_sign(actor=qian, grid=cast.east, month=date(2026, 11, 1))
    write(cast.zhao, cast, {cast.grid_wang: (12,)})
    assert services.targets_copy(actor=cast.zhao, grid=cast.east, month=MONTH) == 1
    sheet = targeted.sheet(actor=cast.chen, grid=cast.east, month=MONTH, indicator=KEY)
    assert {row.grid.pk: row.levels[:2] for row in sheet.rows} == {
        cast.grid_li.pk: (8, 10), cast.grid_wang.pk: (12, None),
    }  # fmt: skip
    with pytest.raises(Refused):
        services.targets_copy(actor=cast.zhao, grid=cast.east, month=MONTH)


def test_a_grid_without_a_target_is_a_gap(cast):
    named = {gap.key: [row.grid for row in rows] for gap, rows in gaps.found(actor=cast.chen)}
    assert cast.grid_li in named["target"]
    assert cast.grid_wu not in named["target"]


def test_a_published_month_takes_no_target_any_more(cast, qian):
    month = date(2026, 9, 1)
    services.period_open(actor=cast.zhao, bank=cast.root, month=month)
    write(cast.zhao, cast, {cast.grid_li: (8,)}, month=month)
    period = services.run_compute(bank=cast.root, month=month).period
    services.period_publish(actor=qian, period=period)
    for refused in (
        lambda: write(cast.zhao, cast, {cast.grid_li: (9,)}, month=month),
        lambda: services.targets_copy(actor=cast.zhao, grid=cast.east, month=month),
        lambda: services.targets_sign(actor=qian, grid=cast.east, month=month),
    ):
        with pytest.raises(Refused):
            refused()


def test_a_signed_change_after_the_computation_keeps_the_month_from_being_published(cast, qian):
    month = date(2026, 9, 1)
    services.period_open(actor=cast.zhao, bank=cast.root, month=month)
    period = services.run_compute(bank=cast.root, month=month).period
    write(cast.zhao, cast, {cast.grid_li: (3,)}, month=month)
    services.targets_sign(actor=qian, grid=cast.east, month=month)
    with pytest.raises(services.NotAsComputed) as error:
        services.period_publish(actor=qian, period=period)
    assert any(cast.li.name in sentence for sentence in error.value.differences)


def test_a_grid_that_changes_hands_asks_its_new_lead_and_the_old_one_no_more(cast, qian):
    today = timezone.localdate()
    month = today.replace(day=1)
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=month)
    write(cast.chen, cast, {cast.grid_li: (10,), cast.grid_wang: (5,)}, month=month)
    services.targets_sign(actor=qian, grid=cast.east, month=month)
    own = {"user": cast.li, "grid": cast.grid_li, "indicator": "archive_rate", "value": Decimal("0.5")}
    services.target_set(actor=cast.zhao, period=period, **own)
    grid_services.assignment_transfer(actor=cast.chen, grid=cast.grid_li, user=cast.wang, first_day=today)
    services.run_compute(bank=cast.root, month=month)
    assert (asked(cast.li), asked(cast.wang)) == ({"archive_rate": Decimal("0.5")}, {KEY: 15})
    write(cast.chen, cast, {cast.grid_wang: (6,)}, month=month)
    services.targets_sign(actor=qian, grid=cast.east, month=month)
    assert (asked(cast.li), asked(cast.wang)) == ({"archive_rate": Decimal("0.5")}, {KEY: 16})


def test_a_lead_changed_after_the_computation_keeps_the_month_from_being_published_with_the_old_target(
    cast, qian
):
    month = date(2026, 10, 1)
    write(cast.chen, cast, {cast.grid_li: (10,)}, month=month)
    services.targets_sign(actor=qian, grid=cast.east, month=month)
    period = services.run_compute(bank=cast.root, month=month).period
    with waive_scope("a test"):
        Assignment.objects.filter(grid=cast.grid_li).update(user=cast.wang)
    with pytest.raises(services.NotAsComputed) as error:
        services.period_publish(actor=qian, period=period)
    assert sum(str(INDICATORS[KEY].name) in one and "10" in one for one in error.value.differences) == 2
    services.run_compute(bank=cast.root, month=month, again=True)
    assert (asked(cast.li), asked(cast.wang)) == ({}, {KEY: 10})


def test_what_is_spread_takes_the_place_of_what_stood_to_the_last_part(cast, qian):
    months = [date(2027, month, 1) for month in range(1, 13)]
    for month in months:
        write(
            cast.chen, cast, {cast.east: (10, 12, 15), cast.grid_li: (5,), cast.grid_wang: (5,)}, month=month
        )
    spread = {"actor": cast.chen, "grid": cast.east, "month": months[0], "indicator": KEY, "by": "households"}
    services.targets_spread(**spread, total=Decimal(7))
    with waive_scope("a test"):
        rows = list(GridTarget.objects.all())
    own = [row for row in rows if row.grid_id == cast.east.pk]
    assert sum(row.assured for row in own) == sum(row.assured for row in rows if row not in own) == 7
    assert {row.levels for row in own} == {(1, 12, 15)}
    with pytest.raises(Refused, match="2027-01"):
        services.targets_spread(**spread, total=Decimal(200))
    write(cast.chen, cast, {cast.grid_li: (5,)}, month=months[11])
    services.targets_sign(actor=qian, grid=cast.east, month=months[11])
    with pytest.raises(Refused, match="2027-12"):
        services.targets_spread(**spread, total=Decimal(7))


def test_what_two_have_signed_nobody_sets_anew_by_himself(cast, qian):
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    write(cast.chen, cast, {cast.grid_li: (10,)})
    services.targets_sign(actor=qian, grid=cast.east, month=MONTH)
    own = {"actor": cast.zhao, "period": period, "indicator": KEY, "value": Decimal("0.01")}
    for grid in (cast.grid_li, cast.grid_wang):
        with pytest.raises(Refused):
            services.target_set(**own, user=cast.li, grid=grid)
    services.target_set(**own, user=cast.wang, grid=cast.grid_wang)
    assert (asked(cast.li), asked(cast.wang)) == ({KEY: 10}, {KEY: Decimal("0.01")})


def test_a_rate_is_at_most_all_of_it(cast):
    rate = {"actor": cast.chen, "grid": cast.east, "month": MONTH, "indicator": "visit_coverage"}
    services.targets_write(**rate, rows={cast.grid_li.pk: levels("0.9", 1)})
    for wrong in (("1.01",), ("0.9", "1.01"), ("0.9", "0.95", 2)):
        with pytest.raises(Refused, match="100"):
            services.targets_write(**rate, rows={cast.grid_li.pk: levels(*wrong)})
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    with pytest.raises(Refused, match="100"):
        services.target_set(
            actor=cast.zhao,
            period=period,
            user=cast.li,
            grid=cast.grid_li,
            indicator="visit_coverage",
            value=Decimal(2),
        )


def test_who_wrote_a_figure_does_not_sign_it_where_somebody_else_carried_it_forward(cast, qian):
    write(cast.zhao, cast, {cast.grid_li: (8,)}, month=date(2026, 11, 1))
    later = date(2027, 1, 1)
    services.targets_copy(actor=cast.chen, grid=cast.east, month=MONTH)
    services.targets_copy(actor=cast.chen, grid=cast.east, month=later)
    for month in (MONTH, later):
        with pytest.raises(Refused):
            services.targets_sign(actor=cast.zhao, grid=cast.east, month=month)
        assert services.targets_sign(actor=qian, grid=cast.east, month=month) == 1
    write(cast.chen, cast, {cast.grid_li: (9,)}, month=later)
    assert services.targets_sign(actor=cast.zhao, grid=cast.east, month=later) == 1, "it is chen's figure now"


@pytest.mark.usefixtures("witnesses_alone")
def test_a_signed_figure_that_was_changed_or_taken_out_by_hand_is_found(cast, qian):
    write(cast.chen, cast, {cast.grid_li: (8, 10), cast.grid_wang: (9,)})
    services.targets_sign(actor=qian, grid=cast.east, month=MONTH)
    write(cast.chen, cast, {cast.grid_li: (7,)})
    services.targets_sign(actor=qian, grid=cast.east, month=MONTH)
    assert verify().is_whole
    with connection.cursor() as plain:
        figures = "UPDATE performance_gridtarget SET assured = 8, aimed = 10 WHERE grid_id = %s"
        plain.execute(figures, [cast.grid_li.pk])
        plain.execute("DELETE FROM performance_gridtarget WHERE grid_id = %s", [cast.grid_wang.pk])
    assert [("as it stands" in one, "is gone" in one) for one in verify().breaks] == [
        (True, False),
        (False, True),
    ]
