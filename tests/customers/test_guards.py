"""Where a household belonged stays said, whoever asks: spans are only added, and never two for one day."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from customers.guards import complete_guards, guards
from customers.models import Attribution, CompleteSpan
from gridbank.scoping import waive_scope
from gridbank.triggers import broken
from tests.factories import CustomerFactory, HouseholdFactory

TABLE = "customers_attribution"


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def span(cast):
    home = HouseholdFactory(grid=cast.grid_wu)
    row = Attribution(
        household=home, grid=cast.grid_li, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31)
    )
    row.save()
    return row


@pytest.mark.parametrize(
    ("since", "until", "stands"),
    [
        ((3, 31), (4, 9), False),
        ((2, 1), (3, 1), False),
        ((3, 5), (3, 6), False),
        ((2, 1), (4, 30), False),
        ((2, 1), (2, 28), True),
        ((4, 1), (4, 1), True),
    ],
)
def test_a_day_belongs_to_one_span(cast, span, since, until, stands):
    other = Attribution(
        household_id=span.household_id,
        grid=cast.grid_wang,
        valid_from=date(2026, *since),
        valid_to=date(2026, *until),
    )
    if stands:
        other.save()
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            other.save()
    Attribution(
        household=HouseholdFactory(), grid=cast.grid_wang, valid_from=span.valid_from, valid_to=span.valid_to
    ).save()


@pytest.mark.parametrize(
    "statement",
    [f"UPDATE {TABLE} SET valid_to = '2026-04-01'", f"DELETE FROM {TABLE}", f"UPDATE {TABLE} SET id = 99"],
)
def test_what_was_said_is_not_unsaid(span, statement):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with waive_scope("test"):
        assert Attribution.objects.get().valid_to == date(2026, 3, 31)


@pytest.mark.sqlite
def test_replace_finds_nothing_to_remove(span):
    replaced = f"INSERT OR REPLACE INTO {TABLE} VALUES (%s, '2026-05-01', '2026-05-02', %s, %s, NULL, NULL)"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replaced, [span.pk, span.grid_id, span.household_id])


def test_the_triggers_stand(db):
    assert [broken(connection, sql) for sql in (*guards(), *complete_guards())] == [[]] * 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customers_completespan SET valid_to = '2026-04-01'",
        "DELETE FROM customers_completespan",
        (
            "INSERT INTO customers_completespan (household_id, valid_from, valid_to) "
            "SELECT household_id, '2026-03-31', '2026-04-02' FROM customers_completespan"
        ),
    ],
)
def test_when_an_archive_was_complete_stays_said(cast, statement):
    home = HouseholdFactory(grid=cast.grid_li)
    CompleteSpan(household=home, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 31)).save()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with waive_scope("test"):
        assert CompleteSpan.objects.get().valid_to == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("table", "column"), [("customers_customer", "salt"), ("customers_household", "code")]
)
def test_what_ties_sealed_values_to_a_row_is_given_once(cast, table, column):
    """Exchanged between two rows together with their numbers, each number would open as the other's."""
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))
    key = {"customers_customer": person.pk, "customers_household": person.household_id}[table]
    for verb in ("UPDATE", "UPDATE OR REPLACE") if connection.vendor == "sqlite" else ("UPDATE",):
        with pytest.raises(DatabaseError, match="ties sealed values"), transaction.atomic():
            run(f"{verb} {table} SET {column} = 'another' WHERE id = {key}")
    run(f"UPDATE {table} SET {column} = {column} WHERE id = {key}")


def test_a_row_of_before_is_tied_for_the_first_time(cast):
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), salt=None)
    run(f"UPDATE customers_customer SET salt = 'first' WHERE id = {person.pk}")
