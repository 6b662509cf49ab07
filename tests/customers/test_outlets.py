"""The archive's lists without their page; numbers in clear of those whose data may be used."""

from datetime import date

from django.http import QueryDict
from django.utils import timezone

from customers import services
from customers.models import Customer
from exchange.outlets import outlet_of
from tests.factories import CustomerFactory, HouseholdFactory


def test_they_are_opened_as_somebody_with_an_addresss_filters(cast):
    mine = HouseholdFactory(grid=cast.grid_li)
    HouseholdFactory(grid=cast.grid_wu)
    homes = outlet_of("customers.households")
    assert [one.pk for one in homes.opened(cast.li, QueryDict("archive=poor")).source.rows] == [mine.pk]
    assert homes.opened(cast.li, QueryDict("archive=x")) is None


def test_numbers_are_given_of_people_in_sight_whose_data_may_be_used(cast):
    one, kept, other = (
        CustomerFactory(household=HouseholdFactory(grid=grid), phone=f"1391234567{at}")
        for at, grid in enumerate((cast.grid_li, cast.grid_li, cast.grid_wu))
    )
    Customer.objects.visible_to(cast.zhao).filter(pk=kept.pk).update(restricted_at=timezone.now())
    keys = [str(each.pk) for each in (one, kept, other)]
    people = outlet_of("customers.people")
    assert [each.key for each in people.clear] == ["id_number", "phone"]
    assert people.in_clear(cast.li, keys, ["phone"]) == {str(one.pk): ["13912345670"]}


def test_claims_are_those_of_people_in_sight(cast):
    for who, grid in ((cast.li, cast.grid_li), (cast.wu, cast.grid_wu)):
        person = CustomerFactory(household__grid=grid, birth_date=date(1980, 1, 1))
        services.customer_account_opened(actor=who, customer=person, day=timezone.localdate())
    claims = outlet_of("customers.claims")
    (claim,) = claims.opened(cast.chen, QueryDict()).source.rows
    assert claim.customer.household.grid == cast.grid_li
    assert not claims.opened(cast.chen, QueryDict("state=2")).source.rows.exists()
    assert claims.opened(cast.chen, QueryDict("month=x")) is None
