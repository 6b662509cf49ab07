"""The audit log and the read log: details in words, what somebody typed as text."""

from audit.models import AuditEvent, Reading
from audit.presenting import EVENTS, READINGS, Line, events, lines, plain
from audit.services import record
from tests.factories import UserFactory


def drawn(listing, row):
    return {column.key: str(column.draw(row)) for column in listing.columns}


def test_details_are_values_or_changes():
    assert lines({"a": 1, "b": ["x", "y"], "c": ["x"]}) == [
        Line("a", "", "1", is_change=False),
        Line("b", "x", "y", is_change=True),
        Line("c", "", "x", is_change=False),
    ]
    assert plain({"a": None, "b": [1, ""]}) == "a: –, b: 1, –"


def test_an_event_is_told_with_its_person_its_subject_and_its_proof(db):
    li = UserFactory(name="<李娜>", username="li", staff_no="P1")
    event = record(actor=li, action="user.enabled", subject=li, changes={"<name>": ["<a>", "<b>"]})
    (row,) = events(AuditEvent.objects.filter(pk=event.pk))
    found = drawn(EVENTS, row)
    assert 'href="?person=li"' in found["person"]
    assert f"subject=people.user%3A{li.pk}" in found["subject"]
    assert "&lt;李娜&gt; P1" in found["subject"]
    assert event.hash[:12] in found["details"]
    assert not any("<a>" in each or "<李娜>" in each or "<name>" in each for each in found.values())
    nobody = record(actor=None, action="user.enabled")
    (row,) = events(AuditEvent.objects.filter(pk=nobody.pk))
    assert (drawn(EVENTS, row)["subject"], drawn(EVENTS, row)["details"]) == ("", "")


def test_a_reading_tells_whose_archives_and_by_which_door(db):
    row = Reading(
        at=record(actor=None, action="user.enabled").at, actor=UserFactory(), token=9, route="api",
        kind="customers.household", count=2, first=3, last=8, keys=",3,8,", request_id="abc",
    )  # fmt: skip
    found = drawn(READINGS, row)
    assert "3–8" in found["archives"]
    assert "9" in found["page"]
    row.count = 1
    assert 'href="?household=3"' in drawn(READINGS, row)["archives"]
    row.kind = "customers.customer"
    assert "href" not in drawn(READINGS, row)["archives"]
