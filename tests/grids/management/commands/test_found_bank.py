"""The command that founds a bank."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gridbank.scoping import waive_scope
from grids.models import Assignment, Grid
from tests.factories import UserFactory
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


def test_from_today_on_unless_a_day_is_given(county, boss, capsys):
    call_command("found_bank", "PT", "试点行", PINGTANG, "boss")
    assert f"responsible from {timezone.localdate()}" in capsys.readouterr().out


def test_what_is_refused_says_that_nothing_was_changed(county, capsys):
    clerk = UserFactory(username="clerk")
    for code, lead in (("pt", clerk), ("PT", clerk)):
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("found_bank", code, "试点行", PINGTANG, lead.username)
    assert capsys.readouterr().out == ""
    with waive_scope("a test looks at every grid"):
        assert not Grid.objects.exists()
