"""What a body may say; nothing a client sends raises anything."""

import json
import math
import uuid
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.customers.numbers import id_number
from visits.body import WHOLE, NeedLine, OfferLine, VisitBody, parse

ID = "0b9f1f6e-6a0c-4c1e-9b1e-3f6f0b1f2a11"
PLAIN = {
    "id": ID,
    "customer": 7,
    "started_at": "2026-03-02T19:30:00+08:00",
    "mode": "door",
    "met": True,
}


def errors(**changes):
    return parse({**PLAIN, **changes}).errors


def body(**changes):
    found = parse({**PLAIN, **changes})
    assert found.errors == {}
    return found.body


def test_the_five_required_fields_are_enough():
    assert body() == VisitBody(
        id=uuid.UUID(ID),
        customer_id=7,
        started_at=datetime(2026, 3, 2, 11, 30, tzinfo=UTC),
        mode="door",
        met=True,
    )


def test_everything_is_read():
    found = body(
        note="  谈到买牛\r\n下周再来 ",
        offers=[{"product": 3, "result": "accepted"}],
        needs=[{"text": "贷款五万", "due_on": "2026-03-20"}, {"text": "换卡"}],
        next_on="2026-03-09",
        latitude=25,
        longitude=107.3,
        accuracy_m=35,
    )
    assert found.note == "谈到买牛\n下周再来"
    assert found.offers == (OfferLine(3, "accepted"),)
    assert found.needs == (NeedLine("贷款五万", date(2026, 3, 20)), NeedLine("换卡"))
    assert (found.next_on, found.latitude, found.longitude, found.accuracy_m) == (
        date(2026, 3, 9),
        25.0,
        107.3,
        35.0,
    )
    assert found.day == date(2026, 3, 2)


@pytest.mark.parametrize("field", list(PLAIN))
def test_each_required_field_is_asked_for(field):
    given_body = {key: value for key, value in PLAIN.items() if key != field}
    assert list(parse(given_body).errors) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "not-a-uuid"), ("id", "{0b9f1f6e-6a0c-4c1e-9b1e-3f6f0b1f2a11}"), ("id", ID.replace("-", "")),
        ("id", "00000000-0000-0000-0000-000000000000"), ("id", 5), ("id", ID + "\n"), ("id", None),
        ("customer", "7"), ("customer", True), ("customer", 0), ("customer", 2**63), ("customer", 7.0),
        ("customer", None), ("customer", [7]),
        ("started_at", "2026-03-02T19:30:00"), ("started_at", "2026-02-30T10:00:00+08:00"),
        ("started_at", "2026-03-02T19:30:00+08:00\n"), ("started_at", 1772000000),
        ("started_at", "9999-12-31T23:59:59-12:00"), ("started_at", "0001-01-01T00:00:00+14:00"),
        ("started_at", "２０２６-03-02T19:30:00+08:00"), ("started_at", "2026-W10-1T10:00:00Z"),
        ("mode", "DOOR"), ("mode", ""), ("mode", ["door"]), ("mode", None),
        ("met", "true"), ("met", 1), ("met", None),
        ("note", 5), ("note", "字" * 2001), ("note", "x" * 10**6), ("note", "a\x00b"), ("note", "\ud800"),
        ("offers", {}), ("offers", [{"product": n, "result": "offered"} for n in range(1, 22)]),
        ("offers", [{"product": 1, "result": "offered"}, {"product": 1, "result": "refused"}]),
        ("needs", "牛"), ("next_on", "20260309"), ("next_on", "2026-02-30"), ("next_on", "2026-03-01"),
        ("latitude", 91), ("longitude", "107"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(field, value):
    pair = {"latitude": 25, "longitude": 107} if field in {"latitude", "longitude"} else {}
    found = errors(**{**pair, field: value})
    assert field in found
    assert all(isinstance(text, str) for text in found[field])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 10**400, True, "25"])
def test_numbers_are_finite_and_in_range(number):
    assert "latitude" in errors(latitude=number, longitude=107)
    assert "accuracy_m" in errors(latitude=25, longitude=107, accuracy_m=number)


def test_half_a_position_is_refused():
    assert list(errors(latitude=25)) == ["latitude"]
    assert list(errors(accuracy_m=5)) == ["accuracy_m"]


def test_lines_name_their_place():
    assert list(errors(offers=[{"product": 1, "result": "sold"}])) == ["offers.0.result"]
    assert list(errors(offers=["x"])) == ["offers.0"]
    assert list(errors(needs=[{"text": "牛"}, {"text": " ", "due_on": "x"}])) == [
        "needs.1.text",
        "needs.1.due_on",
    ]
    assert list(errors(needs=[{"text": "牛", "due_on": "2026-03-01"}])) == ["needs.0.due_on"]
    assert list(errors(needs=[{"text": "牛", "urgent": True}])) == ["needs.0.urgent"]


def test_unknown_fields_are_refused_and_named_in_ascii():
    assert list(errors(staff=3)) == ["staff"]
    assert next(iter(errors(**{"\ud800" + "长" * 99: 1}))).isascii()


@pytest.mark.parametrize(
    "text", [f"身份证 {id_number()}", "电话13800138000", "卡号 6222 0212 3456 7890 128", "138-0013-8000"]
)
def test_personal_numbers_are_refused_and_never_echoed(text):
    for found in (errors(note=text), errors(needs=[{"text": text}])):
        ((field, messages),) = found.items()
        assert field in {"note", "needs.0.text"}
        assert not any(digit in "".join(messages) for digit in "0123456789")


def test_the_same_said_otherwise_has_the_same_hash():
    first = body(note="e\u0301a", latitude=25, longitude=107, next_on=None)
    shuffled = dict(reversed(list({**PLAIN, "note": "\u00e9a", "latitude": 25.0, "longitude": 107}.items())))
    shuffled |= {"id": ID.upper(), "started_at": "2026-03-02T11:30:00.000Z", "offers": [], "needs": None}
    second = parse(json.loads(json.dumps(shuffled, indent=3))).body
    assert first.digest == second.digest
    assert len(first.digest) == 64


@pytest.mark.parametrize(
    "change",
    [{"met": False}, {"note": "x"}, {"customer": 8}, {"started_at": "2026-03-02T19:30:01+08:00"},
     {"needs": [{"text": "牛"}]}, {"next_on": "2026-03-02"}, {"accuracy_m": 1.5, "latitude": 1, "longitude": 1}],
)  # fmt: skip
def test_another_content_has_another_hash(change):
    assert body(**change).digest != body().digest


def test_the_hash_of_a_body_never_changes():
    """A laptop may be away for weeks: what it sends again must still be known after an upgrade."""
    full = body(
        note="谈到买牛", offers=[{"product": 3, "result": "accepted"}], needs=[{"text": "贷款", "due_on": "2026-03-20"}],
        next_on="2026-03-09", latitude=25.5, longitude=107.25, accuracy_m=35,
    )  # fmt: skip
    assert (body().digest[:16], full.digest[:16]) == ("965ed2bffef41c61", "1ed4c1d93211c751")


class LaterBody(VisitBody):
    """A body as a later version has it: with a score, and needs that may be urgent."""

    later: ClassVar = {}
    later_of_a_need: ClassVar = {}

    @property
    def content(self):
        plain = VisitBody.content.fget(self)
        return {**plain, "needs": [{**need, **self.later_of_a_need} for need in plain["needs"]], **self.later}


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_a_later_field_that_says_nothing_leaves_the_hash(monkeypatch, empty):
    """Else a laptop that sends a visit again after an upgrade is told of a conflict."""
    now = body(needs=[{"text": "牛"}])
    then = LaterBody(**{field.name: getattr(now, field.name) for field in fields(VisitBody)})
    monkeypatch.setattr(LaterBody, "later", {"score": empty})
    monkeypatch.setattr(LaterBody, "later_of_a_need", {"urgent": empty})
    assert then.digest == now.digest


@pytest.mark.parametrize("value", [0, 5, False, "好"])
def test_a_later_field_that_says_something_changes_the_hash(monkeypatch, value):
    now = body(needs=[{"text": "牛"}])
    then = LaterBody(**{field.name: getattr(now, field.name) for field in fields(VisitBody)})
    for place in ("later", "later_of_a_need"):
        with monkeypatch.context() as patch:
            patch.setattr(LaterBody, place, {"score": value})
            assert then.digest != now.digest
            assert json.loads(then.canonical)["note"] == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (*PLAIN, "note", "offers", "needs", "next_on", "latitude", "longitude", "accuracy_m")


@given(value=JSON)
@example(value={})
@example(value=[PLAIN])
def test_arbitrary_json_is_only_ever_wrong(value):
    found = parse(value)
    assert found.body is None
    assert found.errors
    json.dumps([found.errors, found.given_id], ensure_ascii=False).encode()


@given(changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4))
def test_arbitrary_values_in_known_fields_never_raise(changes):
    found = parse({**PLAIN, **changes})
    assert (found.body is None) == bool(found.errors)
    json.dumps(found.errors, ensure_ascii=False).encode()


@given(
    value=st.fixed_dictionaries(
        {
            "id": st.uuids(version=4).map(str),
            "customer": st.integers(1, 2**63 - 1),
            "started_at": st.integers(946684800, 4102444800).map(
                lambda at: datetime.fromtimestamp(at, UTC).isoformat()
            ),
            "mode": st.sampled_from(["door", "phone", "wechat", "counter", "event"]),
            "met": st.booleans(),
        },
        optional={
            "note": st.text(alphabet="牛羊猪鸡鸭鹅 é", max_size=50),
            "latitude": st.none(),
            "next_on": st.just("2101-01-01"),
        },
    )
)
def test_what_is_read_and_written_again_is_the_same(value):
    first = parse(value)
    assert first.errors == {}
    again = parse(json.loads(first.body.canonical))
    assert again.body == first.body
    assert (again.body.digest, again.body.canonical) == (first.body.digest, first.body.canonical)
    assert WHOLE not in first.errors


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-03-02T00:00:00+08:00", 2), ("2026-03-02T07:59:59+08:00", 2), ("2026-03-01T16:00:00Z", 2),
        ("2026-03-01T15:59:59Z", 1), ("2026-03-02T23:59:59+08:00", 2), ("2026-03-02T12:00:00-12:00", 3),
    ],
)  # fmt: skip
def test_the_day_is_the_banks_whatever_the_offset_says(at, day):
    assert body(started_at=at).day == date(2026, 3, day)
