"""`make setup`: one at a time, anew when its Python went away, and in words where it can't."""

import os
import sys
import threading

import pytest

from scripts import setup


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "none.txt").write_text("")
    monkeypatch.setattr(setup, "ROOT", str(tmp_path))
    return tmp_path / "venv"


@pytest.fixture
def called(monkeypatch, folder):
    """Say what would be run; a virtual environment is a link to this Python."""
    calls = []

    def call(words, **_):
        calls.append(" ".join(words[1:3]))
        if words[1:3] == ["-m", "venv"]:
            (folder / "bin").mkdir(parents=True, exist_ok=True)
            (folder / "bin" / "python").unlink(missing_ok=True)
            (folder / "bin" / "python").symlink_to(sys.executable)
        return 0

    monkeypatch.setattr(setup.subprocess, "call", call)
    return calls


def test_what_is_done_is_not_done_again(folder, called):
    setup.main([str(folder), "none.txt"])
    assert called == ["-m venv", "-m pip"]
    called.clear()
    setup.main([str(folder), "none.txt"])
    assert called == ["-c import pip"]


def test_an_environment_whose_python_went_away_is_made_anew_whatever_the_stamps_say(folder, called, capsys):
    setup.main([str(folder), "none.txt"])
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to("/nowhere/python3.11")
    called.clear()
    setup.main([str(folder), "none.txt"])
    assert called[0] == "-m venv"
    assert "a Python that went away?" in capsys.readouterr().out


def test_who_comes_second_is_told_and_waits(folder, capsys):
    first, second = setup.hold(str(folder)), []
    other = threading.Thread(target=lambda: second.append(setup.hold(str(folder))))
    other.start()
    other.join(1)
    assert second == []
    os.close(first)
    other.join(20)
    os.close(second[0])
    assert capsys.readouterr().out == "somebody else sets gridbank up here; waiting until he is through\n"


def test_a_folder_of_somebody_else_is_told_and_no_package_is_blamed(folder, monkeypatch, capsys):
    monkeypatch.setattr(setup.os, "access", lambda *_: False)
    with pytest.raises(SystemExit):
        setup.main([str(folder), "none.txt"])
    said = capsys.readouterr().err
    assert f"may not write in {folder.parent}" in said
    assert "apt" not in said
