"""What people fill in, and what a page or a service answers."""

import re

import pytest

from audit.models import AuditEvent
from customers import services
from gridbank.errors import Refused
from tests.customers.numbers import id_number

API = "/api/v1"
ADULT = id_number()
WRONG = ADULT[:-1] + ("1" if ADULT[-1] != "1" else "2")
PHONE = "13800138000"


def full_person(cast, household, **more):
    data = {"name": "曾小明", "relation": "head", "id_type": "resident", "id_number": ADULT, "phone": PHONE}
    return services.customer_create(actor=cast.li, household=household, data={**data, **more})


def household_form(home, **more):
    return {"version": home.version, "grid": home.grid_id, "area": home.area_id or "", **more}


def members_form(*rows, first=0):
    """Return a table of people as it is sent; `first` rows stood filled in before."""
    sent = {"people-TOTAL_FORMS": len(rows), "people-INITIAL_FORMS": first}
    for place, row in enumerate(rows):
        sent |= {f"people-{place}-{name}": value for name, value in row.items()}
    return sent


def opening(cast, *rows, **more):
    """Return a new household as it is sent, the first of its people as the head."""
    head, *others = rows
    return {"grid": cast.grid_li.pk, **members_form({"relation": "head", **head}, *others, first=1), **more}


def person_form(**more):
    return {"version": 1, "name": "曾小明", "relation": "head", "id_type": "resident", **more}


def ids(response) -> list[str]:
    """Return the people on a page."""
    return re.findall(r'id="customer-(\d+)"', response.text)


def one_event(action: str):
    event = AuditEvent.objects.get()
    assert event.action == action
    return event.details


def refused(about: str | None, call, /, **kwargs) -> str:
    """Call a service that must refuse, and say so beside this field; return the sentence."""
    with pytest.raises(Refused) as caught:
        call(**kwargs)
    assert caught.value.field == about
    return str(caught.value)
