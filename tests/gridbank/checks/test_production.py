"""Mistakes in the set-up are caught at start; each check is seen to catch its own."""

import base64
import os
import re
import secrets
import subprocess
import sys

import pytest
from django.core.checks import Error, run_checks
from django.db import DatabaseError

from gridbank import checks
from gridbank.checks import production as ours
from gridbank.keys import Keys
from gridbank.management.commands.up import programs
from people.enums import Role
from tests.factories import UserFactory
from tests.gridbank.checks.found import found
from tests.gridbank.test_walls import ROOT


def strong_keys(**changes) -> Keys:
    fields = {
        "secret_key": secrets.token_urlsafe(50),
        "field_keys": {"k1": secrets.token_bytes(32)},
        "index_key": secrets.token_bytes(32),
        "from_environment": True,
    }
    return Keys(**{**fields, **changes})


@pytest.fixture
def production(settings):
    """Set up everything as production wants it."""
    settings.KEYS = strong_keys()
    settings.SECRET_KEY = settings.KEYS.secret_key
    settings.ALLOWED_HOSTS = ["grid.bank.example"]
    settings.PRODUCTION = True
    return settings


def test_a_right_set_up_is_let_through(production):
    assert found(ours.production_is_production) + found(ours.keys_are_keys) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DEBUG": True}, "E010"),
        ({"PRODUCTION": False}, "E032"),
        ({"KEYS": strong_keys(from_environment=False)}, "E012"),
        ({"CELERY_TASK_ALWAYS_EAGER": True}, "E013"),
        ({"SECRET_KEY": "changeme" * 10}, "E015"),
        ({"KEYS": strong_keys(index_key=bytes(32))}, "E015"),
        ({"KEYS": strong_keys(field_keys={"k1": b"0123456789" * 3 + b"01"})}, "E015"),
        ({"KEYS": strong_keys(field_keys={"k1": b"x" * 32})}, "E015"),
        ({"KEYS": strong_keys(field_keys={"k1": bytes(range(32)), "k2": bytes(range(32))})}, "E015"),
        ({"SEAL_KEY": bytes(32)}, "E015"),
        ({"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}, "E016"),
        ({"ALLOWED_HOSTS": ["grid.bank.example", "*"]}, "E016"),
        ({"ALLOWED_HOSTS": []}, "E016"),
    ],
)
def test_each_fault_is_named(production, change, code):
    for name, value in change.items():
        setattr(production, name, value)
    asked = (ours.production_is_production, ours.keys_are_keys, ours.no_key_stands_twice)
    assert [each for one in asked for each in found(one)] == [code]


def test_one_key_for_two_purposes_is_refused_the_seals_too(production):
    production.SEAL_KEY = production.KEYS.index_key
    assert (found(ours.keys_are_keys), found(ours.no_key_stands_twice)) == ([], ["E015"])
    # on a bench too
    production.PRODUCTION = False
    assert "gridbank.E015" in [each.id for each in run_checks()]


def test_the_demos_people_are_refused_and_a_bank_with_a_zhao_is_not(db):
    for name in ours.DEMO_USERNAMES[:-1]:
        UserFactory(username=name)
    assert found(ours.production_holds_no_demo) == []
    UserFactory(username=ours.DEMO_USERNAMES[-1], role=Role.AUDITOR)
    assert found(ours.production_holds_no_demo) == ["E014"]


def test_a_database_without_tables_is_no_demo(monkeypatch):
    def missing(*_args, **_kwargs):
        raise DatabaseError("no such table")

    monkeypatch.setattr("django.db.models.query.QuerySet.count", missing)
    assert found(ours.production_holds_no_demo) == []


def test_check_deploy_is_clean_with_everything_set(tmp_path):
    """A real process under the production profile; reported is only that its database wasn't there to be asked."""

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
    # a checkout that its user may write, or root's
    assert set(re.findall(r"\(([\w.]+)\)", done.stderr)) - {"gridbank.W042"} == {"gridbank.E044"}
    assert done.returncode != 0
    assert not (tmp_path / "var" / "keys.json").exists()


@pytest.mark.parametrize("name", ["the seal key's file", "the environment's file"])
def test_a_file_of_keys_that_others_may_read_is_refused(settings, tmp_path, monkeypatch, name):
    file = tmp_path / "keys"
    file.touch(0o600)
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir(0o700)
    number = "E037"
    if name == "the seal key's file":
        number = "E036"
        settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"seal_key_file": file})
    else:
        monkeypatch.setattr(ours, "ENVIRONMENT_FILE", file)
    assert found(ours.nobody_else_reads_what_is_ours) == []
    file.chmod(0o640)
    assert found(ours.nobody_else_reads_what_is_ours) == [number]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []), ({"listen_host": "::1"}, []), ({"listen_host": "0.0.0.0"}, ["W029"]), ({"listen_host": "::"}, ["W029"]),
        ({"proxies": "*"}, ["E034"]), ({"proxies": "10.0.0.0/8"}, []), ({"proxies": "127.0.0.1,0.0.0.0/0"}, ["E034"]),
        ({"proxies": "::/0"}, ["E034"]), ({"origins": ["https://grid.bank.example"]}, []),
        ({"origins": ["http://grid.bank.example"]}, ["W033"]), ({"origins": ["https://*.bank.example"]}, ["W033"]),
    ],
)  # fmt: skip
def test_only_the_proxys_word_is_taken(settings, changed, codes):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update=changed)
    assert found(ours.only_the_proxy_is_believed) == codes


def test_who_serves_is_neither_root_nor_the_codes_owner(monkeypatch):
    may = {"write": False}
    monkeypatch.setattr(ours.os, "access", lambda *_: may["write"])
    monkeypatch.setattr(ours.os, "geteuid", lambda: 1000)
    assert found(ours.who_serves_changes_no_code) == []
    may["write"] = True
    assert found(ours.who_serves_changes_no_code) == ["W042"]
    may["write"] = False
    monkeypatch.setattr(ours.os, "geteuid", lambda: 0)
    assert found(ours.who_serves_changes_no_code) == ["W042"]


def test_the_timeout_that_patience_is_measured_by_is_gunicorns():
    web = next(program.command for program in programs("127.0.0.1", 8000) if program.name == "web")
    assert web[web.index("--timeout") + 1] == str(ours.WEB_TIMEOUT)


def test_anchors_beside_the_database_and_where_nobody_writes_are_named(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path / "var"
    settings.ANCHOR_FILE = tmp_path / "var" / "anchors.jsonl"
    settings.VAR_DIR.mkdir()
    assert found(ours.the_anchors_have_a_place) == ["W027"]
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    assert found(ours.the_anchors_have_a_place) == []
    monkeypatch.setattr(ours.os, "access", lambda *_: False)
    assert found(ours.the_anchors_have_a_place) == ["E028"]


@pytest.mark.parametrize(
    ("mode", "codes"), [(0o700, []), (0o750, ["E026"]), (0o755, ["E026"]), (0o701, ["E026"])]
)
def test_a_data_folder_that_others_may_look_into_is_refused(settings, tmp_path, mode, codes):
    tmp_path.chmod(mode)
    settings.VAR_DIR = tmp_path
    assert found(ours.nobody_else_reads_what_is_ours) == codes


def test_production_set_up_wrongly_is_told_whatever_started_it(settings, monkeypatch):
    of_any, of_production = Error("A key.", id="gridbank.E015"), Error("DEBUG is on.", id="gridbank.E010")
    away = Error("The database does not answer.", id=checks.servers.AWAY)

    def found(*, include_deployment_checks, **_):
        return [of_any, *([of_production, away] if include_deployment_checks else [])]

    monkeypatch.setattr(checks, "run_checks", found)
    assert checks.faults() == ["A key. (gridbank.E015)"]
    settings.PRODUCTION = True
    assert checks.faults() == ["A key. (gridbank.E015)", "DEBUG is on. (gridbank.E010)"]


@pytest.mark.parametrize("form", ["base64", "without padding", "urlsafe", "hexadecimal", "the whole list"])
@pytest.mark.parametrize("which", ["index_key", "field key"])
def test_a_key_that_stands_twice_is_seen_in_whatever_form_it_was_copied(settings, form, which):
    keys = strong_keys()
    key = keys.index_key if which == "index_key" else next(iter(keys.field_keys.values()))
    written = {
        "base64": base64.b64encode(key).decode(),
        "without padding": base64.b64encode(key).decode().rstrip("="),
        "urlsafe": base64.urlsafe_b64encode(key).decode(),
        "hexadecimal": key.hex(),
        "the whole list": f"2026a:{base64.b64encode(key).decode()},2025a:{base64.b64encode(b'o' * 32).decode()}",
    }[form]
    settings.KEYS, settings.SECRET_KEY = keys, keys.secret_key
    assert found(ours.no_key_stands_twice) == []
    settings.SECRET_KEY = written
    assert found(ours.no_key_stands_twice) == ["E015"]


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
