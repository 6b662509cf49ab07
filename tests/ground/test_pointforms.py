"""What is offered and taken where a service point is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ground.models import ServicePoint
from ground.pointforms import PointCloseForm, PointFilterForm, PointForm
from tests.factories import GridFactory

pytestmark = pytest.mark.usefixtures("unguarded")


def offered(form):
    return [grid.pk for grid in form.fields["grid"].queryset]


def test_only_grids_are_offered_in_which_somebody_keeps_the_register(cast):
    assert set(offered(PointForm(actor=cast.chen))) == {cast.grid_li.pk, cast.grid_wang.pk}
    assert offered(PointForm(actor=cast.li)) == []
    assert cast.root.pk in offered(PointForm(actor=cast.zhao))


def test_a_closed_grid_is_offered_only_to_the_point_that_lies_there(cast):
    over = GridFactory(parent=cast.east, valid_to=timezone.localdate() - timedelta(days=1))
    point = ServicePoint.objects.create(grid=over, code="V1", name="点", kind="outlet")
    assert over.pk not in offered(PointForm(actor=cast.chen))
    assert over.pk in offered(PointForm(actor=cast.chen, point=point))


def test_a_code_is_given_once(cast):
    point = ServicePoint.objects.create(grid=cast.grid_li, code="V1", name="点", kind="outlet")
    data = {"code": "V2", "name": "点", "kind": "outlet", "grid": cast.grid_li.pk}
    for form, code in (
        (PointForm(data, actor=cast.chen, point=point), "V1"),
        (PointForm(data, actor=cast.chen), "V2"),
    ):
        assert form.is_valid()
        assert form.row(form.cleaned_data).code == code


@pytest.mark.parametrize("degrees", ["NaN", "Infinity", "180.1", "x"])
def test_no_degree_beyond_the_globe_is_taken(cast, degrees):
    data = {"code": "V2", "name": "点", "kind": "outlet", "grid": cast.grid_li.pk, "longitude": degrees}
    assert set(PointForm(data, actor=cast.chen).errors) == {"longitude"}


def test_who_walks_the_grids_has_no_branch_to_choose(cast):
    assert "branch" not in PointFilterForm({}, actor=cast.li).fields
    form = PointFilterForm({"branch": cast.west.pk}, actor=cast.chen)
    assert set(form.errors) == {"branch"}


def test_today_is_proposed_to_close_and_a_reason_wanted():
    assert PointCloseForm().initial["closed_on"] == timezone.localdate()
    assert set(PointCloseForm({"closed_on": "2026-01-01"}).errors) == {"reason"}
