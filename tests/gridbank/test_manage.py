"""The command line answers a database that is away or not migrated with one sentence, whatever was asked."""

import os
import subprocess
import sys

import pytest
from django.core.management import get_commands

import manage
from tests.gridbank.test_walls import ROOT

COMMANDS = [
    "verify_audit", "verify_grids", "verify_keys", "reindex_personal_data", "rekey_personal_data", "after_restore",
    "reset_password nobody", "rank_month 2026-01", "verify_period 2026-01", "create_account a B1 c sysadmin",
    "found_bank PT x 522727 boss", "import_areas grids/data/guizhou-divisions.csv --county 522727", "seed_demo",
]  # fmt: skip
# one process for all of them: each ends it, and is held
EACH = """
import sys, manage
for line in sys.argv[1:]:
    print("==", line, file=sys.stderr, flush=True)
    sys.argv = ["manage.py", *line.split()]
    try:
        manage.main()
        print("nothing was wrong", file=sys.stderr)
    except SystemExit as end:
        assert end.code, "it says that all went well"
"""


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgres://nobody@127.0.0.1:1/none", "The database does not answer"),
        ("sqlite:///{folder}/empty.sqlite3", "Run manage.py migrate"),
    ],
)
def test_every_command_says_what_is_wrong_with_the_database_in_a_sentence(tmp_path, url, told):
    mine = {**os.environ, "GRIDBANK_VAR": str(tmp_path), "DATABASE_URL": url.format(folder=tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", EACH, *COMMANDS],
        cwd=ROOT,
        env=mine,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = [part.strip().splitlines() for part in done.stderr.split("== ")[1:]]
    assert [lines[0] for lines in said] == COMMANDS
    assert [lines for lines in said if len(lines) != 2 or told not in lines[1]] == []


@pytest.mark.parametrize("name", sorted(manage.UNTOLD))
def test_what_changes_accounts_and_tells_nobody_is_refused_with_what_does_it_instead(
    name, monkeypatch, capsys
):
    monkeypatch.setattr(manage.environment, "require", lambda: None)
    monkeypatch.setattr(manage, "execute_from_command_line", lambda _: pytest.fail("it was done"))
    monkeypatch.setattr(sys, "argv", ["manage.py", name, "auditor"])
    with pytest.raises(SystemExit) as ended:
        manage.main()
    assert ended.value.code
    assert f"{name} would leave no row in the audit trail." in capsys.readouterr().err


def test_no_command_of_a_package_that_changes_accounts_is_forgotten():
    """What a package brings anew is looked at here once: it tells of what it does, touches no account, or is refused."""
    theirs = {name for name, app in get_commands().items() if app in {"django.contrib.auth", "axes"}}
    assert theirs - set(manage.UNTOLD) == {"axes_list_attempts"}
