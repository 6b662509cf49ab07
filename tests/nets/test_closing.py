"""Whatever a ranking counts is written only after its month was held: who publishes it waits, or is waited for."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from gridbank.errors import Refused
from grids import closing
from tests.nets.calling import CALLS, KNOWN, SERVICES, given
from tests.nets.site import World

# what an indicator looks at, by the columns that it reads
COUNTED = {
    "visits.Visit": ("day", "met", "staff_id", "household_id", "is_late"),
    "products.Offer": ("offered_on", "result", "staff_id", "customer_id"),
    "grids.Assignment": ("valid_from", "valid_to", "user_id", "grid_id", "part"),
}
DAYS = ("customer_since", "app_informed_on", "app_downloaded_on", "app_verified_on")
# They work inside somebody else's transaction, which holds the months; or set up a bank that has none yet.
ELSEWHERE = {
    "products.services.offers_bulk_create": "the visit's service has held the month",
    "products.services.offers_replace": "the visit's correction has held both months",
    "grids.services.withdrawing.assignment_withdraw": "it hasn't begun, or is refused: no month has counted it",
    "grids.services.withdrawing.assignment_end_withdraw": "the end lies ahead, or is refused: no month has counted it",
    "grids.services.undoing.assignments_take_back": "nothing before today changes: no month has counted it",
    "visits.services.bulk.visits_bulk_create": "the demo's and an import's: their rows say themselves what is late",
}

# what lies in the final month stays as it was
BEHIND_IT = {
    "grids.services.assignments.assignment_end": "today is the last day: only the days after it are changed"
}


def counted() -> dict[str, set[Any]]:
    found = {
        label: set(models.QuerySet(apps.get_model(label)).values_list("pk", *columns))
        for label, columns in COUNTED.items()
    }
    people = models.QuerySet(apps.get_model("customers.Customer")).values_list("pk", *DAYS)
    found["customers.Customer"] = {row for row in people if any(row[1:])}
    return found


@pytest.fixture
def asked(monkeypatch) -> list[tuple[int, int]]:
    """Note which months are asked about; a change must not be told before."""
    months: list[tuple[int, int]] = []

    def judge(_grid: Any, days: Any) -> Any:
        months.extend((day.year, day.month) for day in days)
        return ()

    def listen(change: closing.Change) -> None:
        told = {(day.year, day.month) for day in change.days if day is not None}
        assert told <= set(months), "told of a month that nobody held"

    monkeypatch.setattr(closing, "_judges", [judge])
    monkeypatch.setattr(closing, "_listeners", [listen])
    return months


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_counted_is_written_in_a_month_that_is_held(shared: World, name: str, asked):
    arguments = given(shared, name)
    before = counted()
    asked.clear()
    SERVICES[name](**arguments)
    if counted() == before:
        return
    assert bool(asked) != (name in ELSEWHERE)


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_written_for_a_final_month_is_told(shared: World, name: str, monkeypatch):
    """Every month is final here: whatever is counted and yet stored is told to who enters it, or listed."""
    listed: list[closing.Change] = []
    arguments = given(shared, name)
    monkeypatch.setattr(closing, "_judges", [lambda _grid, days: days])
    monkeypatch.setattr(closing, "_listeners", [listed.append])
    before = counted()
    with closing.listening() as heard:
        try:
            SERVICES[name](**arguments)
        except Refused:
            return
    if counted() != before and name not in {*ELSEWHERE, *BEHIND_IT}:
        assert heard, "it counts nowhere, and nobody is told"


def test_the_exceptions_are_services():
    assert {*ELSEWHERE, *BEHIND_IT} <= set(CALLS)
