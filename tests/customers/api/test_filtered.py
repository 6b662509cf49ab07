"""A query string is validated like a form: an unknown word is 400, never ignored."""

import pytest

from customers.api.filtered import FilteredViewSet, NoFilters
from people.enums import BUSINESS_ROLES
from tests.customers.filling import ADULT, API


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


@pytest.mark.parametrize("key", ["１", "0x1", "-1", "1" * 19, "1.0", "%00", "abc"])
def test_a_key_that_is_none_is_no_address(li, key):
    assert li.get(f"{API}/households/{key}/").status_code == 404


@pytest.mark.parametrize("path", ["households", "customers"])
def test_options_tell_nothing_of_a_row(li, rows, path):
    for row in rows[path]:
        assert li.options(f"{API}/{path}/{row.pk}/").status_code == 405


def test_a_question_is_asked_of_the_list_only_and_a_row_refuses_it(li, rows):
    mine, _theirs = rows["customers"]
    assert li.get(f"{API}/customers/{mine.pk}/?app=none").status_code == 400


def test_what_reads_declares_no_filter_until_it_names_one(cast):
    assert FilteredViewSet.allowed_roles == BUSINESS_ROLES
    form = NoFilters({"anything": "x"}, actor=cast.li)
    assert (form.is_valid(), form.cleaned_data, form.actor) == (True, {}, cast.li)


def test_everything_wrong_with_a_question_is_said_at_once(li, rows):
    body = li.get(f"{API}/customers/?app=x&age=y&household=0").json()
    assert set(body) == {"app", "age", "household"}
