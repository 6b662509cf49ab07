"""A visit's fields stand once: what a body says is what a row holds, and a new field is the work of few files."""

import ast
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from django import forms
from django.utils import timezone

import visits
from tests import factories
from visits.api.serializers import SentVisitSerializer, VisitSerializer
from visits.body import COLUMNS, OPTIONAL, REQUIRED, NeedLine, OfferLine, VisitBody
from visits.enums import Mode
from visits.forms.recording import VisitForm
from visits.models import Visit
from visits.presenting import bodies
from visits.services.rows import Place, to_visit

ROOM = Path(visits.__file__).parent


def full():
    return VisitBody(
        id=uuid4(), customer_id=7, started_at=datetime(2026, 3, 2, 17, 30, 5, 7, tzinfo=UTC), mode="phone",
        met=True, note="牛", offers=(OfferLine(3, "accepted"),), needs=(NeedLine("棚", date(2026, 4, 1)),),
        next_on=date(2026, 5, 1), latitude=26.1, longitude=107.2, accuracy_m=5.0,
    )  # fmt: skip


def test_a_row_says_what_its_body_said():
    body = full()
    assert {name for name in COLUMNS if getattr(body, name) is None} == set(), "every field is tried"
    row = to_visit(body, Place(1, 2, 3), received_at=timezone.now(), is_late=True)
    assert VisitBody.from_columns(row, offers=body.offers, needs=body.needs) == body
    assert (row.household_id, row.grid_id, row.staff_id, row.is_late) == (1, 2, 3, True)
    # after midnight in China
    assert row.day == date(2026, 3, 3)


def test_every_column_of_a_body_is_one_of_the_visit():
    assert set(full().columns()) <= {field.attname for field in Visit._meta.concrete_fields}


def names(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword):
            yield node.arg
        elif isinstance(node, ast.Constant):
            yield node.value


def test_the_api_says_every_column_without_naming_it():
    told = set(VisitSerializer().fields)
    assert {name.removesuffix("_id") for name in COLUMNS} <= told
    assert set(SentVisitSerializer().fields) == {*REQUIRED, *OPTIONAL}


def test_the_form_draws_a_field_that_has_no_place(cast):
    form = VisitForm(actor=cast.li, household=factories.HouseholdFactory(grid=cast.grid_li))
    assert form.unplaced == []
    form.fields["wish"] = forms.CharField()
    form.fields["hidden"] = forms.CharField(widget=forms.HiddenInput)
    assert [field.name for field in form.unplaced] == ["wish"]


def test_a_page_says_what_it_has_no_words_for(monkeypatch):
    """As if nothing had words: choices by their labels, what is empty not at all."""
    monkeypatch.setattr(bodies, "WORDED", {"customer_id"})
    visit = to_visit(replace(full(), next_on=None), Place(1, 2, 3), received_at=timezone.now(), is_late=True)
    said = dict(bodies.more_of(visit))
    named = {name: Visit._meta.get_field(name).verbose_name for name in ("mode", "note", "next_on")}
    assert said[named["mode"]] == Mode.PHONE.label
    assert said[named["note"]] == "牛"
    assert named["next_on"] not in said


def test_a_field_is_named_in_three_files_at_most():
    """A field that no rule speaks of: what a page doesn't word itself it draws as the model names it."""
    found = {
        str(path.relative_to(ROOM))
        for path in ROOM.rglob("*.py")
        if "migrations" not in path.parts and "accuracy_m" in set(names(path))
    }
    # its place on the page and its bounds in the document are its own
    worded = {"presenting/bodies.py", "api/serializers.py"}
    assert found - worded == {"body.py", "models.py", "forms/recording.py"}
