"""Products by name, and what a customer holds once."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from products.models import Holding, Product
from tests.factories import CustomerFactory


@pytest.mark.parametrize(
    ("english", "language", "label"),
    [("Loan", "zh-hans", "贷款"), ("Loan", "en", "Loan"), ("", "en", "贷款")],
)
def test_a_product_is_called_in_the_readers_language_where_it_has_a_name(english, language, label):
    product = Product(name="贷款", name_en=english)
    with translation.override(language):
        assert (product.label, str(product)) == (label, "贷款")


def test_the_database_holds_a_product_once_per_customer_at_a_time(cast):
    customer = CustomerFactory(household__grid=cast.grid_li)
    product = Product.objects.create(code="L1", name="贷款", category="loan")
    today = timezone.localdate()
    Holding.objects.create(customer=customer, product=product, since=today, ended_on=today)
    Holding.objects.create(customer=customer, product=product, since=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.create(customer=customer, product=product, since=today)
    assert not Holding.objects.visible_to(cast.wu).exists()
    assert Holding.objects.visible_to(cast.li).count() == 2
