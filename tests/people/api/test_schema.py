"""What the OpenAPI document says of our doors, and who may read it."""

import re

import pytest
from django.test import Client

from people.api.schema import document_idempotency, document_refusals
from people.enums import Role
from tests.factories import UserFactory
from tests.gridbank.test_walls import ROOT


@pytest.mark.parametrize("role", Role)
def test_the_document_is_for_people_who_build_on_it(db, role):
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/schema/").status_code == (403 if role == Role.SECADMIN else 200)


def test_strangers_do_not_get_the_document(db):
    assert Client().get("/api/v1/schema/").status_code == 401


def document(**operations):
    return document_idempotency({"paths": {"/x/": operations}})["paths"]["/x/"]


def test_a_post_and_nothing_else_takes_the_key():
    found = document(get={}, post={}, put={}, patch={}, delete={})
    assert [method for method, operation in found.items() if "parameters" in operation] == ["post"]
    [parameter] = found["post"]["parameters"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("Idempotency-Key", "header", False)


def test_what_a_post_took_before_stays():
    page = {"name": "page", "in": "query"}
    names = [parameter["name"] for parameter in document(post={"parameters": [page]})["post"]["parameters"]]
    assert names == ["page", "Idempotency-Key"]
    assert "post" not in document(get={})


@pytest.mark.parametrize(
    ("key", "fits"),
    [
        ("a", True),
        ("x" * 64, True),
        ("!~", True),
        ("", False),
        ("x" * 65, False),
        ("a b", False),
        ("é", False),
    ],
)
def test_the_key_that_is_described_is_the_key_that_is_taken(signed, li, key, fits):
    """The bounds stand twice, in the document and at the door; they must be the same."""
    schema = document(post={})["post"]["parameters"][0]["schema"]
    described = re.search(schema["pattern"], key) and schema["minLength"] <= len(key) <= schema["maxLength"]
    assert bool(described) == fits
    answer = signed(li).post(
        "/api/v1/visits/sync/",
        {"visits": []},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )
    assert ("Idempotency-Key" not in answer.json()) == fits


def test_every_operation_says_what_it_answers_when_it_refuses():
    paths = {"/x/": {"get": {}, "post": {"responses": {"409": "own"}}}, "/x/{id}/": {"get": {}}}
    found = document_refusals({"paths": paths})["paths"]
    assert set(found["/x/"]["get"]["responses"]) == {"400", "401", "403", "503"}
    assert found["/x/"]["post"]["responses"]["409"] == "own"
    assert "404" in found["/x/{id}/"]["get"]["responses"]


def test_a_month_is_no_day_and_the_topmost_area_has_no_parent():
    said = (ROOT / "docs" / "openapi.yaml").read_text()
    month = said[said.index("    Period:") :].partition("month:")[2][:200]
    assert ("pattern" in month, "format: date" in month[:60]) == (True, False)
    parent = said[said.index("    Area:") :].partition("parent:")[2][:120]
    assert "nullable: true" in parent
