"""What the OpenAPI document says of our doors, and who may read it."""

import re

import pytest
from django.test import Client

from people.api.schema import document_idempotency
from people.enums import Role
from tests.factories import UserFactory


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
