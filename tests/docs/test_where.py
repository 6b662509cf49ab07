"""The page that says where things are changed names files that are there, and few of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "where.md"
ROWS = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
# What the house promises to change in four modules at most; templates, words and migrations come beside them.
NARROW = {
    "A second phone of a person": 4,
    "A satisfaction score on a visit": 4,
    "A new indicator of the ranking": 1,
}
FILE = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|md|yaml|po|html|css|js|toml)|\w+\.toml)`")
NEW = re.compile(r"`([\w./-]+)/<\w+>\.\w+`")


def test_thirty_changes_are_told():
    assert [int(number) for number, _change, _files in ROWS] == list(range(1, len(ROWS) + 1))
    assert len(ROWS) >= 30


@pytest.mark.parametrize(("change", "files"), [(change, files) for _number, change, files in ROWS])
def test_every_file_named_is_there(change, files):
    named = FILE.findall(files)
    # a row may speak of "the room's own `services.py`"; then it shows one room that has it
    examples = [name for name in named if not re.match(r"api/|management/", name)]
    assert [name for name in examples if not (ROOT / name).is_file()] == []
    folders = [name for name in NEW.findall(files) if not name.startswith("management/")]
    assert [name for name in folders if not (ROOT / name).is_dir()] == []
    assert examples or folders, "a row names at least one file"


def test_what_should_be_narrow_is():
    found = {
        change: len(
            [
                name
                for name in {*FILE.findall(files), *NEW.findall(files)}
                if not name.startswith("templates/")
            ]
        )
        for _number, change, files in ROWS
    }
    assert {change: found[change] for change, most in NARROW.items() if found[change] > most} == {}
