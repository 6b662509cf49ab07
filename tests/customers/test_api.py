import pytest
from django.utils import timezone

from customers import services
from tests.customers.numbers import id_number
from tests.factories import (
    CustomerFactory,
    HouseholdFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
)

API = "/api/v1"
ADULT = id_number()


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, address="秘密路1号")


@pytest.fixture
def li(client, cast):
    client.force_login(cast.li)
    return client


def found(client, path, **query):
    response = client.get(f"{API}/{path}/", query)
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


@pytest.fixture
def rows(cast, home):
    """Return Li's row and the stranger's of each kind."""
    theirs = HouseholdFactory(grid=cast.grid_wu)
    person, stranger = CustomerFactory(household=home), CustomerFactory(household=theirs)
    return {
        "households": (home, theirs),
        "customers": (person, stranger),
        "needs": (NeedFactory(household=home), NeedFactory(household=theirs)),
        "offers": (OfferFactory(customer=person), OfferFactory(customer=stranger)),
    }


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


@pytest.mark.parametrize("path", ["households", "customers", "needs", "offers", "products"])
def test_unknown_questions_are_400(li, rows, path):
    for query in ("ordering=-pk", "owner=1", "ids=1,2", "fields=id_number", "expand=grid", "id_number=1"):
        assert li.get(f"{API}/{path}/?{query}").status_code == 400, query


def test_wrong_values_are_400_and_foreign_grids_too(li, cast, rows):
    for path, query in (
        ("households", f"grid={cast.grid_wu.pk}"), ("households", f"grid={cast.grid_wang.pk}"),
        ("households", "grid=x"), ("customers", "app=x"), ("customers", "age=1"), ("customers", f"q={ADULT}"),
        ("customers", "q=13800138000"), ("customers", "household=-1"), ("needs", "status=x"), ("offers", "result=x"),
        ("products", "category=x"), ("customers", "household=" + "9" * 40),
    ):  # fmt: skip
        response = li.get(f"{API}/{path}/?{query}")
        assert response.status_code == 400, query
        assert ADULT not in response.text


def test_numbers_are_masked_and_the_address_is_absent(li, cast, home):
    person = services.customer_create(
        actor=cast.li, household=home,
        data={"name": "王五", "id_type": "resident", "id_number": ADULT, "phone": "13800138000"},
    )  # fmt: skip
    body = li.get(f"{API}/customers/{person.pk}/").json()
    assert (body["id_number"], body["phone"]) == ("522727********" + ADULT[-4:], "138****8000")
    for path in ("customers", "households", f"households/{home.pk}"):
        text = li.get(f"{API}/{path}/").text
        assert ADULT not in text
        assert "13800138000" not in text
        assert "秘密" not in text
        assert "digest" not in text


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
    with django_assert_num_queries(5):
        assert len(found(li, path)) == count
