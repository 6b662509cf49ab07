"""The demo through its own door, on a tiny scale."""

import hashlib
from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer, Household
from demo.seeding import demo_seed, passwords_reset
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Assignment, Grid
from ground.models import Boundary, ServicePoint
from needs.models import Need
from people.models import User
from performance.models import Period
from performance.services import verify_period
from products.models import Holding, Offer
from visits.models import Visit

TODAY = date(2026, 10, 20)
PASSWORD = "a-made-up-word-9"
pytestmark = pytest.mark.django_db


def seed(number: int = 7) -> None:
    demo_seed(scale="tiny", seed=number, today=TODAY, password=PASSWORD, tell=lambda _line: None)


def rows() -> str:
    """Hash everything that was seeded, by natural keys: ids are the database's own."""
    found = []
    with waive_scope("a test looks at every row"):
        found += User.objects.order_by("username").values_list(
            "username", "staff_no", "name", "role", "is_active"
        )
        found += Grid.objects.order_by("code").values_list("code", "name", "parent__code", "area__code")
        found += Boundary.objects.order_by("grid__code").values_list("grid__code", "version", "geojson")
        found += Assignment.objects.order_by("grid__code", "user__username", "valid_from").values_list(
            "grid__code", "user__username", "part", "valid_from", "valid_to"
        )
        found += ServicePoint.objects.order_by("code").values_list("code", "name", "longitude", "latitude")
        found += Household.objects.order_by("code").values_list(
            "code",
            "grid__code",
            "head_name",
            "address",
            "archived_on",
            "archived_by__username",
            "last_met_on",
            "land_mu",
            "policy_tags",
            "longitude",
        )
        found += Customer.objects.order_by("household__code", "pk").values_list(
            "household__code",
            "name",
            "id_number",
            "phone",
            "customer_since",
            "app_verified_on",
            "is_migrant",
            "opened_by__username",
        )
        found += Visit.objects.order_by("pk").values_list(
            "pk",
            "household__code",
            "customer__name",
            "staff__username",
            "started_at",
            "mode",
            "met",
            "note",
            "next_on",
        )
        found += Offer.objects.order_by("origin", "product__code").values_list(
            "origin", "product__code", "result"
        )
        found += Need.objects.order_by("origin").values_list("origin", "text", "due_on", "status", "outcome")
        found += Holding.objects.order_by("customer__household__code", "customer__name", "product__code", "since")\
            .values_list("customer__name", "product__code", "since")  # fmt: skip
    return hashlib.sha256("\n".join(map(str, found)).encode()).hexdigest()


def test_the_same_seed_and_day_give_the_same_bank_and_another_seed_another(transactional_db):
    seed()
    first = rows()
    call_command("flush", verbosity=0, interactive=False)
    seed()
    assert rows() == first
    call_command("flush", verbosity=0, interactive=False)
    seed(8)
    assert rows() != first


def test_what_the_rooms_promise_holds():
    seed()
    call_command("verify_grids", verbosity=0)
    call_command("verify_audit", verbosity=0)
    with waive_scope("a test looks at every row"):
        visits = Visit.objects.select_related("household")
        assert visits.count() > 300
        for visit in visits:
            assert visit.grid_id == visit.household.grid_id
            assert Assignment.on(visit.day).filter(user=visit.staff_id, grid=visit.grid_id).exists()
            assert visit.started_at > visit.household.created_at
        days = Counter(visit.day.weekday() for visit in visits)
        assert min(days[1], days[3], days[5]) > max(days[0], days[2], days[4], days[6])
        met = {visit.household_id for visit in visits if visit.met}
        assert set(Household.objects.exclude(last_met_on=None).values_list("pk", flat=True)) == met


def test_six_months_are_ranked_and_their_proofs_hold():
    seed()
    with waive_scope("a test looks at every row"):
        periods = list(Period.objects.order_by("month").select_related("published_by", "locked_by"))
    assert [f"{period.month:%Y-%m}" for period in periods] == [
        "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip
    assert [period.status for period in periods[:6]] == ["locked"] * 5 + ["published"]
    assert {period.published_by.username for period in periods[:6]} == {"zhao"}
    assert {period.locked_by.username for period in periods[:5]} == {"qian"}
    for period in periods:
        assert verify_period(period).ok


def test_only_the_named_people_can_sign_in():
    seed()
    assert User.objects.get(username="li").check_password(PASSWORD)
    usable = {user.username for user in User.objects.all() if user.has_usable_password()}
    assert usable == {"zhao", "qian", "chen", "li", "wang", "sun", "sysadmin", "secadmin", "auditor"}
    passwords_reset("another-word-10")
    assert User.objects.get(username="li").check_password("another-word-10")


def test_a_database_with_anybody_in_it_is_refused(cast):
    with pytest.raises(Refused):
        seed()
    with pytest.raises(CommandError, match=r"empty|空"):
        call_command("seed_demo", verbosity=0)


def test_a_day_that_has_not_come_is_refused():
    with pytest.raises(Refused):
        demo_seed(scale="tiny", seed=7, today=date(2999, 1, 1), password=PASSWORD, tell=lambda _line: None)
