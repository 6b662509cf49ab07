"""The list of open needs without its page."""

from django.http import QueryDict

from exchange.outlets import outlet_of
from tests.factories import NeedFactory


def test_it_is_opened_as_somebody(cast):
    need = NeedFactory(household__grid=cast.grid_li)
    NeedFactory(household__grid=cast.grid_wu)
    outlet = outlet_of("needs")
    assert [one.pk for one in outlet.opened(cast.li, QueryDict()).source.rows] == [need.pk]
    assert outlet.opened(cast.li, QueryDict("due=x")) is None
