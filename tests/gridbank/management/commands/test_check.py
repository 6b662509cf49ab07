"""`manage.py check` asks the database as well, where there is one, and makes none by asking."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from tests.gridbank.test_walls import ROOT


@pytest.mark.django_db
def test_without_a_word_more_it_names_keys_that_are_not_the_databases(settings, capsys):
    call_command("check")
    settings.KEYS = replace(settings.KEYS, index_key=b"o" * 32)
    with pytest.raises(CommandError, match="The index key is not the one this database was sealed with"):
        call_command("check")
    # beside whatever else is wrong
    settings.KEYS = replace(settings.KEYS, index_key=settings.SEAL_KEY)
    with pytest.raises(CommandError, match=r"gridbank.E015[\s\S]*gridbank.E043"):
        call_command("check")


@pytest.mark.parametrize(
    "url",
    [
        "postgres://nobody@127.0.0.1:1/none",
        "sqlite:///{folder}/none.sqlite3",
        "sqlite:///{folder}/empty.sqlite3",
    ],
)
def test_where_no_database_answers_or_it_has_no_tables_yet_it_is_silent(tmp_path, url):
    (tmp_path / "empty.sqlite3").touch()
    mine = {**os.environ, "GRIDBANK_VAR": str(tmp_path), "DATABASE_URL": url.format(folder=tmp_path)}
    line = [sys.executable, "manage.py", "check"]
    done = subprocess.run(line, cwd=ROOT, env=mine, capture_output=True, text=True, check=False)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr
    assert not (tmp_path / "none.sqlite3").exists()
