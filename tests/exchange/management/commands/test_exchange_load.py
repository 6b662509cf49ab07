import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exchange.models import Batch
from exchange.opening import table_of
from people.models import User
from tests.exchange.files import STAFF_HEAD, xlsx


def load(capsys, path, *more):
    code = 0
    try:
        call_command("exchange_load", "staff", str(path), *more)
    except SystemExit as end:
        code = end.code
    return code, json.loads(capsys.readouterr().out)


def test_a_file_goes_in_and_out_again(db, tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path / "var"
    path = tmp_path / "名册.csv"
    path.write_bytes("员工号,姓名,岗位\nA1,韦国英,客户经理\nA2,石小坡,没有\n".encode("gbk"))
    code, told = load(capsys, path, "--dry-run")
    assert (code, told["rows"], told["ready"], told["wrong"], User.objects.count()) == (1, 2, 1, 1, 0)
    errors = tmp_path / "wrong.xlsx"
    beside = Path(told["errors_file"])
    assert (beside.parent, beside.stat().st_mode & 0o777) == (settings.VAR_DIR / "exchange", 0o600)
    assert load(capsys, path, "--dry-run")[1]["errors_file"] != str(beside)
    code, told = load(capsys, path, "--errors", str(errors))
    file = Path(told.pop("errors_file"))
    assert (code, told) == (
        1,
        {
            "batch": told["batch"],
            "rows": 2,
            "ready": 1,
            "wrong": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
        },
    )
    assert file.stat().st_mode & 0o777 == 0o600
    back = [line.cells for line in table_of(file.read_bytes()).lines("csv")]
    assert back == [["员工号", "姓名", "岗位", back[0][3]], ["A2", "石小坡", "没有", back[1][3]]]
    with pytest.raises(CommandError, match=r"wrong\.xlsx can't be written: File exists"):
        load(capsys, path, "--errors", str(errors))
    file.write_bytes(xlsx(*[[*back[0]], ["A2", "石小坡", "客户经理", back[1][3]]]))
    code, told = load(capsys, file)
    assert (code, told["created"], told["errors_file"]) == (0, 1, None)
    call_command("exchange_undo", str(told["batch"]))
    assert json.loads(capsys.readouterr().out) == {"batch": told["batch"], "undone": 1, "kept": 0}
    assert list(User.objects.values_list("staff_no", flat=True)) == ["A1"]


def test_a_file_may_tell_of_a_day_before(db, tmp_path, capsys):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(STAFF_HEAD, ["A1", "甲", "客户经理"]))
    _code, told = load(capsys, path, "--as-of", "2026-03-31")
    assert Batch.everywhere().get(pk=told["batch"]).as_of == date(2026, 3, 31)
    for text in ("2026-02-30", "31.3.2026", "2999-01-01"):
        with pytest.raises(CommandError, match=text):
            call_command("exchange_load", "staff", str(path), "--as-of", text)


def test_on_behalf_of_somebody_who_may_not_it_says_who_may(cast, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(STAFF_HEAD, ["A1", "甲", "客户经理"]))
    with pytest.raises(CommandError) as told:
        call_command("exchange_load", "staff", str(path), "--as", cast.li.username)
    assert str(told.value) == f"{path}: Accounts are opened by the system administrator."


def test_what_is_no_such_file_is_said(db, tmp_path):
    path = tmp_path / "a.xlsx"
    with pytest.raises(CommandError, match="can't be read"):
        call_command("exchange_load", "staff", str(path))
    path.write_bytes(b"<html>")
    with pytest.raises(CommandError, match="web page"):
        call_command("exchange_load", "staff", str(path))
    path.write_bytes(xlsx(STAFF_HEAD, ["A1", "甲", "客户经理"]))
    with pytest.raises(CommandError, match="no such kind"):
        call_command("exchange_load", "nothing", str(path))
    with pytest.raises(CommandError, match="no active user"):
        call_command("exchange_load", "staff", str(path), "--as", "nobody")
    with pytest.raises(CommandError, match="no batch"):
        call_command("exchange_undo", "7")
