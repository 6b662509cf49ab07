"""The commands that rank and prove a month."""

from datetime import date

import pytest
from django.core.management import call_command

from gridbank.scoping import waive_scope
from performance.models import Run
from tests.performance.world import fill


@pytest.fixture
def october(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 10, 1))


def runs():
    with waive_scope("test"):
        return list(Run.objects.order_by("pk"))


def test_the_commands_rank_and_prove_a_month(cast, october, capsys):
    fill(cast)
    call_command("rank_month", "2026-09")
    call_command("verify_period", "2026-09")
    out = capsys.readouterr().out.split("\n")
    root = runs()[0].root_hash
    assert out[0] == f"{cast.root.code}:2026-09 done {root}"
    assert out[1] == f"{cast.root.code}:2026-09 run {runs()[0].pk} facts 45 {root} ok"
