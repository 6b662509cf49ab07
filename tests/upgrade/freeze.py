"""Keep the present state as what every later version must be able to start from.

`python -m tests.upgrade.freeze` seeds a tiny bank on SQLite and on a PostgreSQL of its own, writes both as text and
the hash of every migration into migrations.txt. It is run when a version is released, and before the first release
whenever a migration was rewritten; never afterwards, because then somebody's database stands on it.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.upgrade import landed, states

SEED = """
import django
django.setup()
from datetime import date
from demo.seeding import demo_seed
demo_seed(scale="tiny", seed=7, today=date(2026, 10, 20), password="a-made-up-word-9", tell=lambda _line: None)
"""


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server for as long as it is needed; it refuses to be root."""
    bin_folder, folder = states.postgresql_folder(), Path(tempfile.mkdtemp(prefix="gridbank-freeze-"))
    other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if other:
        shutil.chown(folder, "postgres")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def call(tool: str, *arguments: str) -> None:
        subprocess.run(
            [*other, str(bin_folder / tool), *arguments], cwd="/", check=True, stdout=subprocess.DEVNULL
        )

    call(
        "initdb", "-D", f"{folder}/d", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-E", "UTF8", "-N"
    )
    options = f"-p {port} -k {folder} -c fsync=off -c listen_addresses=127.0.0.1"
    call("pg_ctl", "-D", f"{folder}/d", "-w", "-s", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        call("pg_ctl", "-D", f"{folder}/d", "-m", "immediate", "-s", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def fill(url: str, var: str) -> None:
    """Migrate and seed."""
    settings = {"GRIDBANK_VAR": var, "DJANGO_SETTINGS_MODULE": "gridbank.settings"}
    states.run(url, "manage.py", "migrate", "--verbosity", "0", **settings)
    states.run(url, "-c", SEED, **settings)


def main() -> None:
    with tempfile.TemporaryDirectory() as var:
        path = Path(var) / "state.sqlite3"
        fill(f"sqlite:///{path}", var)
        states.write("sqlite", states.dump_sqlite(path))
        with postgresql() as server:
            url = states.new_postgresql(server, "state")
            fill(url, var)
            states.write(
                "postgresql", states.dump_postgresql(url, str(states.postgresql_folder() / "pg_dump"))
            )
    landed.TABLE.write_text(landed.table())
    print(f"kept: {', '.join(path.name for path in states.TEXTS.values())}, {landed.TABLE.name}")


if __name__ == "__main__":
    main()
