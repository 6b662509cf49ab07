"""Sheets of a household's workbook: each app downstream adds its own."""

from customers.leaves import leaves_of
from tests.factories import HouseholdFactory


def test_the_apps_add_their_sheets_in_their_order(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    assert [leaf.title for leaf in leaves_of(cast.li, home)] == ["当前持有", "走访记录"]
