"""The search on every page: how a whole number travels, and what strange words do."""

import re

import pytest

from audit.models import AuditEvent
from customers import services
from tests.customers.numbers import id_number
from tests.factories import HouseholdFactory

PAGE = "/search/"
PHONE = "13800138000"


@pytest.fixture
def person(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    data = {
        "name": "陈建国",
        "relation": "head",
        "id_type": "resident",
        "id_number": id_number(),
        "phone": PHONE,
    }
    return services.customer_create(actor=cast.li, household=home, data=data)


def test_a_number_is_sent_in_a_body_and_never_comes_back_in_an_address(client, cast, person):
    client.force_login(cast.li)
    answer = client.post(PAGE, {"q": PHONE})
    assert f"customer-{person.pk}" in answer.text
    assert client.get(PAGE, {"q": PHONE})["Location"] == PAGE
    assert client.post(PAGE, {"q": "建国"})["Location"].startswith(f"{PAGE}?q=")


def test_an_exact_search_from_here_is_recorded_and_finds_nobody_out_of_sight(client, cast, person):
    client.force_login(cast.wu)
    assert "陈建国" not in client.post(PAGE, {"q": PHONE}).text
    assert AuditEvent.objects.filter(actor=cast.wu, action__startswith="customer.").exists()


def test_every_page_has_the_box_once_in_the_rail_and_once_in_the_folded_menu(client, cast):
    client.force_login(cast.li)
    page = client.get("/").text
    assert len(re.findall(r'<form class="seek" method="post" action="/search/"', page)) == 2
    assert "陈建国" not in client.get(PAGE, {"q": "建国"}).text


@pytest.mark.parametrize("text", ["%", "'", "\\", "<b>", "=1+1", "x" * 60, "\u202e", "🙂"])
def test_strange_words_find_nothing_and_break_nothing(client, cast, text):
    client.force_login(cast.zhao)
    answer = client.get(PAGE, {"q": text})
    assert answer.status_code == 200
    assert "没有找到" in answer.text


@pytest.mark.parametrize(
    "text", ["王小明13812345678", "a13812345678", "13812345678a", "王小明522727196612279006"]
)
def test_a_number_beside_a_name_goes_into_no_address(client, cast, text):
    client.force_login(cast.li)
    answer = client.post(PAGE, {"q": text})
    assert "Location" not in answer.headers
    assert client.get(PAGE, {"q": text})["Location"] == PAGE
