"""How much of a target is due on a day."""

from datetime import date
from decimal import Decimal

from performance.indicators import INDICATORS
from performance.pace import begins_anew, due_by, is_dated


def test_what_happened_on_days_is_dated_and_what_people_have_is_not():
    assert {key for key, one in INDICATORS.items() if is_dated(one)} == {
        "visit_coverage", "marketing_success", "new_customers",
    }  # fmt: skip


def test_a_month_begins_anew_what_is_done_in_it():
    assert {key for key, one in INDICATORS.items() if begins_anew(one)} == {"visit_coverage", "new_customers"}


def test_the_days_gone_are_due():
    coverage, archives = INDICATORS["visit_coverage"], INDICATORS["archive_rate"]
    assert due_by(coverage, Decimal(30), date(2026, 11, 10)) == Decimal(10)
    assert due_by(coverage, Decimal(30), date(2026, 11, 30)) == Decimal(30)
    assert due_by(archives, Decimal(30), date(2026, 11, 10)) == Decimal(30)
