"""Commands with a file: whole or not at all, and what was wrong is said with the file's name."""

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import connections

from exchange import reading
from exchange.commands import FileCommand, opened
from gridbank.errors import Refused
from gridbank.fingerprints import WrongKeysError


class Lines(FileCommand):
    def load(self, lines, **options):
        return f"{len(list(lines))} lines of {options['file'].name}"


def test_a_command_reads_its_file_and_says_what_was_done(db, tmp_path, capsys):
    (tmp_path / "names.csv").write_bytes("甲\n乙\n".encode("gbk"))
    command = Lines()
    parser = command.create_parser("manage.py", "lines")
    command.execute(**vars(parser.parse_args([str(tmp_path / "names.csv")])))
    assert capsys.readouterr().out == "2 lines of names.csv\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", r"names\.csv is not UTF-8\. Save it as CSV UTF-8 and try again\."),
        (b"x" * 21, r"names\.csv: .*64 MB.* Nothing was changed\."),
    ],
)
def test_a_file_that_cannot_be_taken_is_named(tmp_path, monkeypatch, content, said):
    monkeypatch.setattr(reading, "BYTES_AT_MOST", 20)
    monkeypatch.setattr("exchange.commands.BYTES_AT_MOST", 20)
    (tmp_path / "names.csv").write_bytes(content)
    with pytest.raises(CommandError, match=said), opened(tmp_path / "names.csv"):
        pass


def test_a_refusal_inside_says_that_nothing_was_changed(tmp_path):
    (tmp_path / "names.csv").write_text("x")
    with pytest.raises(CommandError, match=r"names\.csv: no\. Nothing was changed\."):
        with opened(tmp_path / "names.csv"):
            raise Refused("no.")


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(CommandError, match=r"can't be read: .*\. Check the path\."), opened(path):
            pass


COMMANDS = {
    **{
        name: []
        for name, room in get_commands().items()
        if issubclass(type(load_command_class(room, name)), FileCommand)
    },
    "exchange_load": ["staff"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_wrong_keys_are_told_before_the_file_is_looked_at(monkeypatch, tmp_path, name):
    def wrong_keys():
        raise WrongKeysError("The index key is not the one.")

    # in the one connection, and gone from it afterwards: what its class does with it is others' business
    monkeypatch.setitem(vars(connections["default"]), "ensure_connection", wrong_keys)
    with pytest.raises(WrongKeysError):
        call_command(name, *COMMANDS[name], str(tmp_path / "none.csv"), skip_checks=True)


def test_more_than_one_command_reads_a_file():
    assert {"import_areas", "import_products"} < set(COMMANDS)
