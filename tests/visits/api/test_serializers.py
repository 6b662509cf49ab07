"""What the document says of a sent visit is what the reader takes: clients are written after the document."""

import uuid

import pytest
from django.utils import timezone
from rest_framework import serializers as drf

from products.enums import OfferResult
from tests.factories import VisitFactory
from visits.api import serializers
from visits.api.serializers import (
    SentNeedSerializer,
    SentOfferSerializer,
    SentVisitSerializer,
    VisitSerializer,
)
from visits.body import COLUMNS, OPTIONAL, REQUIRED, parse
from visits.enums import Mode, Outcome

DAY = timezone.localdate().isoformat()
FULL = {
    "id": str(uuid.uuid4()), "customer": 7, "started_at": f"{DAY}T08:00:00+08:00", "mode": "door", "met": True, "note": "牛",
    "offers": [{"product": 3, "result": "offered"}], "needs": [{"text": "棚", "due_on": DAY}], "next_on": DAY,
    "latitude": 26.1, "longitude": 107.2, "accuracy_m": 5.0,
}  # fmt: skip


def test_the_document_names_the_fields_that_are_read():
    fields = SentVisitSerializer().get_fields()
    assert set(fields) == {*REQUIRED, *OPTIONAL}
    assert {name for name, field in fields.items() if field.required} == set(REQUIRED)
    assert set(SentOfferSerializer().get_fields()) == {"product", "result"}
    assert set(SentNeedSerializer().get_fields()) == {"text", "due_on"}


def test_the_api_says_every_column_without_naming_it():
    assert {name.removesuffix("_id") for name in COLUMNS} <= set(VisitSerializer().fields)


def test_what_the_document_allows_is_read():
    checked = SentVisitSerializer(data=FULL)
    assert checked.is_valid(), checked.errors
    assert parse(FULL).errors == {}
    least = {name: FULL[name] for name in REQUIRED}
    assert SentVisitSerializer(data=least).is_valid()
    assert parse(least).errors == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "x"), ("customer", "x"), ("started_at", "yesterday"), ("mode", "fly"), ("met", "perhaps"),
        ("note", "字" * 2001), ("offers", "x"), ("offers", [{"product": 1}]), ("offers", [{"product": 1, "result": "sold"}]),
        ("needs", [{"due_on": DAY}]), ("needs", [{"text": "字" * 301}]), ("next_on", "soon"), ("latitude", 91),
        ("longitude", -181), ("accuracy_m", -1),
    ],
)  # fmt: skip
def test_what_the_document_forbids_is_refused(field, value):
    assert field in SentVisitSerializer(data={**FULL, field: value}).fields
    assert not SentVisitSerializer(data={**FULL, field: value}).is_valid()
    assert parse({**FULL, field: value}).errors


@pytest.mark.parametrize("name", [name for name in OPTIONAL if name not in {"note", "offers", "needs"}])
def test_nothing_known_may_be_written_as_null(name):
    empty = {**FULL, "latitude": None, "longitude": None, "accuracy_m": None, name: None}
    assert SentVisitSerializer(data=empty).is_valid()
    assert parse(empty).errors == {}


def test_choices_stand_in_the_document_as_they_are_read():
    for serializer, field, choices in (
        (SentVisitSerializer, "mode", Mode), (SentOfferSerializer, "result", OfferResult),
        (serializers.SyncResultSerializer, "status", Outcome),
    ):  # fmt: skip
        assert list(serializer().get_fields()[field].choices) == choices.values


def test_a_visit_is_read_and_never_written(cast, person):
    """No note and no number of the household comes along: a visit names it by its key."""
    visit = VisitFactory(customer=person, staff=cast.li, note="备注", latitude=26.1, longitude=107.2)
    said = VisitSerializer(visit).data
    assert (said["id"], said["household"], said["customer"]) == (
        str(visit.pk),
        person.household_id,
        person.pk,
    )
    assert (said["grid"], said["staff"], said["note"], said["version"]) == (
        cast.grid_li.pk,
        cast.li.pk,
        "备注",
        1,
    )
    assert not {"body_hash", "offers", "needs"} & set(said)
    fields = VisitSerializer().get_fields()
    assert {name for name, field in fields.items() if not field.read_only} == set()
    assert not any(isinstance(field, drf.BaseSerializer) for field in fields.values())
