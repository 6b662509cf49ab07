"""A whole installation in a folder of its own, made of real processes that a test may kill."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from gridbank.processes import _tie_to_parent

ROOT = Path(__file__).resolve().parent.parent.parent
# seconds; long past what the busiest machine takes: what is waited for here is whether, not how soon
PATIENCE = 600
CELERY = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "tests.e2e.app"]
SERVER = (
    os.environ.get("DATABASE_URL", "") if os.environ.get("DATABASE_URL", "").startswith("postgres") else ""
)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], Any], what: str) -> Any:
    """Ask until there is an answer; fail with what was waited for, later than any busy machine would take."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE} s in vain for {what}")


def _server(sql: str) -> None:
    with closing(psycopg2.connect(SERVER)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(sql)


class Site:
    """Folder, database and processes. `broker` is a Celery URL, empty for the filesystem."""

    def __init__(self, folder: Path, name: str, broker: str = "") -> None:
        self.var = folder / "var"
        self.var.mkdir(parents=True)
        self.name = name
        self.log = folder / "log"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.port = free_port()
        url = urlsplit(SERVER)._replace(path=f"/{name}").geturl() if SERVER else ""
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("GRIDBANK_", "PYTEST_", "DJANGO_"))
            },
            "DATABASE_URL": url,
            "CELERY_BROKER_URL": broker,
            "GRIDBANK_VAR": str(self.var),
            "GRIDBANK_JOB_LEASE": "2",
            "GRIDBANK_JOB_REPUBLISH": "1",
            "GRIDBANK_JOB_SWEEP": "0.5",
            "PYTHONPATH": str(ROOT),
        }

    # the database

    def migrate(self) -> None:
        if SERVER:
            _server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            _server(f'CREATE DATABASE "{self.name}"')
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--verbosity", "0", "--noinput")

    def copy_of(self, template: "Site") -> "Site":
        """Start from a migrated installation; quicker than migrating again."""
        shutil.copytree(template.var, self.var, dirs_exist_ok=True)
        if SERVER:
            _server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            _server(f'CREATE DATABASE "{self.name}" TEMPLATE "{template.name}"')
        return self

    def query(self, sql: str) -> list[tuple]:
        if SERVER:
            with closing(psycopg2.connect(self.environment["DATABASE_URL"])) as database:
                with database.cursor() as cursor:
                    cursor.execute(sql)
                    return cursor.fetchall()
        import sqlite3

        with closing(sqlite3.connect(self.var / "gridbank.sqlite3", timeout=20)) as database:
            return database.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        rows = self.query(sql)
        return rows[0][0] if rows else None

    # commands that end

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def python(self, code: str) -> str:
        """Run code in the project, as a service call from another process."""
        return self.manage("shell", "--verbosity", "0", "-c", code).strip()

    def ask_for_job(self, subject: str = "one", **arguments: Any) -> int:
        code = f"from jobs.requesting import request_job; print(request_job(kind='e2e.slow', subject={subject!r}, arguments={arguments!r}).pk)"
        return int(self.python(code).splitlines()[-1])

    # processes that stay

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**self.environment, **environment}, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
                preexec_fn=_tie_to_parent(os.getpid(), signal.SIGKILL),  # noqa: PLW1509
            )  # fmt: skip
        self.processes.append(process)
        return process

    def start_worker(self, name: str = "w", **environment: str) -> subprocess.Popen[bytes]:
        return self.start(
            *CELERY, "worker", "--pool=threads", "--concurrency=2", "--loglevel=WARNING",
            "--without-gossip", "--without-mingle", "--hostname", f"{name}@e2e",
            **environment,
        )  # fmt: skip

    def start_beat(self, name: str = "b", **environment: str) -> subprocess.Popen[bytes]:
        schedule = str(self.var / f"beat-{name}")
        return self.start(
            *CELERY, "beat", "--loglevel=WARNING", "--pidfile=", "--schedule", schedule, **environment
        )

    def start_web(self, workers: int = 2) -> subprocess.Popen[bytes]:
        process = self.start(
            sys.executable, "-m", "gunicorn", "gridbank.wsgi:application", "--bind", f"127.0.0.1:{self.port}",
            "--workers", str(workers), "--no-control-socket", "--log-level", "error", "--graceful-timeout", "3",
        )  # fmt: skip
        wait_for(self.answers, "the site")
        return process

    def start_up(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        return self.start(
            sys.executable, "manage.py", "up", "--port", str(self.port), *arguments, **environment
        )

    def stop(self) -> None:
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if SERVER:
            _server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')

    # HTTP

    def request(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send a request; JSON in, JSON out. Raises OSError when there is no answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data)
        request.add_header("Content-Type", "application/json")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except http.client.HTTPException as error:
            raise ConnectionError("The answer was cut off.") from error

    def answers(self) -> bool:
        try:
            return self.request("/healthz")[0] == 200
        except (OSError, ValueError):
            return False


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 a process and all it started, as the machine's power switch would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(status.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(status.parent.name))
    return found


def alive(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
