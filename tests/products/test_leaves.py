"""What a household's workbook holds of products."""

from datetime import date

from products.enums import Balance
from products.leaves import held
from products.models import Holding
from tests.factories import CustomerFactory, ProductFactory


def test_what_is_held_today_stands_with_its_band(cast):
    person = CustomerFactory(household__grid=cast.grid_li, name="示例甲")
    then, now = date(2020, 1, 1), ProductFactory()
    Holding.objects.create(customer=person, product=ProductFactory(), since=then, ended_on=date(2021, 1, 1))
    Holding.objects.create(customer=person, product=now, since=then, balance="under_10k")
    leaf = held(cast.li, person.household)
    assert leaf.rows == [[now.label, "示例甲", then, Balance("under_10k").label]]
    assert held(cast.wu, person.household).rows == []
