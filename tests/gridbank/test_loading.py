"""What the models' own fields make of a row goes into the database by the thousand, and comes out as it was."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from customers.models import Customer, Household
from customers.selectors import customer_list, household_list
from gridbank.loading import keys_draw, rows_insert, rows_update

NASTY = "一\\N\t二\n三\r四\\."


def test_rows_come_out_as_they_went_in_sealed_and_keyed(cast):
    homes = [
        Household(
            code=f"T{n:011}",
            grid=cast.grid_li,
            head_name=NASTY,
            address=NASTY,
            land_mu=Decimal("2.50"),
            policy_tags=["lifted"],
        )
        for n in range(2)
    ]
    for home, pk in zip(homes, keys_draw(Household, 2), strict=True):
        home.pk = pk
    rows_insert(homes)
    person = Customer(
        household=homes[0], name="曾 小明", phone="13800000001", birth_date=date(1980, 1, 2), is_migrant=True
    )
    (person.pk,) = keys_draw(Customer, 1)
    rows_insert([person])
    # the next key is nobody's
    assert Customer.objects.create(household=homes[1], name="李").pk > person.pk
    home, found = (
        household_list(actor=cast.li).get(pk=homes[0].pk),
        customer_list(actor=cast.li).get(pk=person.pk),
    )
    assert (home.head_name, home.address, home.land_mu, home.policy_tags) == (
        NASTY,
        NASTY,
        Decimal("2.50"),
        ["lifted"],
    )
    assert (found.name_key, found.phone, found.birth_date, found.is_migrant, found.salt) == (
        "曾小明", "13800000001", date(1980, 1, 2), True, person.salt
    )  # fmt: skip


def test_rows_are_updated_in_the_columns_named(cast):
    home = Household.objects.create(code="T1", grid=cast.grid_li, head_name="甲", address="一号")
    home.address, home.land_mu, home.policy_tags, home.head_name = NASTY, Decimal("1.25"), ["lifted"], "乙"
    rows_update([home], ["address", "land_mu", "policy_tags"])
    found = household_list(actor=cast.li).get()
    assert (found.address, found.land_mu, found.policy_tags, found.head_name) == (
        NASTY,
        Decimal("1.25"),
        ["lifted"],
        "甲",
    )


def test_a_constraint_holds_and_nothing_is_cut(cast):
    home = Household.objects.create(code="T1", grid=cast.grid_li, head_name="甲")
    twin = Household(pk=home.pk + 1, code="T1", grid=cast.grid_li, head_name="乙")
    with pytest.raises(IntegrityError), transaction.atomic():
        rows_insert([twin])
