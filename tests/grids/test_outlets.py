"""The list of grids without its page."""

from django.http import QueryDict

from exchange.outlets import outlet_of


def test_it_is_opened_as_somebody_with_an_addresss_filters(cast):
    outlet = outlet_of("grids")
    assert [grid.pk for grid in outlet.opened(cast.li, QueryDict()).source.rows] == [cast.grid_li.pk]
    assert not outlet.opened(cast.li, QueryDict("vacant=on")).source.rows.exists()
    assert outlet.opened(cast.li, QueryDict("on=x")) is None


def test_whoever_has_no_part_takes_none(cast):
    outlet = outlet_of("grids")
    assert [outlet.may(one) for one in (cast.li, cast.chen, cast.sun)] == [True, True, False]
