"""Readiness asks schema, keys, files and a write; liveness asks none of them."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gridbank import fingerprints, outages, readiness
from gridbank.models import KeyFingerprint
from tests.upgrade import states

SETUP = {"DJANGO_SETTINGS_MODULE": "gridbank.settings"}

pytestmark = pytest.mark.django_db


def lost(*_args, **_kwargs):
    raise OperationalError


def wrong_keys(settings, _monkeypatch):
    settings.KEYS = replace(settings.KEYS, index_key=b"o" * 32)


def old_schema(_settings, monkeypatch):
    monkeypatch.setattr(readiness, "_ours", lambda: {("customers", "0999_tomorrow")})


def newer_schema(_settings, monkeypatch):
    """Of a version that was migrated to while this one still runs."""
    MigrationRecorder(connection).record_applied("audit", "9999_tomorrow")


def no_room(_settings, monkeypatch):
    monkeypatch.setattr(readiness, "_has_room", lambda: False)


def not_indexed(_settings, _monkeypatch):
    KeyFingerprint.objects.filter(name="index form").update(fingerprint="1")


def no_files(_settings, monkeypatch):
    monkeypatch.setattr(readiness, "files_are_there", lambda: False)


def full_disk(_settings, monkeypatch):
    def full(*_args, **_how):
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(KeyFingerprint.objects, "update_or_create", full)


def wrong_at_the_first_connection(_settings, monkeypatch):
    def refused(*_args, **_how):
        raise fingerprints.WrongKeysError("no")

    monkeypatch.setattr("gridbank.readiness.MigrationRecorder", refused)


def no_database(_settings, monkeypatch):
    monkeypatch.setattr("gridbank.readiness.MigrationRecorder", lost)


@pytest.mark.parametrize(
    ("trouble", "missing"),
    [
        (wrong_keys, ["keys"]), (old_schema, ["schema"]), (newer_schema, ["schema"]), (no_room, ["write"]), (not_indexed, ["index"]), (no_files, ["files"]), (full_disk, ["write"]),
        (no_database, ["database"]), (wrong_at_the_first_connection, ["keys"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(settings, monkeypatch, trouble, missing):
    assert Client().get("/readyz").json() == {"status": "ok"}
    trouble(settings, monkeypatch)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "not ready", "missing": missing})
    assert Client().get("/healthz").status_code == 200


def test_a_disk_with_less_than_a_piece_of_room_is_full(monkeypatch):
    assert readiness._has_room()
    if connection.vendor == "sqlite":
        monkeypatch.setattr(outages, "ROOM", 2**60)
        assert not readiness._has_room()


@pytest.mark.postgres
def test_on_postgresql_more_than_what_fits_into_its_memory_is_written():
    with CaptureQueriesContext(connection) as asked:
        readiness._has_room()
    plan = asked.captured_queries[-2]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT TEXT) {plan}")
        assert "external merge  Disk" in "".join(line for (line,) in cursor.fetchall())


def test_the_question_leaves_one_row_that_is_no_key():
    before = KeyFingerprint.objects.count()
    for _ in range(3):
        assert readiness.can_write()
    assert KeyFingerprint.objects.count() == before + 1
    assert fingerprints.prove()


# as if by another user, and on a disk without room: the log of what is written may not grow
FULL = """
import resource, signal, sys
import django
django.setup()
from gridbank import readiness
from gridbank.models import KeyFingerprint
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
assert readiness.can_write()
KeyFingerprint.objects.count()
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
print(readiness.can_write())
"""


def test_a_full_disk_is_seen_though_the_database_takes_the_row(tmp_path, settings):
    """Without a commit nothing is written, and everything seems well."""
    if connection.vendor != "sqlite":
        # its disk is another machine's
        return
    database, mine = tmp_path / "bank.sqlite3", connection.settings_dict["NAME"]
    with closing(sqlite3.connect(database)) as copy, closing(sqlite3.connect(mine)) as source:
        source.backup(copy)
    keys = settings.KEYS
    field_keys = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in keys.field_keys.items())
    same = {
        "GRIDBANK_FIELD_KEYS": field_keys,
        "GRIDBANK_INDEX_KEY": base64.b64encode(keys.index_key).decode(),
    }
    said = states.run(f"sqlite:///{database}", "-c", FULL, "1", **SETUP, **same, GRIDBANK_VAR=str(tmp_path))
    # the journal may grow by nothing
    assert said == "False\n"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_standby_takes_nothing_and_serves_a_sentence(client):
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        assert client.get("/readyz").json() == {"status": "not ready", "missing": ["write"]}
        for path, kind in (("/accounts/login/", "text/html"), ("/api/v1/visits/sync/", "application/json")):
            answer = Client(raise_request_exception=False).post(path, {"username": "li", "password": "x"})
            assert answer.status_code in {401, 503}, kind
        assert (
            Client(raise_request_exception=False)
            .post("/accounts/login/", {"username": "li", "password": "x"})
            .status_code
            == 503
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (wrong_keys, "The index key is not the one"),
        (old_schema, "manage.py migrate"),
        (not_indexed, "manage.py reindex_personal_data"),
        (no_files, "collectstatic"),
    ],
)
def test_each_is_told_in_a_sentence(settings, monkeypatch, trouble, told):
    assert readiness.faults() == []
    trouble(settings, monkeypatch)
    try:
        (found,) = readiness.faults()
    except fingerprints.WrongKeysError as error:
        found = str(error)
    assert told in found


def test_files_that_somebody_else_collected_are_none(monkeypatch):
    class Theirs(ManifestFilesMixin):
        def load_manifest(self):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(readiness, "staticfiles_storage", Theirs.__new__(Theirs))
    assert not readiness.files_are_there()


def test_what_this_code_brings_is_planned_once(monkeypatch):
    assert readiness.schema_is_ours()
    monkeypatch.setattr("gridbank.readiness.MigrationLoader", lost)
    assert readiness.schema_is_ours()
