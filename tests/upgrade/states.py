"""A database for an upgrade: made empty, filled from a text, written to a text; on both kinds."""

import base64
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
from django.db.backends.sqlite3._functions import register

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TEXTS = {kind: HERE / f"state.{kind}.sql.gz" for kind in ("sqlite", "postgresql")}
# the state is sealed and signed: every later version must open it with the keys it was made with
KEYS = {
    "GRIDBANK_SECRET_KEY": "of a made-up bank that is only ever upgraded",
    "GRIDBANK_FIELD_KEYS": f"k1:{base64.b64encode(bytes(range(32))).decode()}",
    "GRIDBANK_INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
}
COMMAND = "python -m tests.upgrade.freeze"


def run(url: str, *arguments: str, **environment: str) -> str:
    """Run Python on a database and return what it said."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        cwd=ROOT,
        env={**kept, **KEYS, "DATABASE_URL": url, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read(kind: str) -> str:
    return gzip.decompress(TEXTS[kind].read_bytes()).decode()


def write(kind: str, text: str) -> None:
    # no time of day inside: the same state gives the same bytes
    TEXTS[kind].write_bytes(gzip.compress(text.encode(), mtime=0))


def load_sqlite(path: Path, text: str) -> str:
    """Fill a new file; return its address. Checks call functions that Django brings to SQLite."""
    with closing(sqlite3.connect(path)) as database:
        register(database)
        database.executescript(text)
    return f"sqlite:///{path}"


def dump_sqlite(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump()) + "\n"


def _on_server(server: str, sql: str) -> None:
    with closing(psycopg2.connect(server)) as database:
        database.autocommit = True
        with database.cursor() as cursor:
            cursor.execute(sql)


def new_postgresql(server: str, name: str) -> str:
    """Make an empty database beside the server's own; return its address."""
    drop_postgresql(server, name)
    _on_server(server, f"CREATE DATABASE {name}")
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def drop_postgresql(server: str, name: str) -> None:
    _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def load_postgresql(url: str, text: str) -> None:
    _on_server(url, text)


def dump_postgresql(url: str, tool: str) -> str:
    done = subprocess.run(
        [tool, "--no-owner", "--no-privileges", "--rows-per-insert=200", url],
        capture_output=True,
        text=True,
        check=True,
    )
    # what begins with a backslash is for psql alone; empty lines and comments say nothing
    lines = [line for line in done.stdout.splitlines() if not line.startswith("\\")]
    return "\n".join(lines) + "\n"


def postgresql_folder() -> Path:
    """Return where the server's programs are; `pg_dump` must be as new as the server."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if folders:
        return folders[-1]
    named = shutil.which("pg_dump")
    assert named, "no PostgreSQL here"
    return Path(named).resolve().parent
