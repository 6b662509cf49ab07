"""Mistakes in the set-up are caught at start; each check is seen to catch its own."""

import os
import secrets
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps as django_apps
from django.apps.registry import Apps
from django.core.checks import run_checks
from django.db import DatabaseError, models

from customers.models import Customer, Household
from gridbank import checks
from gridbank.keys import Keys
from people.enums import Role
from performance.models import Score
from products.models import Product
from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parent.parent.parent


def strong_keys(**changes) -> Keys:
    fields = {
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": {"k1": secrets.token_bytes(32)},
        "index_key": secrets.token_bytes(32),
        "from_environment": True,
    }
    return Keys(**{**fields, **changes})


@pytest.fixture
def production(settings, monkeypatch):
    """Set up everything as production wants it."""
    settings.KEYS = strong_keys()
    settings.SECRET_KEY = settings.KEYS.secret_key
    settings.ALLOWED_HOSTS = ["grid.bank.example"]
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    return settings


def found(check) -> list[str]:
    return [message.id.removeprefix("gridbank.") for message in check()]


def test_the_project_as_it_stands_has_no_fault(db):
    assert [message for message in run_checks() if not message.is_silenced() and message.level >= 40] == []


def test_a_right_set_up_is_let_through(production):
    assert found(checks.production_is_production) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DEBUG": True}, "E010"),
        ({"KEYS": strong_keys(from_environment=False)}, "E012"),
        ({"CELERY_TASK_ALWAYS_EAGER": True}, "E013"),
        ({"SECRET_KEY": "changeme" * 10}, "E015"),
        ({"KEYS": strong_keys(index_key=bytes(32))}, "E015"),
        ({"KEYS": strong_keys(field_keys={"k1": b"0123456789" * 3 + b"01"})}, "E015"),
        ({"KEYS": strong_keys(field_keys={"k1": b"x" * 32})}, "E015"),
        ({"KEYS": strong_keys(field_keys={"k1": bytes(range(32)), "k2": bytes(range(32))})}, "E015"),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, "E016"),
        ({"ALLOWED_HOSTS": ["grid.bank.example", "*"]}, "E016"),
        ({"ALLOWED_HOSTS": []}, "E016"),
    ],
)
def test_each_fault_is_named(production, change, code):
    for name, value in change.items():
        setattr(production, name, value)
    assert found(checks.production_is_production) == [code]


def test_sqlite_is_refused(production, monkeypatch):
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))
    assert found(checks.production_is_production) == ["E011"]


def test_the_demos_people_are_refused_and_a_bank_with_a_zhao_is_not(db):
    for name in checks.DEMO_USERNAMES[:-1]:
        UserFactory(username=name)
    assert found(checks.production_holds_no_demo) == []
    UserFactory(username=checks.DEMO_USERNAMES[-1], role=Role.AUDITOR)
    assert found(checks.production_holds_no_demo) == ["E014"]


def test_a_database_without_tables_is_no_demo(monkeypatch):
    def missing(*_args, **_kwargs):
        raise DatabaseError("no such table")

    monkeypatch.setattr("django.db.models.query.QuerySet.count", missing)
    assert found(checks.production_holds_no_demo) == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_postgresql_that_may_lose_commits_is_refused():
    with checks.connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        assert "E017" in found(checks.an_answer_is_durable)
        assert any("synchronous_commit" in message.msg for message in checks.an_answer_is_durable())
    finally:
        with checks.connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = on")
    assert not any("synchronous_commit" in message.msg for message in checks.an_answer_is_durable())


RIGHT = {
    "log_min_error_statement": "panic", "log_error_verbosity": "terse", "log_statement": "none",
    "log_min_duration_statement": "-1",
}  # fmt: skip


def shows(monkeypatch, **said: str) -> None:
    """Let PostgreSQL say how it is set up."""

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def execute(self, sql):
            self.name = sql.removeprefix("SHOW ")

        def fetchone(self):
            return ({**RIGHT, **said}[self.name],)

    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql", cursor=Cursor))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_min_error_statement", "error"), ("log_error_verbosity", "default"), ("log_statement", "mod"),
        ("log_min_duration_statement", "1s"),
    ],
)  # fmt: skip
def test_a_database_that_logs_rows_is_warned_of(monkeypatch, name, value):
    shows(monkeypatch)
    assert found(checks.the_database_logs_no_row) == []
    shows(monkeypatch, **{name: value})
    (message,) = checks.the_database_logs_no_row()
    assert (message.id, f"{name}={value}" in message.msg) == ("gridbank.W022", True)


def test_the_database_is_asked_what_it_logs(db):
    """The names are PostgreSQL's own; SQLite logs nothing."""
    asked = found(checks.the_database_logs_no_row)
    assert set(asked) <= {"W022"}
    assert (checks.connection.vendor == "postgresql") == bool(asked)


@pytest.mark.parametrize(("policy", "codes"), [("noeviction", []), ("allkeys-lru", ["E019"])])
def test_a_redis_that_evicts_is_refused(settings, monkeypatch, policy, codes):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr("redis.Redis.config_get", lambda *_: {"maxmemory-policy": policy})
    assert found(checks.the_broker_forgets_nothing) == codes


def test_a_broker_that_does_not_answer_stops_no_start(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert found(checks.the_broker_forgets_nothing) == []
    settings.CELERY_BROKER_URL = "filesystem://localhost//"
    assert found(checks.the_broker_forgets_nothing) == ["W018"]


def stray(monkeypatch, **fields: models.Field) -> type[models.Model]:
    """Return a model that nobody declared, alone in a registry of its own: no other test meets it."""
    meta = type("Meta", (), {"app_label": "tests", "apps": Apps()})
    model = type("Stray", (models.Model,), {**fields, "Meta": meta, "__module__": __name__})
    monkeypatch.setattr(checks, "apps", SimpleNamespace(get_models=lambda **_: [model]))
    return model


@pytest.mark.parametrize("name", ["household", "survivor", "score"])
@pytest.mark.parametrize("target", [Household, Customer, Score])
def test_a_model_with_an_owner_must_be_scoped_whatever_its_key_is_called(monkeypatch, name, target):
    stray(monkeypatch, **{name: models.ForeignKey(target, on_delete=models.PROTECT, related_name="+")})
    assert found(checks.rows_with_an_owner_are_scoped) == ["E001"]
    monkeypatch.setitem(checks.OPEN_ROWS, "tests.Stray", "a test's own")
    assert found(checks.rows_with_an_owner_are_scoped) == []


def test_a_key_that_is_alone_or_many_counts_like_any_other(monkeypatch):
    one = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="+")
    stray(monkeypatch, survivor=one)
    assert found(checks.rows_with_an_owner_are_scoped) == ["E001"]
    stray(monkeypatch, attending=models.ManyToManyField(Customer, related_name="+"))
    assert "E001" in found(checks.rows_with_an_owner_are_scoped)


def test_a_key_to_what_belongs_to_nobody_needs_no_scope(monkeypatch):
    stray(monkeypatch, product=models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+"))
    assert found(checks.rows_with_an_owner_are_scoped) == []


def test_every_open_row_is_there_and_says_why():
    known = {model._meta.label for model in django_apps.get_models(include_auto_created=True)}
    assert [name for name, why in checks.OPEN_ROWS.items() if name not in known or not why] == []


def test_a_catalogue_that_is_not_compiled_is_noticed(settings, tmp_path):
    folder = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    settings.BASE_DIR = tmp_path
    assert found(checks.catalogues_are_compiled) == ["W002"]
    (folder / "django.mo").touch()
    assert found(checks.catalogues_are_compiled) == []


def test_check_deploy_is_clean_with_everything_set(tmp_path):
    """A real process under the production profile; only what this machine's servers lack is reported."""
    import base64

    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    mine = {
        name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "GRIDBANK_"))
    }
    environment = {
        **mine,
        "GRIDBANK_PROFILE": "production",
        "GRIDBANK_VAR": str(tmp_path / "var"),
        "GRIDBANK_ANCHOR_FILE": str(tmp_path / "anchors.jsonl"),
        "GRIDBANK_SECRET_KEY": secrets.token_urlsafe(60),
        "GRIDBANK_FIELD_KEYS": f"2026a:{key()}",
        "GRIDBANK_INDEX_KEY": key(),
        "GRIDBANK_HOSTS": "grid.bank.example",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not (tmp_path / "var" / "keys.json").exists()


def test_anchors_beside_the_database_and_where_nobody_writes_are_named(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    settings.ANCHOR_FILE = tmp_path / "var" / "anchors.jsonl"
    settings.VAR_DIR.mkdir()
    assert found(checks.the_anchors_have_a_place) == ["W027"]
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    assert found(checks.the_anchors_have_a_place) == []
    monkeypatch.setattr(checks.os, "access", lambda *_: False)
    assert found(checks.the_anchors_have_a_place) == ["E028"]


@pytest.mark.parametrize(
    ("mode", "codes"), [(0o700, []), (0o750, ["E026"]), (0o755, ["E026"]), (0o701, ["E026"])]
)
def test_a_data_folder_that_others_may_look_into_is_refused(settings, tmp_path, mode, codes):
    tmp_path.chmod(mode)
    settings.VAR_DIR = tmp_path
    assert found(checks.nobody_else_reads_the_data_folder) == codes


@pytest.mark.parametrize(
    ("host", "options", "codes"),
    [
        ("", {}, []), ("/run/postgresql", {}, []), ("127.0.0.1", {}, []), ("db.bank.example", {}, ["E023"]),
        ("10.0.0.5", {"sslmode": "prefer"}, ["E023"]), ("10.0.0.5", {"sslmode": "verify-full"}, []),
    ],
)  # fmt: skip
def test_a_database_elsewhere_is_reached_by_tls(settings, monkeypatch, host, options, codes):
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    # the alias itself stays: only what the check reads is another
    monkeypatch.setattr(
        checks, "settings", SimpleNamespace(
            DATABASES={"default": {"HOST": host, "OPTIONS": options}}, CELERY_BROKER_URL="filesystem://localhost//"
        )
    )  # fmt: skip
    assert found(checks.what_leaves_the_machine_is_guarded) == codes


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("redis://127.0.0.1:6379/0", []), ("redis://localhost/0", []), ("filesystem://localhost//", []),
        ("redis://10.0.0.5:6379/0", ["E024"]), ("redis://:geheim@10.0.0.5:6379/0", []), ("rediss://r.bank.example", ["E024"]),
    ],
)  # fmt: skip
def test_a_redis_elsewhere_asks_for_a_password(settings, monkeypatch, url, codes):
    settings.CELERY_BROKER_URL = url
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))
    assert found(checks.what_leaves_the_machine_is_guarded) == codes


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_role_that_owns_its_tables_is_told():
    assert found(checks.whoever_serves_owns_no_table) == ["W025"]
    with checks.connection.cursor() as cursor:
        cursor.execute("CREATE ROLE gridbank_serving")
        cursor.execute("SET ROLE gridbank_serving")
        try:
            assert found(checks.whoever_serves_owns_no_table) == []
        finally:
            cursor.execute("RESET ROLE")


def test_production_set_up_wrongly_is_told_whatever_started_it(settings, monkeypatch):
    monkeypatch.setattr(checks, "run_checks", lambda **_: [checks.Error("DEBUG is on.", id="gridbank.E010")])
    assert checks.faults() == []
    settings.PRODUCTION = True
    assert checks.faults() == ["DEBUG is on. (gridbank.E010)"]


@pytest.mark.parametrize(
    "entry",
    [
        "import gridbank.wsgi",
        "from celery.signals import worker_init; import django; import gridbank.celery as c; c.app.loader.import_default_modules(); worker_init.send(None)",
    ],
)
def test_every_door_of_production_is_checked(tmp_path, entry):
    mine = {
        name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "GRIDBANK_"))
    }
    environment = {
        **mine, "GRIDBANK_PROFILE": "production", "GRIDBANK_VAR": str(tmp_path), "GRIDBANK_DEBUG": "1",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", entry], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "DEBUG is on. (gridbank.E010)" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 4
