"""Visits by API."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gridbank.idempotency import HEADER
from people.services import token_create
from tests.factories import VisitFactory
from tests.visits.bodies import person_in, visit_json
from tests.visits.stored import everything
from visits.models import Visit

SYNC, LIST = "/api/v1/visits/sync/", "/api/v1/visits/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def send(client, body, **headers):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(SYNC, text, content_type="application/json", headers=headers)


def test_a_batch_is_answered_row_by_row(cast, person, as_):
    good, bad = visit_json(person), visit_json(person, met="true")
    stranger = visit_json(person_in(cast.grid_wu))
    response = send(as_(cast.li), {"visits": [good, bad, stranger, good, 5]})
    assert response.status_code == 200
    results = response.json()["results"]
    assert [(row["id"], row["status"], list(row["errors"])) for row in results] == [
        (good["id"], "created", []),
        (bad["id"], "rejected", ["met"]),
        (stranger["id"], "rejected", ["customer"]),
        (good["id"], "duplicate", []),
        (None, "rejected", ["non_field_errors"]),
    ]
    assert len(everything(Visit)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "[]", "{}", '{"visits": {}}', '{"visits": [], "more": 1}', "nonsense", b"\xff", '{"visits": [NaN]}',
        '{"visits": [], "visits": []}', '{"visits": [1e999]}', "[" * 10_000, '{"visits": ["\\u0000"]}',
    ],
)  # fmt: skip
def test_what_is_no_batch_is_400(cast, as_, body):
    assert send(as_(cast.li), body).status_code == 400


def test_at_most_five_hundred(cast, person, as_):
    response = send(as_(cast.li), {"visits": [{}] * 501})
    assert (response.status_code, list(response.json())) == (400, ["visits"])
    assert send(as_(cast.li), {"visits": [{}] * 500}).status_code == 200
    assert send(as_(cast.li), {"visits": []}).json() == {"results": []}


def test_a_body_beyond_the_limit_is_413(cast, as_):
    """D10."""
    assert send(as_(cast.li), '{"visits": ["' + "x" * (6 * 1024 * 1024) + '"]}').status_code == 413


def test_other_content_and_other_methods_are_refused(cast, as_):
    client = as_(cast.li)
    assert client.post(SYNC, "{}", content_type="text/plain").status_code == 415
    assert client.get(SYNC).status_code == 405
    assert client.post(LIST, "{}", content_type="application/json").status_code == 405


def test_a_session_needs_its_csrf_token_an_api_token_does_not(cast, person):
    body = {"visits": [visit_json(person)]}
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cast.li, backend=BACKEND)
    assert send(careful, body).status_code == 403
    assert everything(Visit) == []
    secret = token_create(actor=cast.li, name="laptop", days=3)
    secret = getattr(secret, "secret", secret)
    stranger = Client(enforce_csrf_checks=True)
    assert send(stranger, body).status_code == 401
    assert send(stranger, body, Authorization=f"Token {secret}").json()["results"][0]["status"] == "created"


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_officers_send_and_read_nothing(cast, person, as_, role):
    cast.sun.role = role
    cast.sun.save()
    client = as_(cast.sun)
    assert send(client, {"visits": [visit_json(person)]}).status_code == 403
    assert client.get(LIST).status_code == 403
    assert everything(Visit) == []


def test_the_same_idempotency_key_is_answered_twice(cast, person, as_):
    body = {"visits": [visit_json(person)]}
    first, second = (send(as_(cast.li), body, **{HEADER: "k1"}) for _n in range(2))
    assert first.json() == second.json()
    assert first.json()["results"][0]["status"] == "created"


def test_reading_is_scoped_and_filtered(cast, person, as_):
    """A1 to A5."""
    mine, theirs = (
        VisitFactory(customer=person, staff=cast.li, note="备注"),
        VisitFactory(customer=person_in(cast.grid_wu), staff=cast.wu),
    )
    client = as_(cast.li)

    def ids(query=""):
        response = client.get(f"{LIST}{query}")
        assert response.status_code == 200
        return [row["id"] for row in response.json()["results"]]

    assert ids() == [str(mine.pk)]
    for query in (
        f"?customer={theirs.customer_id}", f"?household={theirs.household_id}", f"?staff={cast.wu.pk}",
        f"?since={timezone.localdate() + timedelta(days=1)}", "?met=false", "?mode=phone",
    ):  # fmt: skip
        assert ids(query) == []
    for query in (
        f"?grid={cast.grid_wu.pk}",
        "?ordering=staff__password",
        "?fields=note",
        "?met=1",
        "?branch=1",
        "?since=x",
    ):
        assert client.get(f"{LIST}{query}").status_code == 400
    row = client.get(f"{LIST}{mine.pk}/").json()
    assert (row["customer"], row["note"], row["staff"]) == (person.pk, "备注", cast.li.pk)
    for key in (theirs.pk, uuid.uuid4()):
        for method in ("get", "put", "patch", "delete", "head", "options"):
            assert getattr(client, method)(f"{LIST}{key}/").status_code in {404, 405}
    assert client.get(f"{LIST}{theirs.pk}/").content == client.get(f"{LIST}{uuid.uuid4()}/").content


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(cast, person, as_, count, django_assert_num_queries):
    for _n in range(count):
        VisitFactory(customer=person)
    client = as_(cast.li)
    with django_assert_num_queries(9):
        assert len(client.get(LIST).json()["results"]) == count


def test_cursor_pages_hold_every_visit_once(cast, person, as_):
    made = {str(VisitFactory(customer=person).pk) for _n in range(5)}
    client, seen, url = as_(cast.li), [], f"{LIST}?page_size=2"
    while url:
        page = client.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(made)
