"""The list of accounts without its page."""

from datetime import date

from django.http import QueryDict

from exchange.outlets import outlet_of
from products.models import Holding
from tests.factories import CustomerFactory, ProductFactory


def test_it_holds_accounts_of_the_bank_that_one_loads_for(cast):
    person = CustomerFactory(household__grid=cast.grid_li)
    for digest in (None, "a" * 64):
        Holding.objects.create(
            customer=person,
            product=ProductFactory(),
            since=date(2021, 1, 1),
            account_digest=digest,
            balance="to_50k",
        )
    outlet = outlet_of("products.accounts")
    found = outlet.opened(cast.zhao, QueryDict())
    (line,) = found.source.read(found.source.rows)
    assert line.told["account"] == f"#{'a' * 64}"
    assert not outlet.opened(cast.chen, QueryDict()).source.rows.exists()
    assert [outlet.may(one) for one in (cast.zhao, cast.chen, cast.li)] == [True, False, False]
