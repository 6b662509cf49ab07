"""On its day: people, households and what the giver still answers for, in one transaction, once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from audit.outside import outside_explain
from customers.models import Attribution, Household
from grids import services, wards
from grids.models import Assignment, Grid, Handover, Residual, led_paths
from tests import factories
from tests.grids.services.test_handovers import opened, signed

TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


def come(row, day=TODAY):
    """Let the day of a handover be another one: nobody waits for tomorrow."""
    Handover._base_manager.filter(pk=row.pk).update(first_day=day)
    return row


def test_on_its_day_scope_and_responsibility_change_once(cast, unguarded):
    row = come(signed(cast, opened(cast, residual_months=6), "li", "sun", "chen"))
    assert services.handovers_due() == 1
    assert services.handovers_due() == 0
    assert led_paths(cast.li) == ()
    assert led_paths(cast.sun) == (cast.grid_li.path,)
    row.refresh_from_db()
    assert row.state == "done"
    left = Residual.objects.get()
    assert (left.user, left.grid, left.valid_from) == (cast.li, cast.grid_li, TODAY)
    assert (left.valid_to - TODAY).days > 170
    told = AuditEvent.objects.order_by("pk").values_list("action", flat=True)
    assert list(told)[-3:] == ["assignment.ended", "assignment.started", "handover.done"]


def test_what_is_not_signed_or_not_yet_due_waits(cast):
    come(opened(cast))
    assert services.handovers_due() == 0
    signed(
        cast, opened(cast, giver=cast.wang, parts=[(cast.grid_wang, cast.sun, None)]), "wang", "sun", "chen"
    )
    assert services.handovers_due() == 0


def test_what_stands_against_it_by_then_is_said_and_takes_nothing(cast, unguarded):
    row = come(signed(cast, opened(cast), "li", "sun", "chen"))
    services.assignment_transfer(actor=cast.zhao, grid=cast.grid_li, user=cast.wang, first_day=TODAY)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert row.trouble
    assert row.state == "signed"
    assert led_paths(cast.sun) == ()
    count = AuditEvent.objects.count()
    assert services.handovers_due() == 0
    assert AuditEvent.objects.count() == count, "the same trouble is told once"
    assert services.handover_undo(actor=cast.chen, handover=row).state == "undone"


@pytest.mark.django_db(transaction=True)
def test_what_was_written_past_the_services_is_not_put_in_force(cast, unguarded):
    """A row says what it was made to say by whoever may write rows: three signed something else, perhaps."""
    row = signed(cast, opened(cast), "li", "sun", "chen")
    outside_explain("a test's own world")
    come(row)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert (row.state, "grids_handover" in row.trouble) == ("signed", True)
    outside_explain("the day was wrong")
    assert services.handovers_due() == 1
    assert led_paths(cast.sun) == (cast.grid_li.path,)


def test_days_that_were_missed_stay_the_givers(cast, unguarded):
    """Nobody was there for some days: it begins today, for back behind today only head office signs."""
    yesterday = TODAY - timedelta(days=1)
    come(signed(cast, opened(cast), "li", "sun", "chen"), TODAY - timedelta(days=13))
    assert services.handovers_due() == 1
    leads = [Assignment.on(day).get(grid=cast.grid_li).user for day in (yesterday, TODAY)]
    assert leads == [cast.li, cast.sun]
    assert Residual.objects.get().valid_from == TODAY
    assert AuditEvent.objects.filter(action="handover.done").get().details["from"] == TODAY.isoformat()


def test_households_that_go_late_go_today(cast, unguarded):
    home = factories.HouseholdFactory(grid=cast.grid_li)
    Household.objects.update(created_at=timezone.now() - timedelta(days=90))
    come(chosen(cast, [home]), TODAY - timedelta(days=13))
    assert services.handovers_due() == 1
    assert Attribution.everywhere().get().valid_to == TODAY - timedelta(days=1)


def test_chosen_households_go_to_the_other_grid_and_their_days_before_stay(cast, unguarded):
    long_ago = timezone.now() - timedelta(days=90)
    homes = factories.HouseholdFactory.create_batch(3, grid=cast.grid_li)
    Household.objects.update(created_at=long_ago)
    going = [(cast.grid_li, cast.wang, cast.grid_wang)]
    numbers = [home.code for home in homes[:2]]
    row = opened(cast, kind="households", parts=going, households=numbers)
    giver, receiver = row.loads
    assert (giver["before"]["households"], giver["after"]["households"]) == (3, 1)
    assert receiver["after"]["households"] == 2
    come(signed(cast, row, "li", "wang", "chen"))
    assert services.handovers_due() == 1
    assert Household.objects.filter(grid=cast.grid_wang).count() == 2
    assert set(Attribution.everywhere().values_list("grid_id", "moved_by_id")) == {
        (cast.grid_li.pk, cast.chen.pk)
    }
    assert led_paths(cast.li) == (cast.grid_li.path,)


def test_one_that_moved_meanwhile_stops_all_of_them(cast, unguarded):
    home = factories.HouseholdFactory(grid=cast.grid_li)
    row = opened(
        cast, kind="households", parts=[(cast.grid_li, cast.wang, cast.grid_wang)], households=[home.code]
    )
    come(signed(cast, row, "li", "wang", "chen"))
    Household.objects.update(grid=cast.grid_wang)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert home.code in row.trouble


@pytest.mark.parametrize("loss", ["part", "account"])
def test_a_supervisor_who_decides_there_no_more_has_signed_for_nothing(cast, unguarded, loss):
    row = come(signed(cast, opened(cast), "li", "sun", "chen"))
    if loss == "part":
        Assignment.everywhere().filter(user=cast.chen).update(valid_to=TODAY - timedelta(days=1))
    else:
        type(cast.chen).objects.filter(pk=cast.chen.pk).update(is_active=False)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert (row.state, cast.chen.name in row.trouble) == ("signed", True)
    assert AuditEvent.objects.filter(action="handover.refused").count() == 1
    assert led_paths(cast.li) == (cast.grid_li.path,)


def test_so_has_who_signed_in_the_place_of_a_giver_that_left(cast, unguarded):
    type(cast.li).objects.filter(pk=cast.li.pk).update(is_active=False)
    row = opened(cast)
    services.handover_sign(actor=cast.chen, handover=row, part="giver", reason="离职")
    services.handover_sign(actor=cast.sun, handover=row, part="receiver")
    come(services.handover_sign(actor=cast.zhao, handover=row, part="supervisor"))
    Assignment.everywhere().filter(user=cast.chen).update(valid_to=TODAY - timedelta(days=1))
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert cast.chen.name in row.trouble


def test_who_works_for_another_bank_by_then_takes_nothing(cast, unguarded):
    row = come(signed(cast, opened(cast), "li", "sun", "chen"))
    abroad = factories.GridFactory(tier="head_office", parent=None)
    factories.AssignmentFactory(
        user=cast.sun, grid=factories.GridFactory(parent=factories.GridFactory(tier="branch", parent=abroad))
    )
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert cast.sun.name in row.trouble


def test_one_that_fails_stops_no_other_and_says_so(cast, unguarded, monkeypatch, caplog):
    home = factories.HouseholdFactory(grid=cast.grid_li)
    going = [(cast.grid_li, cast.wang, cast.grid_wang)]
    faulty = opened(cast, kind="households", parts=going, households=[home.code])
    come(signed(cast, faulty, "li", "wang", "chen"))
    sound = come(signed(cast, opened(cast), "li", "sun", "chen"))

    def fail(*_given):
        # leaves the connection as a real fault does: nothing more can be asked in this transaction
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO grids_area (id) VALUES (NULL)")

    monkeypatch.setattr(wards, "_kept", [wards.Wards(wards.kept().find, fail, wards.kept().listed)])
    assert services.handovers_due() == 1
    faulty.refresh_from_db()
    sound.refresh_from_db()
    assert (faulty.state, bool(faulty.trouble), sound.state) == ("signed", True, "done")
    assert f"handover {faulty.pk} failed" in caplog.text


@pytest.mark.parametrize(
    "names", [{}, {"giver": "li", "receiver": "sun"}, {"giver": "li", "supervisor": "chen"}]
)
def test_the_names_are_counted_on_the_day_whatever_the_state_says(cast, unguarded, names):
    row = opened(cast)
    for part, name in names.items():
        services.handover_sign(actor=getattr(cast, name), handover=row, part=part)
    Handover.objects.filter(pk=row.pk).update(state="signed")
    assert services.handovers_due() == 0, "its day hasn't come"
    come(row)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert (row.state, bool(row.trouble), led_paths(cast.sun)) == ("signed", True, ())


def chosen(cast, homes, **changes):
    """Hand households of Li's over to Wang, signed by the three."""
    going = [(cast.grid_li, cast.wang, cast.grid_wang)]
    numbers = [home.code for home in homes]
    row = opened(cast, **{"kind": "households", "parts": going, "households": numbers} | changes)
    return signed(cast, row, "li", "wang", "chen")


@pytest.mark.parametrize("name", ["li", "wang"])
def test_households_neither_leave_nor_enter_whose_lead_did_not_sign(cast, unguarded, name):
    """Until the day the giver's or the receiver's grid went to somebody else."""
    home = factories.HouseholdFactory(grid=cast.grid_li, created_at=timezone.now() - timedelta(days=90))
    row = come(chosen(cast, [home]))
    theirs = getattr(cast, f"grid_{name}")
    services.assignment_transfer(actor=cast.chen, grid=theirs, user=cast.sun, first_day=TODAY)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    home.refresh_from_db()
    assert (row.state, home.grid) == ("signed", cast.grid_li)
    assert theirs.name in row.trouble
    assert getattr(cast, name).name in row.trouble


def test_whose_account_is_closed_takes_no_households(cast, unguarded):
    home = factories.HouseholdFactory(grid=cast.grid_li)
    row = come(chosen(cast, [home]))
    type(cast.wang).objects.filter(pk=cast.wang.pk).update(is_active=False)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert cast.wang.name in row.trouble


@pytest.mark.parametrize("after", [-1, 5])
def test_nothing_goes_into_a_grid_that_is_closed_or_will_be(cast, unguarded, after):
    home = factories.HouseholdFactory(grid=cast.grid_li)
    row = come(chosen(cast, [home]))
    Grid.objects.filter(pk=cast.grid_wang.pk).update(valid_to=TODAY + timedelta(days=after))
    assert services.handovers_due() == 0
    row.refresh_from_db()
    home.refresh_from_db()
    assert (row.state, home.grid) == ("signed", cast.grid_li)
    assert cast.grid_wang.name in row.trouble


def test_all_is_all_on_the_day_too(cast, unguarded):
    second = factories.GridFactory(parent=cast.east, name="庚村")
    row = come(signed(cast, opened(cast, kind="all"), "li", "sun", "chen"))
    services.assignment_start(actor=cast.chen, grid=second, user=cast.li, part="lead", valid_from=TODAY)
    assert services.handovers_due() == 0
    row.refresh_from_db()
    assert second.name in row.trouble
    assert led_paths(cast.sun) == ()
