"""The same POST twice is done once."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from gridbank.errors import Refused
from gridbank.idempotency import KEPT_FOR, IdempotentPosts, forget_expired
from gridbank.models import IdempotencyKey
from people.enums import BUSINESS_ROLES
from people.models import User
from tests.factories import UserFactory


class Greet(IdempotentPosts, APIView):
    """Counts by writing names: a write that a replay must not repeat."""

    allowed_roles = BUSINESS_ROLES
    slow = None

    def post(self, request):
        if request.data.get("name") == "refused":
            message = "No."
            raise Refused(message)
        if self.slow:
            self.slow()
        made = UserFactory(name=request.data["name"])
        return Response({"id": made.pk, "name": made.name}, status=201)


def post(user, body, key=None, path="/greet/"):
    headers = {} if key is None else {"Idempotency-Key": key}
    request = APIRequestFactory().post(path, body, format="json", headers=headers)
    force_authenticate(request, user)
    return Greet.as_view()(request).render()


@pytest.fixture
def user(db):
    return UserFactory()


def made():
    return User.objects.filter(name="安").count()


def test_the_same_key_and_body_are_done_once_and_answered_twice(user):
    first, second = post(user, {"name": "安"}, "k1"), post(user, {"name": "安"}, "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert made() == 1


def test_without_a_key_every_post_counts(user):
    post(user, {"name": "安"}), post(user, {"name": "安"})
    assert made() == 2


def test_the_same_key_with_another_body_is_a_conflict(user):
    post(user, {"name": "安"}, "k1")
    answer = post(user, {"name": "另"}, "k1")
    assert answer.status_code == 409
    assert not User.objects.filter(name="另").exists()


@pytest.mark.parametrize("path", ["/greet/2/", "/greet/?to=2", "/greet"])
def test_the_same_key_at_another_address_is_a_conflict(user, path):
    """Else publishing one month would be answered with what became of another."""
    post(user, {"name": "安"}, "k1")
    assert post(user, {"name": "安"}, "k1", path).status_code == 409
    assert made() == 1


def test_a_key_belongs_to_its_user(user):
    post(user, {"name": "安"}, "k1")
    assert post(UserFactory(), {"name": "安"}, "k1").status_code == 201
    assert made() == 2


def test_a_refused_request_leaves_no_key(user):
    assert post(user, {"name": "refused"}, "k1").status_code == 409
    assert not IdempotencyKey.objects.exists()
    assert post(user, {"name": "安"}, "k1").status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 65, "a b", "键", "a\tb"])
def test_a_strange_key_is_refused(user, key):
    assert post(user, {"name": "安"}, key).status_code == 400
    assert made() == 0


def test_an_expired_key_counts_as_new(user):
    post(user, {"name": "安"}, "k1")
    IdempotencyKey.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    post(user, {"name": "另"}, "k1")
    assert User.objects.filter(name="另").exists()


def test_expired_keys_are_forgotten(user):
    post(user, {"name": "安"}, "old"), post(user, {"name": "安"}, "new")
    old, new = IdempotencyKey.objects.order_by("pk")
    IdempotencyKey.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1)
    )
    assert forget_expired() == 1
    assert list(IdempotencyKey.objects.all()) == [new]
    assert post(user, {"name": "安"}, "new")["Idempotency-Replayed"] == "true"


def test_the_answer_is_stored_but_not_the_question(user):
    post(user, {"name": "安"}, "k1")
    row = IdempotencyKey.objects.get()
    assert json.loads(row.body)["name"] == "安"
    assert len(row.request_hash) == 64
    assert "k1" not in str(vars(row))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_time_are_done_once():
    user = UserFactory()
    start, answers = threading.Barrier(8), []

    def send():
        start.wait()
        answers.append(post(user, {"name": "安"}, "k1"))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert connection.vendor == "postgresql"
    assert {answer.content for answer in answers} == {answers[0].content}
    assert made() == 1
