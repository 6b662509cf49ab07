"""What the filters of the trail keep."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.services import record
from people.enums import Role
from tests.factories import UserFactory


@pytest.fixture
def auditor(db):
    return UserFactory(username="auditor", role=Role.AUDITOR)


@pytest.fixture
def log(client, auditor):
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")

    def get(**query):
        return client.get("/audit/", query)

    return get


def shown(response):
    return response.text.count('id="event-')


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"person": "LI"}, 2),
        ({"person": "P1"}, 2),
        ({"person": "李娜"}, 2),
        ({"person": "nobody"}, 0),
        ({"action": "user.disabled"}, 1),
        ({"subject": "people.user"}, 4),
        ({"subject": "people.user:WANG"}, 1),
        ({"person": "li", "action": "user.disabled"}, 1),
        ({"since": "TODAY", "until": "TODAY"}, 4),
        ({"until": "YESTERDAY"}, 0),
    ],
)
def test_the_filters_keep_what_fits(log, auditor, query, expected):
    li, wang = UserFactory(username="li", name="李娜", staff_no="P1"), UserFactory(username="wang")
    record(actor=li, action="user.enabled", subject=li)
    record(actor=li, action="user.disabled", subject=wang)
    record(actor=wang, action="user.enabled", subject=li)
    today = timezone.localdate()
    words = {
        "TODAY": today.isoformat(),
        "YESTERDAY": (today - timedelta(days=1)).isoformat(),
        "WANG": str(wang.pk),
    }
    for word, value in words.items():
        query = {name: text.replace(word, value) for name, text in query.items()}
    assert shown(log(**query)) == expected
