"""Households: made, changed, met."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.models import Household, SpecialMembership
from customers.selectors import customer_list, household_list
from customers.services.households import household_met_corrected, households_met
from customers.services.rows import HouseholdRow
from gridbank.scoping import waive_scope
from tests.customers.filling import ADULT, PHONE, one_event, refused
from tests.factories import AreaFactory, AssignmentFactory, CustomerFactory, GridFactory, HouseholdFactory


def test_a_household_is_made_with_its_head(cast):
    made = services.household_create(
        actor=cast.li,
        data={"grid": cast.grid_li, "area": AreaFactory(), "address": "一号"},
        head={"name": "曾小明", "id_type": "resident", "id_number": ADULT, "phone": "+86 138 0013 8000"},
    )
    head = customer_list(actor=cast.li).get()
    assert (head.household, head.relation, head.gender, head.birth_date) == (
        made, "head", "male", date(1980, 5, 17)
    )  # fmt: skip
    assert (head.phone, head.pinyin, head.initials) == ("13800138000", "zengxiaoming", "zxm")
    assert made.head_name == "曾小明"
    assert made.completeness == 100 * 5 // 11
    assert one_event("household.created")["grid"] == cast.grid_li.pk


def test_a_foreign_grid_is_refused_and_nothing_is_made(cast):
    for grid in (cast.grid_wang, cast.grid_wu, cast.east, None):
        refused("grid", services.household_create, actor=cast.li, data={"grid": grid, "head_name": "某人"})
    assert not household_list(actor=cast.zhao).exists()


def test_a_household_cant_be_moved_to_a_foreign_grid(cast, home):
    refused(
        "grid",
        services.household_update,
        actor=cast.li,
        household=home,
        version=1,
        data={"grid": cast.grid_wu},
    )
    assert household_list(actor=cast.li).get().grid == cast.grid_li


def test_fields_that_are_worked_out_cant_be_set(cast, home):
    for name in ("version", "completeness", "archived_on", "last_met_on", "created_by", "grid_id"):
        with pytest.raises(TypeError):
            services.household_update(actor=cast.li, household=home, version=1, data={name: 1})


def test_a_stranger_finds_no_household_to_change(cast, home):
    for stranger in (cast.wang, cast.wu, cast.sun):
        with pytest.raises(Http404):
            services.household_update(actor=stranger, household=home, version=1, data={"livestock": "牛"})


def test_a_member_of_a_special_grid_is_read_and_not_written(cast, home):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    trader = AssignmentFactory(grid=market).user
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    assert household_list(actor=trader).get() == home
    person = CustomerFactory(household=home)
    today = timezone.localdate()
    consent = services.consent_give(actor=cast.li, customer=person, purpose="location", channel="paper")
    given = {"purpose": "marketing", "channel": "paper"}
    for call in (
        lambda: services.consent_give(actor=trader, customer=person, **given),
        lambda: services.consent_withdraw(actor=trader, consent=consent),
        lambda: services.household_update(actor=trader, household=home, version=1, data={"livestock": "牛"}),
        lambda: services.customer_create(actor=trader, household=home, data={"name": "王五"}),
        lambda: services.customer_update(
            actor=trader, customer=person, version=1, data={"occupation": "木匠"}
        ),
        lambda: services.app_milestone_set(actor=trader, customer=person, step="informed", day=today),
        lambda: services.customer_account_opened(actor=trader, customer=person, day=today),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_the_last_meeting_never_moves_back(cast, home):
    households_met({home.pk: date(2026, 3, 2)})
    households_met({home.pk: date(2026, 3, 1)})
    home.refresh_from_db()
    assert home.last_met_on == date(2026, 3, 2)


def last_met(home):
    home.refresh_from_db()
    return home.last_met_on


def test_a_household_may_be_known_by_its_heads_name_only(cast):
    made = services.household_create(actor=cast.li, data={"grid": cast.grid_li, "head_name": " 曾  小明 "})
    assert (made.head_name, made.created_by, made.version) == ("曾 小明", cast.li, 1)
    assert not customer_list(actor=cast.li).exists()
    refused("relation", services.household_create, actor=cast.li, data={"grid": cast.grid_li})


@pytest.mark.parametrize("name", ["version", "completeness", "created_by", "code", "archived_on"])
def test_a_new_household_brings_nothing_that_is_worked_out(cast, name):
    with pytest.raises(TypeError):
        services.household_create(actor=cast.li, data={"grid": cast.grid_li, "head_name": "甲", name: 1})


def test_a_closed_or_special_grid_takes_no_household(cast):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    closed = GridFactory(parent=cast.east, valid_to=date(2026, 1, 1))
    for grid in (market, closed):
        refused("grid", services.household_create, actor=cast.chen, data={"grid": grid, "head_name": "甲"})


def test_a_wrong_head_leaves_no_household_behind(cast):
    refused(
        "phone", services.household_create, actor=cast.li, data={"grid": cast.grid_li},
        head={"name": "曾小明", "phone": "12345"},
    )  # fmt: skip
    assert not household_list(actor=cast.zhao).exists()
    assert not AuditEvent.objects.exists()


def test_saving_what_was_there_already_changes_nothing(cast, home):
    same = {"livestock": home.livestock, "grid": home.grid, "policy_tags": []}
    done = services.household_update(actor=cast.li, household=home, version=1, data=same)
    assert (done.version, done.updated_at) == (1, home.updated_at)
    assert not AuditEvent.objects.exists()


def test_where_an_archive_came_from_and_whose_head_it_names_are_not_edited(cast, home):
    for name in ("source", "head_name"):
        with pytest.raises(TypeError):
            services.household_update(actor=cast.li, household=home, version=1, data={name: "x"})


def test_a_household_stays_in_its_bank(cast, home):
    """Its people's numbers are indexed by bank: in another one nobody would find them."""
    elsewhere = AssignmentFactory(user=cast.li).grid
    refused(
        "grid", services.household_update, actor=cast.li, household=home, version=1, data={"grid": elsewhere}
    )
    beside = GridFactory(parent=cast.east)
    AssignmentFactory(user=cast.li, grid=beside)
    moved = services.household_update(
        actor=cast.li, household=home, version=1, data={"grid": beside, "livestock": "牛"}
    )
    assert (moved.grid, moved.livestock) == (beside, "牛")
    assert one_event("household.updated")["fields"]["grid"] == [cast.grid_li.pk, beside.pk]


def test_a_wrong_text_stores_none_of_the_right_ones(cast, home):
    data = {"vehicles": "货车", "livestock": PHONE}
    refused("livestock", services.household_update, actor=cast.li, household=home, version=1, data=data)
    home.refresh_from_db()
    assert (home.vehicles, home.version) == ("", 1)


def test_days_of_many_households_never_move_back(cast, monkeypatch):
    monkeypatch.setattr("gridbank.lookups.PORTION", 2)
    homes = HouseholdFactory.create_batch(5, grid=cast.grid_li, last_met_on=date(2026, 3, 2))
    never = HouseholdFactory(grid=cast.grid_li)
    other = HouseholdFactory(grid=cast.grid_li, last_met_on=date(2026, 1, 1))
    days = {home.pk: date(2026, 3, day) for day, home in enumerate(homes, 1)}
    households_met({**days, never.pk: date(2026, 3, 1), 999_999: date(2026, 3, 1)})
    assert [last_met(home).day for home in homes] == [2, 2, 3, 4, 5]
    assert (last_met(never), last_met(other)) == (date(2026, 3, 1), date(2026, 1, 1))
    households_met({})


@pytest.mark.parametrize("day", [date(2026, 1, 1), None])
def test_a_corrected_visit_may_move_the_day_back(cast, day):
    home = HouseholdFactory(grid=cast.grid_li, last_met_on=date(2026, 3, 2))
    household_met_corrected(household_id=home.pk, day=day)
    assert last_met(home) == day


def test_an_archive_is_complete_since_the_first_time_it_was(cast, home, monkeypatch):
    """Whoever saves it again takes neither the day nor the credit."""
    first = date(2026, 3, 2)
    person = {"id_type": "resident", "id_number": ADULT, "phone": "13800138000", "occupation": "务农"}
    CustomerFactory(household=home, relation="head", name="曾小明", **person)
    filled = {
        "area": AreaFactory(), "group_name": "一组", "address": "1号", "house_type": "flat", "land_mu": 0,
        "income_band": "to_50k", "income_source": "务工",
    }  # fmt: skip
    for version, (actor, day) in enumerate(((cast.li, first), (cast.chen, first + timedelta(days=40))), 1):
        monkeypatch.setattr(timezone, "localdate", lambda *_args, day=day: day)
        changes = {**filled, "vehicles": f"货车{version}"}
        services.household_update(actor=actor, household=home, version=version, data=changes)
        home.refresh_from_db()
        assert (home.completeness, home.archived_on, home.archived_by) == (100, first, cast.li)


@pytest.mark.parametrize(
    ("field", "value"),
    [("longitude", 999), ("latitude", -999), ("address", "x" * 201), ("latitude", float("nan"))],
)
def test_what_the_form_refuses_is_refused_by_every_way_in(cast, home, field, value):
    given = {"grid": cast.grid_li, "head_name": "罗大勇"}
    refused(field, services.household_create, actor=cast.li, data={**given, field: value})
    row = HouseholdRow(cast.grid_li.pk, [], head_name="罗大勇", **{field: value})
    refused(None, services.households_bulk_create, actor=cast.li, rows=[row])
    data = {field: value}
    refused(field, services.household_update, actor=cast.li, household=home, version=home.version, data=data)


def test_the_longest_address_is_stored_and_read_again(cast):
    data = {
        "grid": cast.grid_li,
        "head_name": "罗大勇",
        "address": "路" * 200,
        "longitude": 73.0,
        "latitude": 54.0,
    }
    made = services.household_create(actor=cast.li, data=data)
    with waive_scope("test"):
        stored = Household.objects.get(pk=made.pk)
    assert (stored.address, stored.longitude, stored.latitude) == ("路" * 200, 73.0, 54.0)
