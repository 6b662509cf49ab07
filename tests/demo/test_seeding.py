"""The demo through its own door, on a tiny scale."""

import hashlib
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
from products.models import Holding, Offer
from tests.demo.seeded import PASSWORD, seed
from visits.models import Visit

pytestmark = pytest.mark.django_db


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
