"""Readiness asks schema, keys, files and a write; liveness asks none of them."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from gridbank import environment, fingerprints, readiness
from gridbank.keys import WrongKeysError
from gridbank.models import KeyFingerprint

pytestmark = pytest.mark.django_db


def lost(*_args, **_kwargs):
    raise OperationalError


def wrong_keys(settings, _monkeypatch):
    settings.KEYS = replace(settings.KEYS, index_key=b"o" * 32)


def keys_of_another(_settings, monkeypatch):
    """A process that began while the database was away learns it with its first connection."""

    def prove(*_args):
        raise WrongKeysError("no")

    monkeypatch.setattr("gridbank.readiness.schema_is_ours", prove)


def old_schema(_settings, monkeypatch):
    monkeypatch.setattr(readiness, "_ours", lambda: {("customers", "0999_tomorrow")})


def not_indexed(_settings, _monkeypatch):
    KeyFingerprint.objects.filter(name="index form").update(fingerprint="1")


def no_files(_settings, monkeypatch):
    monkeypatch.setattr(readiness, "files_are_there", lambda: False)


def full_disk(_settings, monkeypatch):
    def full(**_):
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(KeyFingerprint.objects, "update_or_create", full)


def no_database(_settings, monkeypatch):
    monkeypatch.setattr("gridbank.readiness.MigrationRecorder", lost)


@pytest.mark.parametrize(
    ("trouble", "missing"),
    [
        (wrong_keys, ["keys"]), (keys_of_another, ["keys"]), (old_schema, ["schema"]), (not_indexed, ["index"]), (no_files, ["files"]), (full_disk, ["write"]),
        (no_database, ["database"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(settings, monkeypatch, trouble, missing):
    assert Client().get("/readyz").json() == {"status": "ok"}
    trouble(settings, monkeypatch)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "not ready", "missing": missing})
    assert Client().get("/healthz").status_code == 200


def test_the_question_is_written_to_the_disk_into_one_row_that_is_no_key():
    for _ in range(2):
        assert readiness.can_write()
    (row,) = KeyFingerprint.objects.filter(name=readiness.PROBE)
    assert row.retired_at is not None
    assert fingerprints.prove()


def test_a_newer_schema_is_not_ours():
    MigrationRecorder(connection).record_applied("audit", "9999_next_year")
    assert not readiness.schema_is_ours()


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (wrong_keys, "The index key is not the one"),
        (old_schema, "manage.py migrate"),
        (not_indexed, "manage.py reindex_personal_data"),
        (no_files, "collectstatic"),
    ],
)
def test_nothing_starts_without_them(settings, monkeypatch, capsys, trouble, told):
    readiness.require()
    trouble(settings, monkeypatch)
    with pytest.raises(SystemExit) as end:
        readiness.require()
    assert end.value.code == environment.APP_LOAD_ERROR
    assert told in capsys.readouterr().err


def test_a_database_that_is_away_is_waited_for(monkeypatch):
    monkeypatch.setattr("gridbank.readiness.MigrationRecorder", lost)
    readiness.require()


def test_what_this_code_brings_is_planned_once(monkeypatch):
    assert readiness.schema_is_ours()
    monkeypatch.setattr("gridbank.readiness.MigrationLoader", lost)
    assert readiness.schema_is_ours()
