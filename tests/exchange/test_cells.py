"""What a workbook takes for the values of a list, and how wide its columns are."""

from datetime import date

import pytest

from exchange.cells import cell_of, width_of


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, None),
        (3, 3),
        (2.5, 2.5),
        (True, "True"),
        (date(2026, 3, 1), "2026-03-01"),
        ("x" * 40_000, "x" * 32_000),
    ],
)
def test_days_are_written_and_what_is_no_number_is_text(value, cell):
    assert cell_of(value) == cell


def test_a_column_is_as_wide_as_what_stands_in_it():
    assert width_of(["户", None]) == 8
    assert width_of(["石银芝石银芝"]) == 14
    assert width_of(["长" * 99]) == 40
