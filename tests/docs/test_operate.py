"""The lines of docs/operate.md are run as they stand, in their order, on an installation of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from tests.gridbank.test_walls import ROOT
from tests.upgrade import states

PAGE = (ROOT / "docs" / "operate.md").read_text()
BLOCK = re.compile(r"^( *)```\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
# what needs root, systemd, a server of its own or is another test's: each with where it is tried
ELSEWHERE = {
    "make run": "tests/e2e",
    "tar xzf ": "tests/e2e/test_bundle.py",
    "make -C ": "tests/e2e/test_bundle.py",
    "useradd ": "needs root",
    "chmod 700 /var": "needs that user's folder",
    "psql ": "needs a cluster; on PostgreSQL, below",
    "cp deploy/": "needs root; the files it copies must be there",
    "systemctl ": "needs systemd; tests/gridbank/test_deploy.py reads the units",
    "nginx -t": "tests/gridbank/test_deploy.py",
    "pg_dump ": "needs a cluster; on PostgreSQL, below",
    "pg_restore ": "needs a cluster; on PostgreSQL, below",
}
# ends with an error here: no month is computed on a bank's first day; SQLite and a file's keys are no production
REFUSED = {
    "manage.py verify_period": "has not been computed",
    "manage.py check --deploy": "SQLite is for one machine",
}
SEED = "code,name,name_en,category,on_sale\nFARM,农户贷款,Farm loan,loan,1\n"


def lines() -> list[str]:
    return [
        line.strip() for _indent, block in BLOCK.findall(PAGE) for line in block.splitlines() if line.strip()
    ]


def is_elsewhere(line: str) -> bool:
    return line.startswith(tuple(ELSEWHERE))


def test_every_exception_is_a_line_of_the_page():
    found = lines()
    assert [
        start for start in [*ELSEWHERE, *REFUSED] if not any(line.startswith(start) for line in found)
    ] == []
    for line in found:
        if line.startswith("cp "):
            assert list(ROOT.glob(line.split()[1])), line


def test_every_command_named_anywhere_takes_what_the_page_gives_it():
    for text in re.findall(r"`manage\.py ([^`]+)`", PAGE):
        name, *words = re.sub(r"[<…].*", "", text).split()
        command = load_command_class(get_commands()[name], name)
        if words and name != "migrate":
            command.create_parser("manage.py", name).parse_args(words)


@pytest.fixture
def installation(tmp_path) -> dict[str, str]:
    """The embedded profile in a folder where the page's relative paths lead to this data."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "manage.py").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/manage.py" "$@"\n'
    )
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)
    (tmp_path / "bin" / "manage.py").chmod(0o755)
    (tmp_path / "products.csv").write_text(SEED)
    (tmp_path / "grids").symlink_to(ROOT / "grids")
    mine = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "GRIDBANK_", "DATABASE_"))
    }
    return {
        **mine,
        "PATH": f"{tmp_path}/bin:{mine['PATH']}",
        "GRIDBANK_VAR": f"{tmp_path}/var",
        "HOME": str(tmp_path),
    }


def run(line: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-euc", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.once
def test_the_lines_are_run_as_they_stand(installation, tmp_path):
    wrong = []
    umask = ""
    for line in lines():
        if is_elsewhere(line):
            continue
        if line.startswith("umask "):
            umask = f"{line}; "
            continue
        done = run(umask + line, tmp_path, installation)
        said = done.stdout + done.stderr
        refusal = next((told for start, told in REFUSED.items() if line.startswith(start)), None)
        right = refusal in said if refusal else done.returncode == 0
        if not right or "Traceback" in said:
            wrong.append(f"{line}\n{said}")
    assert wrong == []
    assert (tmp_path / "backup.sqlite3").stat().st_mode & 0o077 == 0, "a backup is nobody else's"
    assert (tmp_path / "var" / "gridbank.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.postgres
@pytest.mark.slow
def test_a_backup_of_postgresql_comes_back_by_the_lines_as_they_stand(installation, tmp_path):
    tools = f"{states.postgresql_folder()}:{installation['PATH']}"
    server = os.environ["DATABASE_URL"]
    old, new = (states.new_postgresql(server, name) for name in ("drill_old", "drill_new"))
    here = {**installation, "PATH": tools, "DATABASE_URL": old}
    dump, restore = (
        next(line for line in lines() if line.startswith(tool)) for tool in ("pg_dump", "pg_restore")
    )
    first = ["manage.py migrate", 'manage.py create_account keeper PT9001 "x" sysadmin', f"umask 077; {dump}"]
    drill = [
        restore,
        "manage.py after_restore",
        "manage.py migrate --check",
        "manage.py verify_keys",
        "manage.py verify_audit",
    ]
    for line, url in [*((line, old) for line in first), *((line, new) for line in drill)]:
        done = run(line, tmp_path, {**here, "DATABASE_URL": url})
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert (tmp_path / "backup.dump").stat().st_mode & 0o077 == 0


@pytest.mark.postgres
@pytest.mark.slow
def test_a_role_for_rows_made_by_the_lines_serves_and_touches_no_trigger(installation, tmp_path):
    tools = f"{states.postgresql_folder()}:{installation['PATH']}"
    owner = states.new_postgresql(os.environ["DATABASE_URL"], "roles")
    here = {**installation, "PATH": tools, "DATABASE_URL": owner}
    again = 'psql "$DATABASE_URL" -c "DROP ROLE IF EXISTS gridbank_rows"'
    for line in [again, "manage.py migrate", *(line for line in lines() if line.startswith("psql "))]:
        done = run(line, tmp_path, here)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    rows = {**here, "DATABASE_URL": re.sub(r"//[^@/]*@", "//gridbank_rows@", owner)}
    for line in (
        'manage.py create_account keeper PT9001 "x" sysadmin',
        "manage.py verify_audit",
        "manage.py verify_keys",
    ):
        done = run(line, tmp_path, rows)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    told = run("manage.py check --deploy", tmp_path, rows)
    assert "gridbank.W025" not in told.stdout + told.stderr
    assert "gridbank.W025" in (owned := run("manage.py check --deploy", tmp_path, here)).stdout + owned.stderr
    off = run('psql "$DATABASE_URL" -c "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL"', tmp_path, rows)
    assert "must be owner" in off.stderr
    run('psql "$DATABASE_URL" -c "DROP OWNED BY gridbank_rows"', tmp_path, here)
    run(again, tmp_path, here)
