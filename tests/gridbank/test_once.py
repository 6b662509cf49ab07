"""A form sent twice is saved once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import Household
from gridbank.idempotency import KEPT_FOR, forget_expired
from gridbank.models import IdempotencyKey
from gridbank.once import FIELD
from gridbank.scoping import waive_scope
from needs.models import Need
from tests.factories import HouseholdFactory
from tests.gridbank.test_outages import broken_off
from tests.nets.forms import forms_of
from tests.people import make_cast

KEY, OTHER = "a" * 32, "b" * 32
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def home(cast, client):
    client.force_login(cast.li)
    return HouseholdFactory(grid=cast.grid_li)


def raise_need(client, home, text="买牛", key=KEY, **more):
    data = {"text": text, **({FIELD: key} if key else {}), **more}
    return client.post(reverse("needs:new", args=[home.pk]), data)


def needs():
    with waive_scope("test"):
        return [need.text for need in Need.objects.all()]


def test_the_second_leads_to_what_the_first_made(client, home):
    first, second = raise_need(client, home), raise_need(client, home)
    assert (first.status_code, second.status_code, second["Location"]) == (302, 302, first["Location"])
    assert needs() == ["买牛"]
    assert AuditEvent.objects.filter(action="need.raised").count() == 1
    assert "没有再存一次" in client.get(second["Location"]).text


def test_a_new_session_has_another_token_and_the_same_form(client, home):
    raise_need(client, home, csrfmiddlewaretoken="x" * 64)
    assert raise_need(client, home, csrfmiddlewaretoken="y" * 64).status_code == 302
    assert needs() == ["买牛"]


def test_other_words_with_the_same_key_are_told_and_not_saved(client, home):
    raise_need(client, home)
    answer = raise_need(client, home, "买羊")
    assert answer.status_code == 409
    assert "这份表单之前已经保存过" in answer.text
    assert needs() == ["买牛"]


def test_the_same_words_in_another_form_are_another_need(client, home):
    raise_need(client, home), raise_need(client, home, key=OTHER)
    assert needs() == ["买牛", "买牛"]


@pytest.mark.parametrize("key", ["", "x", "A" * 32, "a" * 33])
def test_what_is_no_key_holds_nobody_up(client, home, key):
    assert raise_need(client, home, key=key).status_code == 302
    assert not IdempotencyKey.objects.exists()


def test_what_comes_back_or_is_refused_leaves_no_key(client, cast, home):
    assert raise_need(client, home, "").status_code == 422
    assert raise_need(client, HouseholdFactory(grid=cast.grid_wu)).status_code == 404
    assert not IdempotencyKey.objects.exists()
    assert raise_need(client, home).status_code == 302
    assert needs() == ["买牛"]


def test_a_key_belongs_to_its_person(client, cast, home):
    raise_need(client, home)
    client.force_login(cast.chen)
    raise_need(client, home, "买羊")
    assert sorted(needs()) == sorted(["买牛", "买羊"])


def test_old_keys_are_forgotten_and_nothing_is_kept_in_clear(client, home):
    raise_need(client, home)
    row = IdempotencyKey.objects.get()
    assert "买牛" not in str(vars(row))
    assert KEY not in str(vars(row))
    IdempotencyKey.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    assert forget_expired() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_at_the_same_instant_make_one_household():
    """A name only, as somebody types who presses twice: nothing else would hold the second up."""
    cast = make_cast()
    clients = [Client() for _n in range(8)]
    [client.force_login(cast.li, backend=BACKEND) for client in clients]
    page = reverse("customers:household-new")
    (form,) = [form for form in forms_of(page, clients[0].get(page).text) if FIELD in form.fields]
    data = form.values()
    start, answers = threading.Barrier(8), []

    def send(client):
        start.wait()
        answers.append(client.post(page, data))
        connections.close_all()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    with waive_scope("test"):
        assert Household.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_gives_way_is_done_once_more_with_his_key(client, monkeypatch):
    cast = make_cast()
    client.force_login(cast.li, backend=BACKEND)
    home, errors = HouseholdFactory(grid=cast.grid_li), [broken_off("40P01")]
    from needs import services

    def fail_once(record=services.record, **given):
        if errors:
            raise errors.pop()
        return record(**given)

    monkeypatch.setattr(services, "record", fail_once)
    assert raise_need(client, home).status_code == 302
    assert (errors, needs()) == ([], ["买牛"])
    assert raise_need(client, home).status_code == 302
    assert needs() == ["买牛"]
