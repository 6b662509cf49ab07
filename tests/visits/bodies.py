"""Bodies of visits as a laptop sends them."""

import uuid
from datetime import timedelta

from django.utils import timezone

from tests.factories import CustomerFactory, HouseholdFactory

LONG_AGO = timedelta(days=400)


def person_in(grid, name="罗大勇", ago=LONG_AGO):
    """Make a person whose archive has stood for long."""
    made = timezone.now() - ago
    home = HouseholdFactory(grid=grid, head_name=name, created_at=made)
    return CustomerFactory(household=home, name=name, relation="head", created_at=made)


def visit_json(person, **changes):
    body = {
        "id": str(uuid.uuid4()),
        "customer": person.pk,
        "started_at": (timezone.now() - timedelta(hours=1)).isoformat(),
        "mode": "door",
        "met": True,
    }
    return {**body, **changes}
