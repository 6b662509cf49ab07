"""The list of visits without its page."""

from django.http import QueryDict

from exchange.outlets import outlet_of
from tests.factories import VisitFactory


def test_it_is_opened_as_somebody(cast):
    visit = VisitFactory(staff=cast.li, customer__household__grid=cast.grid_li)
    VisitFactory(staff=cast.wu, customer__household__grid=cast.grid_wu)
    outlet = outlet_of("visits")
    assert [one.pk for one in outlet.opened(cast.li, QueryDict()).source.rows] == [visit.pk]
    assert outlet.opened(cast.li, QueryDict("mode=x")) is None
