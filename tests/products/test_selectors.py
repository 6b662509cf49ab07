"""Reading products and offers."""

from datetime import timedelta

from django.utils import timezone

from products.selectors import LATELY, MOST, offered_most
from tests.factories import CustomerFactory, OfferFactory, ProductFactory
from visits.forms.recording import VisitInput


def test_what_somebody_offers_most_of_late_stands_on_top_of_the_menu(cast):
    person = CustomerFactory(household__grid=cast.grid_li)
    often, once, old, anothers = (ProductFactory(name=name) for name in ("甲", "乙", "丙", "丁"))
    today = timezone.localdate()
    made = {"customer": person, "staff": cast.li, "grid": cast.grid_li, "offered_on": today}
    for product in (once, often, often):
        OfferFactory(**made, product=product)
    OfferFactory(**{**made, "offered_on": today - LATELY - timedelta(days=1)}, product=old)
    OfferFactory(**{**made, "staff": cast.chen}, product=anothers)
    assert offered_most(actor=cast.li) == [often.pk, once.pk]
    assert offered_most(actor=cast.wang) == []
    assert MOST > 1
    given = VisitInput(actor=cast.li, household=person.household)
    _blank, (group, best), *others = given.offers.forms[0].fields["product"].choices
    assert (str(group), best) == ("您常推荐", [(often.pk, "甲"), (once.pk, "乙")])
    assert sorted(others) == sorted([(old.pk, "丙"), (anothers.pk, "丁")])
