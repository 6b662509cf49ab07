"""Two that migrate an empty database at once: both end well."""

import os
import subprocess
import sys

import pytest

from tests.gridbank.test_walls import ROOT
from tests.upgrade import states


def both(folder, **settings):
    mine = {**os.environ, "GRIDBANK_VAR": str(folder), **settings}
    mine.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    started = [
        subprocess.Popen(command, env=mine, stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)
    ]
    said = [one.communicate()[1] for one in started]
    return [one.returncode for one in started], said


@pytest.mark.slow
def test_two_at_once_on_sqlite(tmp_path):
    assert both(tmp_path, DATABASE_URL="") == ([0, 0], ["", ""])


@pytest.mark.slow
@pytest.mark.postgres
def test_two_at_once_on_postgresql(tmp_path):
    url = states.new_postgresql(os.environ["DATABASE_URL"], "two_migrate")
    assert both(tmp_path, DATABASE_URL=url) == ([0, 0], ["", ""])
