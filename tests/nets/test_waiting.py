"""The pages and calls that people send while others are at work: held up, they lose nothing; collided, they come through."""

import json
import threading
from unittest import mock

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from audit.models import AuditEvent
from audit.services import record
from customers.models import Household
from gridbank.scoping import waive_scope
from gridbank.serving import _for_pages
from tests.customers.filling import household_form
from tests.gridbank.test_outages import broken_off
from tests.people import make_cast
from tests.visits.bodies import person_in, visit_json

pytestmark = pytest.mark.django_db(transaction=True)
HELD = "其他人正在修改相同的数据"
SYNC = "/api/v1/visits/sync/"
LONG = 20


@pytest.fixture
def person(client):
    cast = make_cast()
    client.force_login(cast.li, backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    return person_in(cast.grid_li)


def edit(client, person):
    data = household_form(person.household, livestock="三头牛")
    return client.post(reverse("customers:household-edit", args=[person.household_id]), data)


def sync(client, person, **headers):
    body = json.dumps({"visits": [visit_json(person)]})
    return client.post(SYNC, body, content_type="application/json", headers=headers)


@pytest.fixture
def held(person, settings):
    """Hold the household's row as somebody else, and wait for nothing longer than a moment."""
    settings.LOCK_SECONDS = 0.3
    _for_pages(connection)
    there, done = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic(), waive_scope("a test"):
                list(Household.objects.select_for_update().filter(pk=person.household_id))
                there.set()
                done.wait(LONG)
        finally:
            connections.close_all()

    other = threading.Thread(target=hold)
    other.start()
    assert there.wait(LONG)
    yield
    done.set()
    other.join()
    connection.close()


@pytest.mark.postgres
def test_a_form_that_waits_for_a_held_row_keeps_what_was_typed(client, person, held):
    response = edit(client, person)
    assert response.status_code == 422
    assert HELD in response.text
    assert 'value="三头牛"' in response.text


@pytest.mark.postgres
def test_a_laptop_that_waits_for_a_held_row_is_told_to_come_again(client, person, held):
    response = sync(client, person)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert HELD in response.json()["detail"]


@pytest.mark.parametrize(
    ("ask", "status"),
    [(edit, 302), (sync, 200), (lambda *sent: sync(*sent, **{"Idempotency-Key": "a"}), 200)],
)
def test_who_gives_way_at_the_last_step_is_done_once_more_and_leaves_one_row(client, person, ask, status):
    """The trail comes last: all else is done by then, and undone."""
    errors, before = [broken_off("40P01")], AuditEvent.objects.count()

    def fail_once(**given):
        if errors:
            raise errors.pop()
        return record(**given)

    rooms = ("customers.services.households.record", "visits.services.receive.record")
    with mock.patch(rooms[0], fail_once), mock.patch(rooms[1], fail_once):
        response = ask(client, person)
    assert (response.status_code, errors) == (status, [])
    assert AuditEvent.objects.count() == before + 1
