"""`manage.py migrate`: one at a time, and not past a guard with rows behind it."""

import fcntl
import os
import subprocess
import sys
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.core.management import CommandError, call_command

from audit.services import record
from gridbank.alone import _KEY, WAITING
from gridbank.management.commands import migrate
from tests.gates import each_on_its_own
from tests.gridbank.test_walls import ROOT
from tests.upgrade import states


@pytest.fixture
def asked(monkeypatch):
    calls = []

    @contextmanager
    def alone(_tell):
        calls.append("alone")
        yield

    monkeypatch.setattr(migrate, "alone", alone)
    return calls


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "waits"), [({}, True), ({"check_unapplied": True}, False), ({"plan": True}, False)]
)
def test_who_only_looks_waits_for_nobody(asked, how, waits):
    call_command("migrate", "gridbank", verbosity=0, **how)
    assert asked == (["alone"] if waits else [])


@pytest.mark.django_db(transaction=True)
def test_a_guard_is_not_undone_while_it_holds_a_row():
    """Else whoever may migrate would be past it with one line."""
    record(actor=None, action="test.kept")
    with pytest.raises(CommandError, match=r"audit_auditevent holds rows.*Restore the backup"):
        call_command("migrate", "audit", "0001", verbosity=0)
    call_command("migrate", verbosity=0)


@contextmanager
def held(url, folder):
    """Hold the set-up as a third process would."""
    if url.startswith("sqlite"):
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield lambda: fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)
        return
    with closing(psycopg2.connect(url)) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_KEY])
        yield other.close


@pytest.mark.slow
@each_on_its_own
def test_two_at_once_make_the_tables_once(tmp_path, kind):
    server = os.environ.get("DATABASE_URL", "")
    url = (
        states.new_postgresql(server, "migrated_twice")
        if kind == "postgresql"
        else f"sqlite:///{tmp_path}/bank.sqlite3"
    )
    here = {**os.environ, **states.KEYS, "DATABASE_URL": url, "GRIDBANK_VAR": str(tmp_path)}
    with held(url, tmp_path) as release:
        both = [
            subprocess.Popen(
                [sys.executable, "manage.py", "migrate", "-v0"],
                cwd=ROOT,
                env=here,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        assert [each.stderr.readline() for each in both] == [f"gridbank: {WAITING}\n"] * 2
        release()
        said = [each.communicate()[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    if kind == "postgresql":
        states.drop_postgresql(server, "migrated_twice")
