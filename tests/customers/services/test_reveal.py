"""Numbers in clear: a reason, a row, and no more than the daily cap, however many ask at once."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connections
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.actions import Action
from customers.services import customer_reveal
from customers.services.asking import CAPPED, DAILY_CAP, asked_today
from customers.services.reveal import REASON_LEAST, REASON_MOST
from gridbank.errors import Refused
from tests.customers.filling import PHONE, one_event, refused
from tests.factories import CustomerFactory, HouseholdFactory
from tests.people import make_cast

REVEALED = Action.CUSTOMER_REVEALED


def reveal(cast, person, who="li"):
    return customer_reveal(actor=getattr(cast, who), customer=person, field="phone", reason="电话回访")


def person_of(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), phone=PHONE)


def count(action):
    return AuditEvent.objects.filter(action=action).count()


def test_beyond_the_cap_every_try_leaves_a_row_and_a_warning(cast, caplog, client, monkeypatch):
    """I2: nothing is shown, and somebody can see that it was tried."""
    monkeypatch.setattr("customers.services.asking.DAILY_CAP", 3)
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

    monkeypatch.setattr("customers.services.asking.record", full)
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


def test_a_number_is_revealed_for_a_reason_and_fifty_times_a_day(cast, home):
    person = CustomerFactory(household=home, phone="13800138000")
    call = {"actor": cast.li, "customer": person}
    refused("reason", services.customer_reveal, **call, field="phone", reason="  a  ")
    refused("field", services.customer_reveal, **call, field="address", reason="核对身份")
    refused("reason", services.customer_reveal, **call, field="phone", reason="打 13900139000 问")
    for _ in range(50):
        shown = services.customer_reveal(actor=cast.li, customer=person, field="phone", reason="电话回访")
        assert shown == "13800138000"
    refused(None, services.customer_reveal, **call, field="phone", reason="电话回访")
    assert "13800138000" not in "".join(AuditEvent.objects.values_list("changes", flat=True))
    assert AuditEvent.objects.filter(action="customer.revealed").count() == 50
    with pytest.raises(Http404):
        services.customer_reveal(actor=cast.wu, customer=person, field="phone", reason="电话回访")


def test_the_cap_begins_anew_at_midnight(cast):
    person = person_of(cast)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False) as clock:
        reveal(cast, person)
        assert asked_today(cast.li) == 1
        clock.shift(timedelta(seconds=1))
        assert asked_today(cast.li) == 0
        reveal(cast, person)
        assert (asked_today(cast.li), asked_today(cast.chen)) == (1, 0)


@pytest.mark.parametrize(
    ("reason", "kept"),
    [("  核对\n 身份 证 ", "核对 身份 证"), ("因" * REASON_MOST, "因" * REASON_MOST)],
)
def test_a_reason_is_kept_without_its_blanks_and_never_cut(cast, reason, kept):
    customer_reveal(actor=cast.li, customer=person_of(cast), field="phone", reason=reason)
    assert one_event(REVEALED) == {"field": "phone", "reason": kept}


@pytest.mark.parametrize("reason", ["", "   ", "a b", "核 对 "])
def test_blanks_are_no_reason(cast, reason):
    refused("reason", customer_reveal, actor=cast.li, customer=person_of(cast), field="phone", reason=reason)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("field", ["", "name", "phone_digest", "household__address", "__class__"])
def test_no_other_column_is_shown_by_this_door(cast, field):
    refused("field", customer_reveal, actor=cast.li, customer=person_of(cast), field=field, reason="电话回访")
    assert not AuditEvent.objects.exists()


def test_an_archive_that_was_opened_leaves_its_row(cast):
    home = HouseholdFactory(grid=cast.grid_li)
    services.customer_opened(actor=cast.li, household=home)
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.subject_id) == ("customer.opened", cast.li, str(home.pk))


def test_a_reason_has_its_length_and_none_is_cut(cast):
    person = person_of(cast)
    call = {"actor": cast.li, "customer": person, "field": "phone"}
    for wrong in ("回访", "长" * (REASON_MOST + 1)):
        refused("reason", customer_reveal, **call, reason=wrong)
    assert count(REVEALED) == 0
    assert customer_reveal(**call, reason="长" * REASON_MOST) == PHONE
    assert one_event(REVEALED)["reason"] == "长" * REASON_MOST


def test_the_page_asks_for_a_reason_of_that_length(cast, client):
    person = person_of(cast)
    client.force_login(cast.li)
    page = " ".join(client.get(person.household.get_absolute_url()).text.split())
    assert f'minlength="{REASON_LEAST}" maxlength="{REASON_MOST}"' in page
