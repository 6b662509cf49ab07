"""Reading by API: the same rows as on the pages."""

from datetime import date

import pytest
from django.utils import timezone

from customers.models import SpecialMembership
from tests.customers.filling import API
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    GridFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
)


def found(client, path, **query):
    response = client.get(f"{API}/{path}/", query)
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


@pytest.mark.parametrize("path", ["households", "customers", "needs", "offers"])
def test_one_reads_ones_own_rows_only(li, rows, path):
    mine, theirs = rows[path]
    assert found(li, path) == [mine.pk]
    assert li.get(f"{API}/{path}/{mine.pk}/").json()["id"] == mine.pk
    hidden, absent = (li.get(f"{API}/{path}/{pk}/") for pk in (theirs.pk, 999999))
    assert (hidden.status_code, hidden.content) == (404, absent.content)
    for method in ("post", "put", "patch", "delete"):
        for pk in (mine.pk, theirs.pk):
            assert getattr(li, method)(f"{API}/{path}/{pk}/").status_code == 405


def test_filters_narrow(client, cast, rows, home):
    client.force_login(cast.zhao)
    mine, theirs = rows["customers"]
    assert found(client, "households", grid=cast.east.pk) == [home.pk]
    assert found(client, "customers", household=home.pk) == [mine.pk]
    assert found(client, "customers", grid=cast.west.pk) == [theirs.pk]
    assert found(client, "customers", q=mine.name) == [mine.pk]
    assert found(client, "needs", household=home.pk, status="open") == [rows["needs"][0].pk]
    assert found(client, "offers", customer=theirs.pk) == [rows["offers"][1].pk]
    assert found(client, "offers", result="accepted") == []
    assert found(client, "customers", app="verified") == []
    assert found(client, "customers", age="60-") == []


def test_products_on_sale_are_everybodys(li):
    on_sale, _gone = ProductFactory(), ProductFactory(is_active=False)
    assert found(li, "products") == [on_sale.pk]
    assert found(li, "products", category="loan") == [on_sale.pk]


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_the_three_officers_read_nothing(client, rows, role):
    client.force_login(UserFactory(role=role))
    for path in ("households", "customers", "needs", "offers", "products"):
        assert client.get(f"{API}/{path}/").status_code == 403


@pytest.mark.parametrize("path", ["households", "customers", "needs", "offers"])
@pytest.mark.parametrize("count", [1, 3])
def test_a_list_asks_the_same_number_of_queries(li, cast, path, count, django_assert_num_queries):
    for _ in range(count):
        person = CustomerFactory(household__grid=cast.grid_li)
        NeedFactory(household=person.household)
        OfferFactory(customer=person, offered_on=timezone.localdate())
    li.get(f"{API}/{path}/")
    with django_assert_num_queries(6):
        assert len(found(li, path)) == count


def test_a_grid_of_the_question_narrows_within_what_one_sees(client, cast, rows, home):
    client.force_login(cast.zhao)
    mine, theirs = rows["customers"]
    for grid, households, people in (
        (cast.root, [home.pk, theirs.household_id], [mine.pk, theirs.pk]),
        (cast.grid_li, [home.pk], [mine.pk]),
        (cast.grid_wang, [], []),
    ):
        assert found(client, "households", grid=grid.pk) == households
        assert found(client, "customers", grid=grid.pk) == people


def test_a_special_grids_lead_reads_its_members_by_api_too(client, cast, rows, home):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    client.force_login(AssignmentFactory(grid=market).user)
    assert found(client, "households") == [home.pk]
    assert found(client, "households", grid=market.pk) == [home.pk]
    assert found(client, "customers", household=rows["customers"][1].household_id) == []


def test_a_question_of_the_list_does_not_hide_a_row(li, rows):
    mine, _theirs = rows["customers"]
    CustomerFactory(household=mine.household)
    assert li.get(f"{API}/customers/{mine.pk}/").json()["name"] == mine.name
