"""The auditor's page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit import selectors
from audit.models import AuditEvent
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


def test_the_auditor_reads_what_happened_in_words(log, auditor):
    li = UserFactory(name="李娜", staff_no="P1")
    record(
        actor=li,
        action="user.role_changed",
        subject=li,
        changes={"role": ["auditor", "head_office"], "note": ""},
    )
    text = log().text
    for expected in (
        "变更角色",
        "李娜",
        "P1",
        f'title="people.user">账号</span> {li.pk}',
        "<del>auditor</del> → <strong>head_office</strong>",
    ):
        assert expected in text


def test_reading_is_recorded_with_what_was_asked(log, auditor):
    log(person="li")
    event = AuditEvent.objects.filter(action="audit.read").get()
    assert (event.actor, event.details) == (auditor, {"person": "li"})


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


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-13-01"},
        {"since": "２０２６"},
        {"since": "2026-02-02", "until": "2026-02-01"},
        {"action": "made.up"},
        {"subject": "x"},
        {"subject": "people.user:1 OR 1=1"},
        {"before": "x"},
        {"before": "0"},
        {"person": "x" * 61},
    ],
)
def test_a_filter_that_makes_no_sense_shows_nothing(log, query):
    response = log(**query)
    assert (response.status_code, shown(response)) == (200, 0)
    assert not AuditEvent.objects.filter(action="audit.read").exists()


def test_the_log_goes_on_after_fifty(log, auditor):
    for _ in range(60):
        record(actor=auditor, action="user.enabled")
    first = log(action="user.enabled")
    assert shown(first) == 50
    address = first.text.split('rel="next" href="?')[1].split('"')[0].replace("&amp;", "&")
    second = log(**dict(part.split("=") for part in address.split("&")))
    assert shown(second) == 10
    assert 'rel="next"' not in second.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_asks_the_same_number_of_queries(log, auditor, count, django_assert_num_queries):
    for _ in range(count):
        record(actor=UserFactory(), action="user.enabled")
    log()
    with django_assert_num_queries(6):
        log()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_else_reads(client, db, role):
    actor = UserFactory(role=role)
    record(actor=None, action="user.enabled")
    client.force_login(actor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/audit/").status_code == 403
    assert list(selectors.event_list(actor=actor)) == []


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed_here(client, auditor, method):
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    assert getattr(client, method)("/audit/").status_code == 405
