"""Bodies of visits as a laptop sends them."""

import uuid
from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.utils import timezone

from customers.models import Consent, Customer
from tests.factories import CustomerFactory, HouseholdFactory
from visits.body import NeedLine, OfferLine, VisitBody

LONG_AGO = timedelta(days=400)


def person_in(grid, name="罗大勇", ago=LONG_AGO, **home):
    """Make a person whose archive has stood for long."""
    made = timezone.now() - ago
    home = HouseholdFactory(grid=grid, head_name=name, created_at=made, **home)
    return CustomerFactory(household=home, name=name, relation="head", created_at=made)


def visit_json(person, **changes):
    body = {
        "id": str(uuid.uuid4()),
        "customer": person.pk,
        "started_at": (timezone.now() - timedelta(seconds=5)).isoformat(),
        "mode": "door",
        "met": True,
    }
    return {**body, **changes}


def hours(count):
    return (timezone.now() + timedelta(hours=count)).isoformat()


def full_body(**changes):
    """Return a body that says something in every field; after midnight in China it is the next day."""
    values = {
        "id": uuid.uuid4(), "customer_id": 7, "started_at": datetime(2026, 3, 2, 17, 30, 5, 7, tzinfo=UTC),
        "mode": "phone", "met": True, "note": "牛", "offers": (OfferLine(3, "accepted"),),
        "needs": (NeedLine("棚", date(2026, 4, 1)),), "next_on": date(2026, 5, 1), "latitude": 26.1,
        "longitude": 107.2, "accuracy_m": 5.0,
    }  # fmt: skip
    return VisitBody(**{**values, **changes})


def agreed(person: Customer, purpose: str = "location") -> Consent:
    """Let somebody have agreed to a purpose."""
    return models.QuerySet(Consent).create(
        customer=person, purpose=purpose, channel="paper", notice_version="1", given_at=timezone.now()
    )
