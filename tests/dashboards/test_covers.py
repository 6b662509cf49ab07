"""What the columns of the coverage page count, each with one household that is counted and one that isn't."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from customers.models import CompleteSpan, Household
from dashboards import covers
from gridbank.scoping import waive_scope
from ground.covers import Window
from products.models import Holding
from tests.factories import (
    CustomerFactory,
    HouseholdFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    VisitFactory,
)

pytestmark = pytest.mark.usefixtures("unguarded")
TODAY = timezone.localdate


@pytest.fixture
def unguarded():
    with waive_scope("tests look at every row"):
        yield


@pytest.fixture
def home(cast):
    return lambda **more: HouseholdFactory(grid=cast.grid_li, **more)


def window(days_ago: int = 0, length: int = 20) -> Window:
    last = TODAY() - timedelta(days=days_ago)
    return Window(last - timedelta(days=length), last)


def test_all_are_known_but_who_came_later_and_where_nobody_lives_any_more(cast, home):
    home(), home(ended_on=TODAY() - timedelta(days=3))
    assert covers.known(cast.chen, "", window()) == {cast.grid_li.pk: 1}
    assert covers.known(cast.chen, "", window(10)) == {}
    Household.objects.update(created_at=timezone.now() - timedelta(days=60))
    assert covers.known(cast.chen, "", window(10)) == {cast.grid_li.pk: 2}
    assert covers.known(cast.chen, cast.grid_wang.path, window()) == {}


def test_met_is_asked_of_the_visits_of_the_days(cast, home):
    one, other = home(last_met_on=TODAY()), home(last_met_on=TODAY() - timedelta(days=40))
    Household.objects.update(created_at=timezone.now() - timedelta(days=90))
    for house, days, was_met in ((one, 0, True), (other, 40, True), (one, 40, False)):
        at = timezone.now() - timedelta(days=days)
        VisitFactory(customer=CustomerFactory(household=house), started_at=at, met=was_met)
    assert covers.met(cast.chen, "", window()) == {cast.grid_li.pk: 1}
    assert covers.met(cast.chen, "", window(35)) == {cast.grid_li.pk: 1}
    assert covers.met(cast.chen, "", window(70)) == {}


def test_an_archive_is_complete_on_the_last_day(cast, home):
    now, before = home(complete_since=TODAY() - timedelta(days=2)), home()
    Household.objects.update(created_at=timezone.now() - timedelta(days=90))
    CompleteSpan.objects.create(
        household=before, valid_from=TODAY() - timedelta(days=50), valid_to=TODAY() - timedelta(days=30)
    )
    assert covers.complete(cast.chen, "", window()) == {cast.grid_li.pk: 1}
    assert covers.complete(cast.chen, "", window(40)) == {cast.grid_li.pk: 1}
    assert covers.complete(cast.chen, "", window(20)) == {}
    assert now.pk != before.pk


def test_served_is_where_something_was_done_and_nobody_refuted_it(cast, home):
    day = TODAY() - timedelta(days=5)
    OfferFactory(customer=CustomerFactory(household=home()), result="accepted", offered_on=day)
    OfferFactory(customer=CustomerFactory(household=home()), result="accepted", offered_on=day, evidence=3)
    OfferFactory(customer=CustomerFactory(household=home()), result="refused", offered_on=day)
    at = timezone.make_aware(datetime.combine(day, time(9)))
    NeedFactory(household=home(), status="done", closed_at=at)
    NeedFactory(household=home())
    CustomerFactory(household=home(), customer_since=day)
    CustomerFactory(
        household=home(),
        app_verified_on=day - timedelta(days=100),
        app_downloaded_on=day - timedelta(days=100),
    )
    assert covers.served(cast.chen, "", window()) == {cast.grid_li.pk: 3}


def test_credited_is_who_has_a_loan_on_the_day(cast, home):
    loan, card = ProductFactory(category="loan"), ProductFactory(category="card")
    day = TODAY() - timedelta(days=30)
    for product, ended in ((loan, None), (loan, TODAY() - timedelta(days=9)), (card, None)):
        Holding.objects.create(
            customer=CustomerFactory(household=home()), product=product, since=day, ended_on=ended
        )
    Household.objects.update(created_at=timezone.now() - timedelta(days=90))
    assert covers.credited(cast.chen, "", window()) == {cast.grid_li.pk: 1}
    assert covers.credited(cast.chen, "", window(15)) == {cast.grid_li.pk: 2}


def test_activated_is_where_somebody_has_the_app(cast, home):
    day = TODAY() - timedelta(days=5)
    house = home()
    for _ in range(2):
        CustomerFactory(household=house, app_downloaded_on=day, app_verified_on=day)
    CustomerFactory(household=home(), app_downloaded_on=day, app_verified_on=day, died_on=day)
    assert covers.activated(cast.chen, "", window()) == {cast.grid_li.pk: 1}
    assert covers.activated(cast.wu, "", window()) == {}
