"""The auditor's page."""

import re
from datetime import UTC, datetime

import pytest

from audit import selectors
from audit.models import AuditEvent, Reading
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
    ):
        assert expected in text
    assert re.search(r"<del>auditor</del>\s*→\s*<strong>head_office</strong>", text)
    assert re.search(rf'title="people.user {li.pk}"><span class="soft">账号</span> 李娜 P1', text)


def test_reading_is_recorded_with_what_was_asked(log, auditor):
    log(person="li")
    event = AuditEvent.objects.filter(action="audit.read").get()
    assert (event.actor, event.details) == (auditor, {"person": "li"})


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
    with django_assert_num_queries(7):
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


@pytest.fixture
def readings(client, auditor):
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")

    def get(**query):
        return client.get("/audit/readings/", query)

    return get


def read_by(person, *keys, day=26, token=None):
    return Reading.objects.create(
        at=datetime(2026, 11, day, 4, tzinfo=UTC), actor=person, token=token, route="customers:list",
        kind="customers.household", count=len(keys), first=min(keys), last=max(keys),
        keys=f",{','.join(map(str, keys))},", request_id="abc",
    )  # fmt: skip


def rows_of(response):
    return [int(key) for key in re.findall(r'id="reading-(\d+)"', response.text)]


def test_the_read_log_is_asked_by_person_day_and_household(readings, auditor):
    li, wang = UserFactory(name="李娜", username="li"), UserFactory(username="wang")
    one, many = read_by(li, 12), read_by(li, 2, 12, 31, day=25, token=9)
    other = read_by(wang, 2, 13, 31)
    assert rows_of(readings()) == [other.pk, many.pk, one.pk]
    assert rows_of(readings(person="li")) == [many.pk, one.pk]
    # within the ends of a list isn't yet in it
    assert rows_of(readings(household=12)) == [many.pk, one.pk]
    assert rows_of(readings(since="2026-11-26", household=12)) == [one.pk]
    assert rows_of(readings(until="2026-11-25")) == [many.pk]
    text = readings(person="li").text
    for expected in ("李娜", "户 12", "3 户", "2–31", "令牌 9", "customers:list"):
        assert expected in text
    asked = AuditEvent.objects.filter(action="readings.read").latest("pk")
    assert (asked.actor, asked.details) == (auditor, {"person": "li"})


def test_the_read_log_goes_on_after_fifty(readings, auditor):
    for key in range(60):
        read_by(auditor, key + 1)
    first = rows_of(readings())
    assert len(first) == 50
    assert rows_of(readings(after=first[-1])) == list(range(first[-1] - 1, first[-1] - 11, -1))


def test_nobody_but_the_auditor_reads_the_read_log(db):
    person = UserFactory()
    read_by(person, 1)
    assert not selectors.reading_list(actor=person).exists()
    gone = UserFactory(role=Role.AUDITOR, is_active=False)
    assert not selectors.reading_list(actor=gone).exists()
