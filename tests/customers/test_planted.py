"""A planted number is looked for wherever it must not be."""

import logging
import re

from django.contrib.sessions.models import Session
from django.urls import reverse

from audit.models import AuditEvent
from customers.selectors import customer_list
from tests.customers.numbers import id_number
from tests.factories import HouseholdFactory

PLANTED = id_number(serial=777)
WRONG = PLANTED[:-1] + ("1" if PLANTED[-1] != "1" else "2")
PHONE = "13912345678"


def test_planted_numbers_leave_no_trace(client, cast, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    home = HouseholdFactory(grid=cast.grid_li)
    client.force_login(cast.li)
    new = reverse("customers:customer-new", args=[home.pk])
    for number in (WRONG, PLANTED):
        data = {"name": "甲", "relation": "head", "id_type": "resident", "id_number": number, "phone": PHONE}
        client.post(new, data)
    person = customer_list(actor=cast.li).get()
    client.post(new, {"name": "乙", "relation": "other", "id_type": "resident", "id_number": PLANTED})
    for number in (PLANTED, WRONG, PHONE):
        client.post(reverse("customers:search"), {"number": number})
        client.get(reverse("customers:list"), {"q": number})
    for field in ("id_number", "phone"):
        shown = client.post(
            reverse("customers:reveal", args=[person.pk]), {"field": field, "reason": "核对身份"}
        )
        assert getattr(person, field) in shown.text
    client.post(
        reverse("customers:household-edit", args=[home.pk]),
        {"version": 1, "grid": home.grid_id, "business": f"证 {PLANTED}"},
    )
    client.get(reverse("customers:household", args=[999999]), {"x": "1"})
    output = capsys.readouterr()
    sessions = str(dict(client.session))
    assert Session.objects.count() == 1
    audit = "".join(AuditEvent.objects.values_list("changes", flat=True))
    for place in (caplog.text, output.out, output.err, sessions, audit):
        for number in (PLANTED, WRONG, PHONE):
            assert not re.search(number, place)
    assert "customer.revealed" in set(AuditEvent.objects.values_list("action", flat=True))
