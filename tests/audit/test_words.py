"""Events are found by what a person says: who, which act, which household by its number, when."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from audit.models import AuditEvent
from audit.services import record
from audit.words import told, unknown, words
from people.enums import Role
from tests.factories import AssignmentFactory, CustomerFactory, UserFactory, VisitFactory
from visits.services import visit_log


@pytest.fixture
def log(client, db):
    auditor = UserFactory(username="auditor", role=Role.AUDITOR)
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")

    def get(typed, **query):
        return client.get("/audit/", {"q": typed, **query})

    return get


def shown(response):
    return response.text.count('id="event-')


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("李娜", 2),
        ("李娜 启用", 1),
        ("启用账号", 1),
        ("p7", 2),
        ("甲村网格", 1),
        ("今天 李娜", 2),
        ("昨天 李娜", 0),
        ("没有这个人", 0),
    ],
)
def test_words_narrow_one_after_the_other(log, typed, expected):
    li, wang = UserFactory(name="李娜", staff_no="P7"), UserFactory(name="王强")
    record(actor=wang, action="user.enabled", subject=li)
    record(actor=li, action="user.disabled", subject=wang)
    part = AssignmentFactory(grid__name="甲村网格", user=wang)
    record(actor=None, action="assignment.started", subject=part)
    assert shown(log(typed)) == expected


def fitting(typed, at):
    (word,) = words(typed)
    with time_machine.travel(at, tick=False):
        row = record(actor=None, action="user.enabled")
    return AuditEvent.objects.filter(word.fits, pk=row.pk).exists()


@pytest.mark.parametrize(
    ("typed", "hour", "minute", "expected"),
    [
        ("14点", 14, 20, True),
        ("14点", 15, 0, False),
        ("14:00", 14, 59, True),
        ("14:20", 14, 20, True),
        ("14:20", 14, 21, False),
        ("14点20分", 14, 20, True),
        ("9-12点", 11, 59, True),
        ("9-12点", 12, 0, False),
    ],
)
def test_an_hour_is_the_banks_own(db, typed, hour, minute, expected):
    at = timezone.make_aware(datetime(2026, 11, 26, hour, minute))  # noqa: DTZ001  it is made aware
    assert fitting(typed, at) is expected


def test_an_impossible_hour_is_a_word_that_nothing_is_called_by(db):
    for typed in ("25点", "14:75", "12-9点"):
        (word,) = words(typed)
        assert word.fits is None


def test_a_household_is_found_by_its_number_and_never_by_a_name(log, cast):
    person = CustomerFactory(household__grid=cast.grid_li, name="欧阳春", household__head_name="欧阳春")
    code = person.household.code
    record(actor=cast.li, action="customer.opened", subject=person.household)
    record(actor=cast.li, action="visit.corrected", subject=VisitFactory(customer=person, staff=cast.li))
    found = log(code)
    assert (shown(found), "欧阳春" in found.text) == (2, False)
    assert f"</span> {code}</a>" in found.text
    by_name = log("欧阳春")
    assert shown(by_name) == 0
    # what nobody here is called may be a customer: it isn't written down
    asked = [event.details for event in AuditEvent.objects.filter(action="audit.read").order_by("pk")]
    assert asked == [{"q": code}, {"q": "*"}]


def test_a_visit_is_found_and_named_alone_and_among_others(log, cast):
    person = CustomerFactory(household__grid=cast.grid_li)
    body = {
        "id": "0b0e3c1e-6a9e-4d5a-9a38-000000000001", "customer": person.pk, "mode": "door", "met": True,
        "started_at": (timezone.now() - timedelta(seconds=5)).isoformat(),
    }  # fmt: skip
    visit_log(actor=cast.li, body=body)
    single = AuditEvent.objects.get(action="visit.received")
    assert single.subject_id == body["id"]
    visit = VisitFactory(customer=person, staff=cast.li, received_at=timezone.now())
    among = record(actor=cast.li, action="visit.received", changes={"created": [str(visit.pk), "x"]})
    # somebody else's upload of the same minute is about nothing of this household
    record(actor=cast.wang, action="visit.received", changes={"created": []})
    found = log(person.household.code, action="visit.received")
    assert shown(found) == 2
    assert f'id="event-{among.pk}"' in found.text
    assert found.text.count(f"</span> {person.household.code} · ") == 2


def test_what_was_looked_for_is_told_word_by_word(db):
    UserFactory(name="李娜")
    with translation.override("en"):
        found = words("李娜 Nobody")
        assert told(found) == "李娜 *"
        assert "Nobody" in unknown(found)
    assert unknown(found[:1]) == ""


def test_the_ends_of_the_calendar_and_a_whole_number_are_no_trouble(log):
    assert log("9999-12-31").status_code == 200
    refused = log("13912345678")
    assert shown(refused) == 0
    assert AuditEvent.objects.filter(action="audit.read").count() == 1


def test_a_day_is_found_however_it_is_typed(db):
    at = datetime(2026, 11, 26, 4, tzinfo=UTC)
    for typed in ("2026-11-26", "20261126"):
        assert fitting(typed, at + timedelta(seconds=len(typed)))
