"""`check --deploy` names every weakness that docs/operate.md speaks of: each is made, and its number expected."""

import re
from types import SimpleNamespace

import pytest
from django.core.checks import Tags, run_checks

from gridbank.checks import production, servers
from tests.gridbank.checks.found import found
from tests.gridbank.checks.test_production import strong_keys
from tests.gridbank.checks.test_servers import shows
from tests.gridbank.test_walls import ROOT

PAGE = (ROOT / "docs" / "operate.md").read_text()
TOLD = dict(re.findall(r"^\| `gridbank\.([EW]\d{3})` \| (.+?) \|$", PAGE, re.MULTILINE))
# of no profile: they stand in `check` without --deploy
ALWAYS = {"E001", "W002", "W020", "E043"}


def environment(**changed):
    return lambda the: setattr(the, "ENVIRONMENT", the.ENVIRONMENT.model_copy(update=changed))


def setting(name, value):
    return lambda the: setattr(the, name, value)


# what the page says, in its words; how it is broken; what is named then. Weaknesses that a file, a database's state or
# this process's user makes are broken in the mirrors beside this file.
WEAKNESSES = [
    ("stay on loopback behind a proxy", environment(listen_host="0.0.0.0"), "W029"),
    ("`production` turns on secure cookies", setting("PRODUCTION", False), "E032"),
    ("names of the site, comma-separated", setting("ALLOWED_HOSTS", ["localhost"]), "E016"),
    ("`https://name` of the site", environment(origins=["http://grid.bank.example"]), "W033"),
    ("whose `X-Forwarded-*` headers gunicorn believes", environment(proxies="*"), "E034"),
    ("not on the database's machine", setting("KEYS", strong_keys(from_environment=False)), "E012"),
    ("base64 of 32 bytes; seals every row", setting("SEAL_KEY", bytes(32)), "E015"),
    ("plain or doubled keys", setting("KEYS", strong_keys(index_key=b"x" * 32)), "E015"),
    ("a map tile server inside the bank", environment(tile_url="http://tiles.bank.example/"), "W038"),
    ("stay below gunicorn's `--timeout`", environment(statement_seconds=60), "W039"),
    ("jobs and commands wait as long as it takes", environment(lock_seconds=90), "W039"),
    ("shows tracebacks in the browser; refused in production", setting("DEBUG", True), "E010"),
    ("a folder in the data folder", setting("CELERY_BROKER_URL", "filesystem://localhost//"), "W018"),
    ("asks for no password", setting("CELERY_BROKER_URL", "rediss://10.0.0.5/0"), "E024"),
    ("`rediss://` with TLS", setting("CELERY_BROKER_URL", "redis://:word@10.0.0.5/0"), "W031"),
]
SHOWN = [
    ("PostgreSQL 15 or newer", {"server_version_num": "140009"}, "E041"),
    ("its own role and database, UTF-8", {"server_encoding": "LATIN1"}, "E041"),
    ("Keep `fsync`", {"fsync": "off"}, "E017"),
    ("`full_page_writes`", {"full_page_writes": "off"}, "E017"),
    ("`synchronous_commit` on", {"synchronous_commit": "off"}, "E017"),
    ("`log_min_error_statement = panic`", {"log_min_error_statement": "error"}, "W022"),
    ("`log_error_verbosity = terse`", {"log_error_verbosity": "verbose"}, "W022"),
    ("`log_statement = none`", {"log_statement": "all"}, "W022"),
    ("`log_min_duration_statement = -1`", {"log_min_duration_statement": "0"}, "W022"),
    ("`log_min_duration_sample = -1`", {"log_min_duration_sample": "0"}, "W022"),
    ("`log_transaction_sample_rate = 0`", {"log_transaction_sample_rate": "1"}, "W022"),
    ("`max_connections` ≥", {"max_connections": "5"}, "W040"),
]


def named() -> list[str]:
    """Return the numbers of our own checks; Django's and other packages' speak for themselves."""
    said = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return [each.id.removeprefix("gridbank.") for each in said if each.id.startswith("gridbank.")]


@pytest.fixture
def right(settings, tmp_path, monkeypatch):
    """Set up everything as the page says; of what can't be set here nothing is asked."""
    settings.KEYS = strong_keys()
    settings.SECRET_KEY = settings.KEYS.secret_key
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["grid.bank.example"]
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir(0o700)
    monkeypatch.setattr(production.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(production.settings, "BASE_DIR", tmp_path / "nowhere")
    monkeypatch.setattr(servers, "connection", SimpleNamespace(vendor="none"))
    monkeypatch.setattr(servers, "all_broken", lambda _: [])
    monkeypatch.setattr(
        servers, "MigrationExecutor",
        lambda _: SimpleNamespace(migration_plan=len, loader=SimpleNamespace(graph=SimpleNamespace(leaf_nodes=list))),
    )  # fmt: skip
    return settings


@pytest.mark.django_db
def test_what_is_set_up_as_the_page_says_has_no_weakness(right):
    assert named() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "broken", "number"), WEAKNESSES)
def test_a_weakness_of_the_page_is_named(right, words, broken, number):
    assert words in PAGE
    broken(right)
    assert named() == [number]


@pytest.mark.parametrize(("words", "said", "number"), SHOWN)
def test_a_weakness_of_the_database_is_named(monkeypatch, words, said, number):
    assert words in PAGE
    shows(monkeypatch, **said)
    checks = [
        servers.the_database_is_a_servers,
        servers.an_answer_is_durable,
        servers.the_database_logs_no_row,
    ]
    assert [id_ for check in [*checks, servers.there_are_connections_for_all] for id_ in found(check)] == [
        number
    ]


def test_the_page_lists_every_number_and_no_other():
    source = "".join(path.read_text() for path in sorted((ROOT / "gridbank" / "checks").glob("*.py")))
    numbers = {f"E{int(number):03}" for number in re.findall(r"\berror\((\d+)", source)}
    numbers |= {f"W{int(number):03}" for number in re.findall(r"\bcaution\((\d+)", source)}
    # two that say the same of two files
    numbers |= {"E036", "E037"}
    assert set(TOLD) == numbers | ALWAYS


@pytest.mark.django_db
def test_each_is_said_in_english_and_below_it_in_chinese(right):
    right.DEBUG = True
    (said,) = [each for each in run_checks([*()], [Tags.security], True) if each.id == "gridbank.E010"]
    assert (said.msg, said.hint) == ("DEBUG is on.", "DEBUG 处于开启状态。")
