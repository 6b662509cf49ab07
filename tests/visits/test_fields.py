"""A visit's fields stand once: what a body says is what a row holds, and a new field is the work of few files."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

import visits
from visits.body import COLUMNS, NeedLine, OfferLine, VisitBody
from visits.models import Visit
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


def test_a_field_is_named_in_four_files_at_most():
    """A field that no rule speaks of: the next one will be like it."""
    found = {
        str(path.relative_to(ROOM))
        for path in ROOM.rglob("*.py")
        if "migrations" not in path.parts and "accuracy_m" in set(names(path))
    }
    assert found == {"body.py", "models.py", "forms/recording.py", "api/serializers.py"}
