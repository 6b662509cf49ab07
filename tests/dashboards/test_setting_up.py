"""How far a bank is set up."""

from dashboards import setting_up
from tests.factories import HouseholdFactory, ProductFactory, UserFactory


def test_what_stands_is_counted_and_so_is_what_is_wanting(bank):
    ProductFactory(is_active=False)
    found = setting_up.standing(actor=bank.zhao, bank=setting_up.own_bank(actor=bank.zhao))
    assert (found.branches, found.grids, found.households, found.products) == (2, 3, 3, 0)
    assert (found.people, found.bounded, found.without_households) == (6, 0, 0)
    assert found.wanting["vacant"] == 0
    assert found.wanting["duty"] == 5


def test_a_household_that_ended_is_none(bank):
    HouseholdFactory(grid=bank.grid_li, ended_on="2026-01-01")
    assert setting_up.standing(actor=bank.zhao, bank=bank.root).households == 3


def test_who_has_no_part_has_no_bank(db):
    assert setting_up.own_bank(actor=UserFactory(role="head_office")) is None
