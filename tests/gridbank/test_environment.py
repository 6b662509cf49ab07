"""Every setting is read once; a wrong word or number is refused by its name, all of them at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gridbank import environment

ROOT = Path(__file__).resolve().parent.parent.parent
WRONG = {
    "GRIDBANK_PROFILE": ["prod", "Production", "production "],
    "GRIDBANK_DEBUG": ["true", "yes", "2"],
    "GRIDBANK_HOSTS": ["https://a.example", "a b", "a.example:8000", "a/b"],
    "GRIDBANK_ORIGINS": ["a.example", "https://a.example/path", "ftp://a.example"],
    "DATABASE_URL": ["mysql://root:geheim@db/x", "postgress://db/x", "db.example", "://", "postgres://"],
    "CELERY_BROKER_URL": [
        "amqp://guest@localhost",
        "redis",
        "localhost:6379",
        "redis://:geheim@x:x/0",
        "redis://h:99999/0",
        "unix:///x",
    ],
    "GRIDBANK_PROXIES": ["foo", "10.0.0.1,bar", "10.0.0.0/8"],
    "GRIDBANK_TILE_URL": ["javascript:alert(1)", "ht tp://x", "https://x; script-src *", "tiles"],
    "GRIDBANK_ANCHOR_FILE": ["/nonexistent/x/y", "/tmp"],
    "GRIDBANK_PEERS": ["all", "RANKS"],
    "PORT": ["abc", "0", "65536", "-1", "８０００"],
    "GRIDBANK_IDLE_MINUTES": ["15m", "0", "-1", "1e9", "fifteen"],
    "GRIDBANK_FIELD_CIPHER": ["sm5", "AES"],
    "GRIDBANK_JOB_LEASE": ["0", "-5", "nan", "inf", "60s"],
    "GRIDBANK_JOB_REPUBLISH": ["0", "1d"],
    "GRIDBANK_JOB_SWEEP": ["0", "often"],
    "GRIDBANK_LOCK_SECONDS": ["0", "1", "5s", "inf", "601"],
    "GRIDBANK_STATEMENT_SECONDS": ["0", "30000", "never"],
    "GRIDBANK_WEB_WORKERS": ["0", "many", "2.5"],
    "GRIDBANK_JOB_THREADS": ["0", "-2"],
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in [*WRONG, "GRIDBANK_VAR", "GRIDBANK_TILE_URL", "GRIDBANK_PROXIES"]:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_a_wrong_value_is_refused_by_its_name(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.read()
    (line,) = str(refused.value).splitlines()
    assert line.startswith(name)
    assert "geheim" not in line


def test_nothing_set_is_one_machine(monkeypatch):
    found = environment.read()
    assert (found.profile, found.debug, found.idle_minutes, found.field_cipher) == (
        "embedded",
        "0",
        15,
        "aes",
    )
    assert found.hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert (found.job_lease, found.job_republish, found.job_sweep) == (60, 30, 30)
    assert (found.lock_seconds, found.statement_seconds) == (5, 30)


def test_an_empty_value_is_none_at_all(monkeypatch):
    for name in WRONG:
        monkeypatch.setenv(name, "")
    assert environment.read().hosts == ["localhost", "127.0.0.1", "[::1]"]


def test_lists_may_have_blanks(monkeypatch):
    monkeypatch.setenv("GRIDBANK_HOSTS", " a.example, .b.example ,[::1],")
    monkeypatch.setenv("GRIDBANK_ORIGINS", "https://a.example, https://b.example:8443")
    found = environment.read()
    assert found.hosts == ["a.example", ".b.example", "[::1]"]
    assert found.origins == ["https://a.example", "https://b.example:8443"]


@pytest.mark.parametrize(
    "start",
    [
        ["manage.py", "check"],
        ["manage.py", "up"],
        ["-m", "celery", "-A", "gridbank.celery", "report"],
        ["-c", "import gridbank.wsgi"],
    ],
)
def test_all_faults_are_told_at_once_and_without_a_traceback(tmp_path, start):
    wrong = {"GRIDBANK_PROFILE": "prod", "GRIDBANK_DEBUG": "true", "GRIDBANK_JOB_LEASE": "15m"}
    done = subprocess.run(
        [sys.executable, *start],
        cwd=ROOT, env={**os.environ, "GRIDBANK_VAR": str(tmp_path), **wrong},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == environment.APP_LOAD_ERROR
    assert [line.split()[1] for line in done.stderr.splitlines()] == list(wrong)
    assert not any(tmp_path.iterdir())


def test_a_misspelt_name_is_told():
    # put together, so that the net over the settings' names doesn't take it for one
    wrong = f"{environment.PREFIX}PROFLE"
    strays = {wrong: "production", "GRIDBANK_VAR": "/x", "PATH": "/bin", "GRIDBANK_SECRET_KEY": "s"}
    assert environment.unread(strays) == [
        f"{wrong} is no setting of gridbank (did you mean GRIDBANK_PROFILE?)."
    ]
