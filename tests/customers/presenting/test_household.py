"""What a household's page shows, read once for the whole page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from customers.enums import PolicyTag
from customers.models import SpecialMembership
from customers.presenting.household import household_context
from customers.services import consent_give, consent_withdraw
from tests.customers.filling import ADULT, PHONE
from tests.factories import AssignmentFactory, CustomerFactory, GridFactory, HouseholdFactory

BORN = date(1980, 1, 1)


def page(cast, home, actor=None):
    return household_context(actor=actor or cast.li, household=home)


def member(cast, home, **more):
    person = CustomerFactory(household=home, **more)
    return next(each for each in page(cast, home)["members"] if each["person"] == person)


def test_the_head_stands_first_then_the_oldest_and_those_of_unknown_age_last(cast, home):
    for name, relation, born in (
        ("unknown", "other", None),
        ("young", "child", date(2010, 1, 1)),
        ("old", "parent", date(1950, 1, 1)),
        ("head", "head", BORN),
    ):
        CustomerFactory(household=home, name=name, relation=relation, birth_date=born)
    found = page(cast, home)
    assert [each["person"].name for each in found["members"]] == ["head", "old", "young", "unknown"]
    assert found["head"].name == "head"


def test_a_household_without_anybody_is_a_page_too(cast, home):
    found = page(cast, home)
    assert (found["head"], found["members"], found["days_unmet"]) == (None, [], None)
    assert found["measure"].score < 100


@pytest.mark.parametrize("days", [0, 1, 90])
def test_how_long_nobody_was_met(cast, days):
    home = HouseholdFactory(grid=cast.grid_li, last_met_on=timezone.localdate() - timedelta(days=days))
    assert page(cast, home)["days_unmet"] == days


@pytest.mark.parametrize(
    ("steps", "following"),
    [
        ({}, "informed"),
        ({"app_informed_on": BORN}, "downloaded"),
        ({"app_downloaded_on": BORN}, "verified"),
        ({"app_downloaded_on": BORN, "app_verified_on": BORN}, ""),
    ],
)
def test_the_next_step_of_the_app_is_offered(cast, home, steps, following):
    assert member(cast, home, **steps)["next_step"] == following


def test_a_child_is_one_until_fourteen(cast, home):
    today = timezone.localdate()
    birthday = date(today.year - 14, today.month, min(today.day, 28))
    assert member(cast, home, birth_date=birthday)["is_child"] is False
    assert member(cast, home, birth_date=birthday + timedelta(days=10))["is_child"] is True
    unknown = member(cast, home, birth_date=None)
    assert (unknown["age"], unknown["is_child"]) == (None, False)


def test_numbers_are_masked_and_offered_for_revealing_only_where_there_is_one(cast, home):
    with_phone = member(cast, home, phone=PHONE, wechat_added=True)
    found = {number["name"]: number for number in with_phone["numbers"]}
    assert (found["phone"]["masked"], found["id_number"]["masked"]) == ("138****8000", "")
    assert [number["name"] for number in with_phone["revealable"]] == ["phone"]
    assert found["phone"]["note"] != ""
    assert found["id_number"]["note"] == ""
    assert member(cast, home, phone=PHONE)["numbers"][1]["note"] == ""
    assert [number["name"] for number in member(cast, home, id_number=ADULT)["revealable"]] == ["id_number"]


def test_each_persons_consents_are_his_own_and_those_in_force(cast, home):
    one, other = CustomerFactory.create_batch(2, household=home)
    given = {"actor": cast.li, "channel": "paper"}
    kept = consent_give(customer=one, purpose="marketing", **given)
    over = consent_give(customer=one, purpose="location", **given)
    consent_withdraw(actor=cast.li, consent=over)
    theirs = consent_give(customer=other, purpose="location", **given)
    found = {each["person"]: each["consents"] for each in page(cast, home)["members"]}
    assert found == {one: [kept], other: [theirs]}


def test_who_is_responsible_is_the_lead_of_today(cast, home):
    assert page(cast, home)["responsible"] == "李娜"
    nobodys = HouseholdFactory(grid=GridFactory(parent=cast.east))
    AssignmentFactory(grid=nobodys.grid, part="deputy")
    AssignmentFactory(grid=nobodys.grid, valid_to=date(2026, 1, 1))
    assert page(cast, nobodys, cast.chen)["responsible"] == ""


def test_a_policy_group_that_is_no_more_is_left_out(cast):
    home = HouseholdFactory(grid=cast.grid_li, policy_tags=["veteran", "gone"])
    assert page(cast, home)["tags"] == [PolicyTag.VETERAN.label]


def test_a_special_grids_lead_may_look_and_not_write(cast, home):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    trader = AssignmentFactory(grid=market).user
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    CustomerFactory(household=home)
    found = page(cast, home, trader)
    assert (found["may_write"], len(found["members"])) == (False, 1)
    assert page(cast, home)["may_write"] is True
