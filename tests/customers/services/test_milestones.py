"""What a person reached: the first account, and the app from told to verified."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.models import Customer
from customers.services.milestones import STEP_DAYS, check_steps
from tests.customers.filling import refused
from tests.factories import CustomerFactory, HouseholdFactory


def test_nobody_reaches_anything_before_he_was_born(cast, home):
    person = CustomerFactory(household=home, birth_date=date(1980, 5, 17))
    # some day of the year before his: the day itself would tell when he was born
    early = date(1979, 5, 16)
    refused("day", services.app_milestone_set, actor=cast.li, customer=person, step="informed", day=early)
    refused("day", services.customer_account_opened, actor=cast.li, customer=person, day=early)


def test_the_app_is_verified_after_its_download_and_credits_the_actor(cast, home):
    person = CustomerFactory(household=home)
    today = timezone.localdate()
    call = {"actor": cast.li, "customer": person}
    refused("day", services.app_milestone_set, **call, step="verified", day=today)
    refused("day", services.app_milestone_set, **call, step="downloaded", day=today + timedelta(days=1))
    refused("step", services.app_milestone_set, **call, step="version", day=today)
    services.app_milestone_set(**call, step="downloaded", day=today)
    done = services.app_milestone_set(**call, step="verified", day=today)
    assert (done.app_verified_on, done.app_activated_by, done.version) == (today, cast.li, 3)
    refused("day", services.app_milestone_set, **call, step="verified", day=today)


def test_an_account_is_opened_once(cast, home):
    person = CustomerFactory(household=home)
    done = services.customer_account_opened(actor=cast.li, customer=person, day=timezone.localdate())
    assert (done.customer_since, done.opened_by) == (timezone.localdate(), cast.li)
    refused(
        "day", services.customer_account_opened, actor=cast.chen, customer=person, day=timezone.localdate()
    )


TODAY = timezone.localdate


def test_each_step_is_told_with_its_day_and_credits_nobody_but_the_last(cast, home):
    person = CustomerFactory(household=home)
    for version, step in enumerate(("informed", "downloaded", "verified"), 2):
        done = services.app_milestone_set(actor=cast.li, customer=person, step=step, day=TODAY())
        assert (done.version, done.app_activated_by is None) == (version, step != "verified")
        event = AuditEvent.objects.last()
        field = {f"app_{step}_on": [None, TODAY().isoformat()]}
        assert (event.action, event.details) == (
            f"customer.app_{step}",
            {"fields": field, "version": version},
        )


def test_what_comes_before_is_not_asked_of_the_first_two_steps(cast, home):
    person = CustomerFactory(household=home)
    done = services.app_milestone_set(actor=cast.li, customer=person, step="downloaded", day=TODAY())
    assert done.app_informed_on is None
    services.app_milestone_set(actor=cast.li, customer=person, step="informed", day=TODAY())


def test_the_check_is_not_older_than_the_app(cast, home):
    person = CustomerFactory(household=home, app_downloaded_on=TODAY())
    refused(
        "day", services.app_milestone_set, actor=cast.li, customer=person, step="verified",
        day=TODAY() - timedelta(days=1),
    )  # fmt: skip
    person.refresh_from_db()
    assert (person.app_verified_on, person.version) == (None, 1)


@pytest.mark.parametrize("step", ["", "app_verified_on", "INFORMED", None])
def test_a_step_that_is_none_is_refused(cast, home, step):
    person = CustomerFactory(household=home)
    refused("step", services.app_milestone_set, actor=cast.li, customer=person, step=step, day=TODAY())


def test_nothing_is_reached_by_a_child_nor_by_whom_a_stranger_names(cast, home):
    today = TODAY()
    born = date(today.year - 14, today.month, min(today.day, 28))
    child = CustomerFactory(household=home, birth_date=born + timedelta(days=10))
    grown = CustomerFactory(household=home, birth_date=born)
    refused("day", services.customer_account_opened, actor=cast.li, customer=child, day=today)
    services.customer_account_opened(actor=cast.li, customer=grown, day=today)
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu))
    with pytest.raises(Http404):
        services.customer_account_opened(actor=cast.li, customer=person, day=today)


@pytest.mark.parametrize(
    ("days", "right"),
    [
        ({}, True),
        ({"customer_since": date(1949, 10, 1)}, True),
        ({"customer_since": date(1, 1, 1)}, False),
        ({"customer_since": date(9999, 12, 31)}, False),
        ({"app_verified_on": date(2026, 1, 1)}, False),
        ({"app_downloaded_on": date(2026, 1, 1), "app_verified_on": date(2026, 1, 1)}, True),
        ({"app_downloaded_on": date(2026, 1, 2), "app_verified_on": date(2026, 1, 1)}, False),
        ({"birth_date": date(1980, 1, 1), "app_informed_on": date(1978, 12, 31)}, False),
    ],
)
def test_the_days_of_a_row_are_judged_together(days, right):
    person = Customer(**days)
    if right:
        check_steps(person, STEP_DAYS)
    else:
        refused("day", check_steps, person=person, fields=STEP_DAYS)


@pytest.mark.parametrize("away", [0, 1, 200, 364])
def test_no_day_tells_when_in_his_year_somebody_was_born(away):
    """A refusal by the date itself, asked day by day, would find it in nine steps."""
    oldest = date(TODAY().year - 40, 1, 1)
    person = Customer(birth_date=oldest + timedelta(days=away), customer_since=oldest)
    assert person.years_on(TODAY()) == 40
    check_steps(person, STEP_DAYS)
    person.customer_since = oldest - timedelta(days=1)
    refused("day", check_steps, person=person, fields=STEP_DAYS)


def test_only_the_days_that_are_asked_about_are_judged():
    check_steps(Customer(customer_since=date(9999, 12, 31)), ["app_informed_on"])
