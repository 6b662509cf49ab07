"""Reading targets: a sheet's rows and sums, what a signature replaces, and what whoever signs has looked at."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from gridbank.days import month_first
from performance import services, targeted
from performance.models import GridTarget
from tests import factories

MONTH = date(2026, 12, 1)
KEY = "new_customers"
pytestmark = pytest.mark.django_db


def asked(*values):
    """Return the row of a grid of which so much is asked."""
    row = GridTarget(**{name: value for (name, _label), value in zip(targeted.LEVELS, values, strict=True)})
    return targeted.Row(None, None, 0, None, row)


def write(cast, rows, month=MONTH):
    levels = {grid.pk: (Decimal(value), None, None) for grid, value in rows.items()}
    services.targets_write(actor=cast.chen, grid=cast.east, month=month, indicator=KEY, rows=levels)


def sign(cast, month=MONTH):
    services.targets_sign(actor=cast.zhao, grid=cast.east, month=month)


def test_a_level_that_no_row_says_has_no_sum_and_one_not_asked_for_no_difference():
    sheet = targeted.Sheet(asked(20, 30, None), [asked(8, None, 12), asked(9, None, None)])
    assert sheet.sums == (17, None, 12)
    assert sheet.differences == (-3, None, None)


def test_a_sheet_holds_the_base_grids_below_with_their_leads_and_what_will_stand(cast):
    factories.GridFactory(parent=cast.east, nature="special")
    factories.HouseholdFactory.create_batch(2, grid=cast.grid_li)
    write(cast, {cast.grid_li: 8, cast.grid_wang: 9})
    sign(cast)
    write(cast, {cast.grid_li: 10})
    sheet = targeted.sheet(actor=cast.chen, grid=cast.east, month=MONTH, indicator=KEY)
    told = {row.grid: (row.lead, row.households, row.draft is not None, row.levels[0]) for row in sheet.rows}
    assert told == {
        cast.grid_li: (cast.li, 2, True, 10), cast.grid_wang: (cast.wang, 0, False, 9),
    }  # fmt: skip
    assert (sheet.own.grid, sheet.own.households, sheet.own.levels) == (cast.east, 2, targeted.NONE)


def test_a_draft_replaces_what_is_signed_of_the_same_grid_and_month(cast):
    write(cast, {cast.grid_li: 8})
    write(cast, {cast.grid_wang: 9}, month=date(2027, 1, 1))
    sign(cast)
    sign(cast, month=date(2027, 1, 1))
    write(cast, {cast.grid_li: 10, cast.grid_wang: 11})
    found = list(targeted.drafts(actor=cast.chen, grid=cast.east, month=MONTH))
    before = targeted.replaced(actor=cast.chen, drafts=found)
    assert [(row.grid, before[row.pk].assured) for row in found if row.pk in before] == [(cast.grid_li, 8)]
    assert len(found) == 2
    assert not targeted.drafts(actor=cast.wu, grid=cast.east, month=MONTH)


def test_the_seal_is_another_once_a_draft_is(cast):
    def seal():
        return targeted.seal_of(targeted.drafts(actor=cast.chen, grid=cast.east, month=MONTH))

    write(cast, {cast.grid_li: 8})
    first = seal()
    assert seal() == first
    write(cast, {cast.grid_li: 9})
    assert seal() != first


def test_places_are_the_bank_and_the_branches_where_one_writes(cast):
    assert set(targeted.places(actor=cast.chen)) == {cast.east}
    assert set(targeted.places(actor=cast.zhao)) == {cast.root, cast.east, cast.west}
    assert not targeted.places(actor=cast.li)


def test_a_draft_is_no_target_yet_for_who_looks_for_gaps(cast):
    month = month_first(timezone.localdate())

    def wanting():
        rows = targeted.NO_TARGET.find(cast.chen, [cast.east, cast.grid_li, cast.grid_wang])
        return {row.grid: row.person for row in rows}

    write(cast, {cast.grid_li: 8}, month=month)
    assert cast.grid_li in wanting()
    sign(cast, month=month)
    assert cast.grid_li not in wanting()
    assert wanting()[cast.grid_wang] == cast.wang
