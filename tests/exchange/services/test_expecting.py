"""A night's file that is missing, late, halved or doubled raises one alarm, and who keeps the bank hears of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from audit.models import AuditEvent
from exchange.models import Batch, Expectation, FileAlarm
from exchange.presenting.alarms import told
from exchange.services import expectation_set, files_watch
from gridbank.errors import Refused
from tests.factories import UserFactory

# 06:30 in China
DUE = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
NIGHT = date(2026, 11, 27)


@pytest.fixture
def expected(cast):
    expectation_set(actor=cast.zhao, kind="accounts", due_at=time(6, 30))
    return cast


def came(cast, hours: float, *, rows: int = 10, state: str = "stored", kind: str = "accounts") -> Batch:
    """A file that came so many hours after the night's due time."""
    return Batch.everywhere().create(
        kind=kind, name="a.xlsx", digest="x", size=1, uploader=cast.zhao, bank_id=cast.root.pk, as_of=NIGHT,
        state=state, sealed_layout=b"", rows=rows, brought_at=DUE + timedelta(hours=hours),
    )  # fmt: skip


def raised() -> list[tuple[date, str]]:
    return list(FileAlarm.objects.order_by("pk").values_list("night", "trouble"))


def at(time_machine, hours: float) -> int:
    time_machine.move_to(DUE + timedelta(hours=hours), tick=False)
    return files_watch()


def test_a_file_that_is_not_here_is_missing_and_then_late(expected, time_machine):
    came(expected, -25)
    came(expected, -1)
    assert at(time_machine, -0.5) == 0
    assert at(time_machine, 0.5) == 0
    Batch.everywhere().filter(brought_at__gt=DUE - timedelta(hours=2)).delete()
    assert (at(time_machine, 1), at(time_machine, 2), raised()) == (1, 0, [(NIGHT, "missing")])
    late = came(expected, 2.5)
    assert (at(time_machine, 3), at(time_machine, 4), raised()) == (1, 0, [(NIGHT, "late")])
    assert FileAlarm.objects.get().batch_number == late.pk
    # tomorrow's file is another
    assert at(time_machine, 24.5) == 1
    assert raised()[-1] == (NIGHT + timedelta(days=1), "missing")


@pytest.mark.parametrize(
    ("before", "rows", "trouble"),
    [(200, 100, ["halved"]), (200, 101, []), (100, 199, []), (100, 200, ["doubled"]), (20, 90, [])],
)
def test_a_file_of_half_or_twice_the_size_is_strange(expected, time_machine, before, rows, trouble):
    came(expected, -25, rows=before)
    came(expected, -1, rows=rows)
    assert at(time_machine, 0.5) == len(trouble)
    assert [one for _night, one in raised()] == trouble
    assert at(time_machine, 0.6) == 0


def test_a_file_that_only_was_looked_at_or_went_back_did_not_come(expected, time_machine):
    came(expected, -1, state="judged")
    Batch.everywhere().filter(pk=came(expected, -2, state="undone").pk).update(undone_at=DUE)
    came(expected, -1, kind="apps")
    assert (at(time_machine, 0.5), raised()) == (1, [(NIGHT, "missing")])


def test_who_keeps_the_bank_hears_of_it_and_nobody_else(expected, time_machine, client):
    at(time_machine, 0.5)
    sysadmin = UserFactory(role="sysadmin")
    for who in (expected.zhao, sysadmin):
        assert len(told(actor=who)) == 1
    for who in (expected.chen, expected.li, expected.sun):
        assert told(actor=who) == []
    for who in (expected.zhao, sysadmin):
        client.force_login(who)
        assert told(actor=who)[0] in client.get("/").text
    FileAlarm.objects.update(bank_id=expected.root.pk + 1)
    assert (told(actor=expected.zhao), len(told(actor=sysadmin))) == ([], 1)
    time_machine.move_to(DUE + timedelta(days=3))
    assert told(actor=sysadmin) == []


def test_head_office_says_when_and_the_trail_tells(expected, client):
    address = reverse("exchange:expected")
    client.force_login(expected.zhao)
    assert "06:30" in client.get(address).text
    assert client.post(address, {"accounts": "07:15", "holdings": "", "apps": ""}).status_code == 302
    assert list(Expectation.objects.values_list("bank_id", "kind", "due_at")) == [
        (expected.root.pk, "accounts", time(7, 15))
    ]
    client.post(address, {"accounts": "", "holdings": "", "apps": ""})
    assert not Expectation.objects.exists()
    assert AuditEvent.objects.filter(action="file.expected").count() == 3
    with pytest.raises(PermissionDenied):
        expectation_set(actor=expected.chen, kind="accounts", due_at=time(6))
    with pytest.raises(Refused):
        expectation_set(actor=expected.zhao, kind="deaths", due_at=time(6))
