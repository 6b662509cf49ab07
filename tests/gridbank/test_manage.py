"""The command line answers a database that is away or not migrated with one sentence, whatever was asked."""

import os
import subprocess
import sys

import pytest

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
