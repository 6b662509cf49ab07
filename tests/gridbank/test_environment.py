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
    "DATABASE_URL": [
        "mysql://root:geheim@db/x",
        "postgress://db/x",
        "postgres://",
        "postgres://u@h:99999/x",
        "postgres://u@h/x?sslmode=yes",
        "db.example",
        "://",
    ],
    "CELERY_BROKER_URL": [
        "amqp://guest@localhost",
        "redis",
        "localhost:6379",
        "unix:///run/redis.sock",
        "memory://",
        "redis://",
        "redis://:bad@:x/0",
        "redis://h:99999/0",
        "redis://h:6379/zz",
    ],
    "GRIDBANK_PROXIES": ["foo,bar", "10.0.0.1/99", "10.0.0.1 10.0.0.2", "127.0.0.1,"],
    "GRIDBANK_TILE_URL": [
        "javascript:alert(1)",
        "ht tp",
        "; script-src *",
        "https://t.example/{z}; script-src *",
        "//t.example/",
        "https://t",
        "https://*/{z}",
        "https://t.example,x/",
    ],
    "GRIDBANK_VAR": ["/etc/passwd", "/etc/passwd/x"],
    "GRIDBANK_ANCHOR_FILE": ["/nonexistent/x/y", "/tmp"],
    "GRIDBANK_FIELD_KEYS": ["k1", "k1:geheim", ":x", "geheim,"],
    "GRIDBANK_INDEX_KEY": ["geheim", "gehäim", "c2hvcnQ="],
    "GRIDBANK_SEAL_KEY": ["geheim", "c2hvcnQ="],
    "GRIDBANK_SEAL_KEY_FILE": ["/nonexistent", "/etc/passwd", "/tmp"],
    "PORT": ["abc", "0", "65536", "80 81", "８０"],
    "HOST": ["a b", "http://x", "h:80/", "[::1]:80", "-"],
    "GRIDBANK_ROTATION_MONTHS": ["three years", "0", "241"],
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
    for name in WRONG:
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


RIGHT = {
    "CELERY_BROKER_URL": [
        "redis://h",
        "rediss://:p@h:6380/2",
        "filesystem://localhost//",
        "redis://[::1]:6379/0",
    ],
    "DATABASE_URL": [
        "postgres://h/x",
        "postgres:///x",
        "postgres://u:p@h:5433/x?sslmode=verify-full",
        "sqlite:////x/y",
    ],
    "GRIDBANK_PROXIES": ["*", "127.0.0.1,::1", "10.0.0.0/8"],
    "GRIDBANK_TILE_URL": [
        "https://tiles.bank.example:8443/{z}/{x}/{y}.png",
        "http://10.1.2.3/t/{z}/{x}/{y}.png?v=1",
    ],
    "GRIDBANK_VAR": ["/tmp/not/there/yet"],
    "PORT": ["1", "65535"],
    "HOST": ["0.0.0.0", "::", "bank.local"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in RIGHT for value in RIGHT[name]])
def test_a_right_value_is_taken(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    environment.read()


@pytest.mark.parametrize("name", ["GRIDBANK_VAR", "GRIDBANK_ANCHOR_FILE"])
def test_what_this_user_may_not_write_is_told_before_it_is_tried(name):
    code = "from gridbank import environment; environment.read()"
    # nothing is closed to root
    nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*nobody, sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, name: "/usr/share/gridbank"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert f"{name}: this user may not write" in done.stderr, done.stderr


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
    wrong = {
        "GRIDBANK_PROFILE": "prod", "GRIDBANK_DEBUG": "true", "GRIDBANK_PROXIES": "foo", "GRIDBANK_FIELD_KEYS": "k1:x",
        "GRIDBANK_SEAL_KEY": "x", "GRIDBANK_JOB_LEASE": "15m",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *start],
        cwd=ROOT, env={**os.environ, "GRIDBANK_VAR": str(tmp_path), **wrong},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == environment.APP_LOAD_ERROR
    assert [line.split()[1].rstrip(":") for line in done.stderr.splitlines()] == list(wrong)
    assert not any(tmp_path.iterdir())


def test_a_misspelt_name_is_told():
    # put together, so that the net over the settings' names doesn't take it for one
    wrong = f"{environment.PREFIX}PROFLE"
    strays = {wrong: "production", "GRIDBANK_VAR": "/x", "PATH": "/bin", "GRIDBANK_SECRET_KEY": "s"}
    assert environment.unread(strays) == [
        f"{wrong} is no setting of gridbank (did you mean GRIDBANK_PROFILE?)."
    ]
