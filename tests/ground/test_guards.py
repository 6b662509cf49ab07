"""A boundary that was drawn stays as it was, against every path."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from gridbank.triggers import broken
from ground import services
from ground.guards import KEPT, TABLE, guards
from ground.models import Boundary
from tests.ground.squares import square, versions

pytestmark = pytest.mark.usefixtures("unguarded")


def test_every_column_but_the_last_day_is_kept():
    """A column that is added later is guarded too, or this says so."""
    assert {field.column for field in Boundary._meta.concrete_fields} - {"valid_to"} == set(KEPT)


def test_what_was_drawn_stays_as_it_was(cast):
    for size in (0.1, 0.2):
        services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, size))
    first, second = versions(cast.east)
    today = timezone.localdate()
    for attempt in (
        lambda: Boundary.objects.filter(pk=second.pk).update(geojson=square(108)),
        lambda: Boundary.objects.filter(pk=second.pk).update(max_lat=26, valid_to=today),
        lambda: Boundary.objects.filter(pk=first.pk).update(valid_to=None),
        lambda: Boundary.objects.filter(pk=first.pk).update(valid_to=today),
        lambda: Boundary.objects.filter(pk=second.pk).update(drawn_by=cast.zhao),
        second.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert [(row.pk, row.max_lat, row.valid_to) for row in versions(cast.east)] == [
        (first.pk, first.max_lat, first.valid_to), (second.pk, second.max_lat, None),
    ]  # fmt: skip
    assert broken(connection, guards()) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "changed", [{"id": 0}, {"id": 0, "version": 2}, {"version": 9, "valid_to": "'2020-01-01'"}]
)
def test_sqlites_replace_removes_no_version(cast, changed):
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    columns = [field.column for field in Boundary._meta.fields]
    values = ", ".join(str(changed.get(column, column)) for column in columns)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(
            f"INSERT OR REPLACE INTO ground_boundary ({', '.join(columns)}) SELECT {values} FROM ground_boundary"
        )
    assert [row.version for row in versions(cast.east)] == [1]


def test_the_last_day_is_written_once(cast):
    """That alone may change, and only where there was none."""
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    (row,) = versions(cast.east)
    today = timezone.localdate()
    assert Boundary.objects.filter(pk=row.pk).update(valid_to=today) == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Boundary.objects.filter(pk=row.pk).update(valid_to=None)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM {}", "UPDATE {} SET geojson = '{{}}'", "UPDATE {} SET version = version"]
)
def test_sql_is_refused_like_anything_else(cast, statement):
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="stays as it was"),
        transaction.atomic(),
    ):
        cursor.execute(statement.format(TABLE))
    assert len(versions(cast.east)) == 1


@pytest.mark.postgres
def test_the_table_is_not_emptied(cast):
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {TABLE}")
    assert len(versions(cast.east)) == 1


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_what_is_made_is_also_taken_away(vendor):
    """Tests and migrations lift the guards and put them back: nothing may be left over."""
    sql = guards()[vendor]
    made = {words.split()[2] for words in sql["create"]}
    assert {words.split()[4].removesuffix("()") for words in sql["drop"]} == {
        name.removesuffix("()") for name in made
    }
