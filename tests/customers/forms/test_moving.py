"""Which households somebody may move, and where to."""

import pytest
from django.utils import timezone

from customers.forms.moving import HouseholdsMoveForm, homes_ticked
from tests.factories import GridFactory, HouseholdFactory

pytestmark = pytest.mark.django_db


def test_of_what_is_ticked_only_ones_own_that_goes_on_is_moved(cast):
    mine, ended, strange = (
        HouseholdFactory(grid=cast.grid_li),
        HouseholdFactory(grid=cast.grid_li, ended_on=timezone.localdate()),
        HouseholdFactory(grid=cast.grid_wu),
    )
    keys = [str(home.pk) for home in (strange, ended, mine)]
    assert list(homes_ticked(cast.chen, [*keys, "x", "-1", ""])) == [mine]
    assert not homes_ticked(cast.sun, keys)


def test_a_grid_that_is_closed_or_another_branchs_takes_none(cast):
    closing = GridFactory(parent=cast.east, valid_to=timezone.localdate())
    grids = HouseholdsMoveForm(actor=cast.chen).fields["grid"].queryset
    assert {cast.grid_li, cast.grid_wang} <= set(grids)
    assert not {closing, cast.grid_wu} & set(grids)


def test_a_day_and_a_reason_are_asked_for(cast):
    form = HouseholdsMoveForm({"grid": cast.grid_wang.pk, "reason": " "}, actor=cast.chen)
    assert set(form.errors) == {"first_day", "reason"}
