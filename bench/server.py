"""A PostgreSQL of one's own for the measurement, thrown away afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "8GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
}


def binaries() -> Path:
    """Find initdb's folder. Raises SystemExit, saying what to install."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    if found is None:
        sys.exit("bench: no PostgreSQL here. Install postgresql, or give DATABASE_URL an empty database.")
    return Path(found).parent


def free_port() -> int:
    """Return a port that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_postgres(command: Sequence[str]) -> None:
    """Run a command; initdb refuses to be root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)


@contextmanager
def own_postgres() -> Iterator[str]:
    """Start a server in a folder of its own and return its URL; stop and remove it afterwards."""
    tools, home = binaries(), Path(tempfile.mkdtemp(prefix="gridbank-bench-"))
    if os.geteuid() == 0:
        os.chown(home, pwd.getpwnam("postgres").pw_uid, -1)
    port, data = free_port(), str(home / "data")
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    try:
        _as_postgres(
            [
                str(tools / "initdb"),
                "-D",
                data,
                "-A",
                "trust",
                "-U",
                "postgres",
                "--locale=C.UTF-8",
                "-E",
                "UTF8",
                "-N",
            ]
        )
        _as_postgres(
            [
                str(tools / "pg_ctl"), "-D", data, "-w", "-s", "-l", str(home / "log"),
                "-o", f"-p {port} -k {home} {options}", "start",
            ]
        )  # fmt: skip
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        if Path(data, "postmaster.pid").exists():
            _as_postgres([str(tools / "pg_ctl"), "-D", data, "-m", "immediate", "-s", "stop"])
        shutil.rmtree(home, ignore_errors=True)
