"""Addresses of months."""

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize("month", ["2026-13", "2026-9", "２０２６-09", "2026-09\n"])
def test_a_month_is_written_in_one_way(db, month):
    with pytest.raises(CommandError):
        call_command("rank_month", month)
