"""Of what two archives say that he reached, whose word stands."""

from datetime import date

import pytest

from customers.enums import Evidence
from customers.services.merged_claims import columns_of, customer_before, first_of
from tests.factories import CustomerFactory

EARLY, LATE = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture
def make(home):
    return lambda **fields: CustomerFactory(household=home, **fields)


def test_the_earlier_day_stands_and_of_two_equal_ones_that_of_who_stays(make):
    keep, gone = make(customer_since=LATE), make(customer_since=EARLY, app_informed_on=LATE)
    assert first_of(keep, gone) == {"customer_since": gone, "app_informed_on": gone}
    same = make(customer_since=LATE)
    assert first_of(keep, same) == {"customer_since": keep}


def test_what_somebody_denied_gives_way_to_what_nobody_did(make):
    keep = make(customer_since=EARLY, account_evidence=Evidence.REFUTED)
    gone = make(customer_since=LATE, account_evidence=Evidence.CLAIMED)
    assert first_of(keep, gone) == {"customer_since": gone}
    gone.account_evidence = Evidence.REFUTED
    assert first_of(keep, gone) == {"customer_since": keep}


def test_the_app_is_downloaded_before_it_is_verified(make):
    keep = make(app_downloaded_on=EARLY, app_verified_on=EARLY, app_evidence=Evidence.REFUTED)
    gone = make(app_downloaded_on=LATE, app_verified_on=LATE, app_evidence=Evidence.CLAIMED)
    found = first_of(keep, gone)
    assert (found["app_verified_on"], found["app_downloaded_on"]) == (gone, keep)
    found = first_of(gone, keep)
    assert (found["app_verified_on"], found["app_downloaded_on"]) == (gone, keep)


def test_what_a_final_month_counted_is_remembered(make):
    keep, gone = make(customer_since=LATE), make(customer_since=EARLY, customer_before=None)
    assert customer_before(keep, gone, [EARLY]) == EARLY
    assert customer_before(keep, gone, []) is None
    keep.customer_before = date(2020, 1, 1)
    assert customer_before(keep, gone, [EARLY]) == date(2020, 1, 1)


def test_a_step_brings_its_columns():
    assert columns_of("customer_since") == ["customer_since", "opened_by_id", "account_evidence"]
    assert columns_of("app_informed_on") == ["app_informed_on"]
