"""Numbers in clear: a reason, a row, and no more than the daily cap, however many ask at once."""

import threading

import pytest
from django.db import OperationalError, connections
from django.urls import reverse

from audit.models import AuditEvent
from customers.services import customer_reveal
from customers.services.reveal import CAPPED, DAILY_CAP, REVEALED
from gridbank.errors import Refused
from tests.factories import CustomerFactory, HouseholdFactory
from tests.people import make_cast

PHONE = "13800138000"


def reveal(cast, person, who="li"):
    return customer_reveal(actor=getattr(cast, who), customer=person, field="phone", reason="电话回访")


def person_of(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), phone=PHONE)


def count(action):
    return AuditEvent.objects.filter(action=action).count()


def test_beyond_the_cap_every_try_leaves_a_row_and_a_warning(cast, caplog, client, monkeypatch):
    """I2: nothing is shown, and somebody can see that it was tried."""
    monkeypatch.setattr("customers.services.reveal.DAILY_CAP", 3)
    person = person_of(cast)
    client.force_login(cast.li)
    url = reverse("customers:reveal", args=[person.pk])
    answers = [client.post(url, {"field": "phone", "reason": "电话回访"}) for _ in range(5)]
    assert [PHONE in answer.text for answer in answers] == [True] * 3 + [False] * 2
    assert [answer.status_code for answer in answers] == [200] * 3 + [422] * 2
    assert (count(REVEALED), count(CAPPED)) == (3, 2)
    assert caplog.text.count("more numbers than the daily cap") == 2
    assert PHONE not in caplog.text
    # each his own cap
    assert reveal(cast, person, "chen") == PHONE


def test_no_row_no_number(cast, monkeypatch):
    person = person_of(cast)

    def full(**_kwargs):
        raise OperationalError("disk full")

    monkeypatch.setattr("customers.services.reveal.record", full)
    with pytest.raises(OperationalError):
        reveal(cast, person)


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_dont_pass_the_cap():
    """I2."""
    cast = make_cast()
    person, left, asked = person_of(cast), 4, 12
    for _ in range(DAILY_CAP - left):
        reveal(cast, person)
    gate, shown = threading.Barrier(asked), []

    def ask():
        gate.wait()
        try:
            shown.append(reveal(cast, person))
        except Refused:
            shown.append("")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(asked)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(shown) == [""] * (asked - left) + [PHONE] * left
    assert (count(REVEALED), count(CAPPED)) == (DAILY_CAP, asked - left)
