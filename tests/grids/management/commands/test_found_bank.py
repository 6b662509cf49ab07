"""The command that founds a bank."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from grids.models import Assignment
from tests.grids.banks import PINGTANG

SINCE = date(2026, 11, 1)


def test_the_command_founds_once(county, boss, capsys):
    call_command("found_bank", "PT", "试点行", PINGTANG, "BOSS", since=SINCE)
    assert "11 branches, 131 base grids; boss is responsible from 2026-11-01" in capsys.readouterr().out
    assert list(Assignment.on(SINCE).values_list("user__username", "grid__code", "part")) == [
        ("boss", "PT", "lead")
    ]
    with pytest.raises(CommandError, match="PT"):
        call_command("found_bank", "PT", "试点行", PINGTANG, "boss")
    with pytest.raises(CommandError, match="no account nobody"):
        call_command("found_bank", "QT", "试点行", PINGTANG, "nobody")
