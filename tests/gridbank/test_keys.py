"""Where secrets come from."""

import base64
import json
import os
import runpy
import stat
import threading

import pytest

from gridbank.keys import decode_key, holds_tables, load_keys
from tests.upgrade import states

NAMES = ("GRIDBANK_SECRET_KEY", "GRIDBANK_FIELD_KEYS", "GRIDBANK_INDEX_KEY")
K33 = base64.b64encode(bytes(range(1, 33))).decode()
K32 = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def _bare(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_first_start_makes_a_private_file_and_the_second_reads_it(tmp_path):
    path = tmp_path / "deep" / "keys.json"
    first = load_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keys(path) == first
    assert not first.from_environment
    assert [len(key) for key in first.field_keys.values()] == [32]
    assert len(first.index_key) == 32
    assert len(first.secret_key) >= 50
    assert list(path.parent.iterdir()) == [path], "no draft is left behind"


def test_the_data_folder_is_nobody_elses(tmp_path, monkeypatch, settings):
    """I6: the database, its journal, the keys and the messages lie in it."""
    monkeypatch.setenv("GRIDBANK_VAR", str(tmp_path / "var"))
    runpy.run_path(str(settings.BASE_DIR / "gridbank" / "settings.py"))
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_two_installations_share_no_key(tmp_path):
    one, two = load_keys(tmp_path / "a.json"), load_keys(tmp_path / "b.json")
    assert one.secret_key != two.secret_key
    assert one.index_key != two.index_key
    assert one.field_keys["k1"] != two.field_keys["k1"]


def test_processes_that_start_together_agree(tmp_path):
    path, found = tmp_path / "keys.json", []
    start = threading.Barrier(8)

    def load():
        start.wait()
        found.append(load_keys(path))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({keys.secret_key for keys in found}) == 1


def test_the_environment_wins_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDBANK_SECRET_KEY", "s" * 60)
    monkeypatch.setenv("GRIDBANK_FIELD_KEYS", f"k2:{K33}, k1:{K32}")
    monkeypatch.setenv("GRIDBANK_INDEX_KEY", K32)
    keys = load_keys(tmp_path / "keys.json")
    assert keys.from_environment
    assert list(keys.field_keys) == ["k2", "k1"], "the first one encrypts"
    assert list(tmp_path.iterdir()) == []


def test_half_an_environment_does_not_count_as_production(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDBANK_SECRET_KEY", "s" * 60)
    keys = load_keys(tmp_path / "keys.json")
    assert keys.secret_key == "s" * 60
    assert not keys.from_environment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k1",
        "k1:",
        f":{K32}",
        "k1:c2hvcnQ=",
        "k1:not base64!",
        f"k1:{K32},",
        f"k1:{K32},k1:{K33}",
        f"k1:{K32},k2:{K32}",
    ],
)
def test_a_malformed_field_key_stops_the_start(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"secret_key": "s", "field_keys": text, "index_key": K32}))
    with pytest.raises(ValueError):
        load_keys(path)


def test_a_short_index_key_stops_the_start(tmp_path):
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"secret_key": "s", "field_keys": f"k1:{K32}", "index_key": "c2hvcnQ="}))
    with pytest.raises(ValueError):
        load_keys(path)


DAMAGED = ["", "x", "{", "null", "7", "\xff"]


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path, text):
    path, database = tmp_path / "keys.json", tmp_path / "gridbank.sqlite3"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"keys\.json is damaged.*backup.*remove it only where"):
        load_keys(path, beside=database)
    database.write_bytes(b"SQLite format 3")
    with pytest.raises(ValueError) as told:
        load_keys(path, beside=database)
    assert "remove" not in str(told.value)


def test_every_part_that_is_wrong_is_told_at_once(tmp_path, monkeypatch):
    path = tmp_path / "keys.json"
    for content in ({}, [], {"secret_key": 7, "field_keys": None, "index_key": []}):
        path.write_text(json.dumps(content))
        with pytest.raises(ValueError) as told:
            load_keys(path)
        lines = str(told.value).splitlines()
        assert [line.split()[0] for line in lines] == ["secret_key", "field_keys", "index_key"]
        assert all(f"{path}: it is missing. Put it back" in line for line in lines)
    # what the environment says is the environment's fault
    monkeypatch.setenv("GRIDBANK_INDEX_KEY", "c2hvcnQ=")
    path.write_text(json.dumps({"secret_key": "s", "field_keys": f"k1:{K32}"}))
    with pytest.raises(ValueError, match=r"^GRIDBANK_INDEX_KEY: a key is base64 of 32 bytes \([^)]*\)\.$"):
        load_keys(path)


@pytest.mark.parametrize("text", ["a", "ä" * 43, "not base64", "c2hvcnQ=", "=" * 44])
def test_a_malformed_key_is_told_in_one_sentence_that_does_not_repeat_it(text):
    with pytest.raises(ValueError, match=r"^a key is base64 of 32 bytes") as told:
        decode_key(text)
    assert text == "a" or text not in str(told.value)


def test_lost_keys_are_not_replaced_beside_a_database_that_needs_them(tmp_path):
    path, database = tmp_path / "keys.json", tmp_path / "gridbank.sqlite3"
    database.touch()
    load_keys(path, beside=database)
    path.unlink()
    database.write_bytes(b"SQLite format 3")
    with pytest.raises(ValueError, match=r"keys\.json is missing beside a database"):
        load_keys(path, beside=database)
    assert not path.exists()


@pytest.mark.parametrize(
    ("holds", "is_made", "is_kept"), [(True, False, False), (None, False, False), (False, True, True)]
)
def test_keys_are_kept_beside_a_database_that_is_found_empty_alone(tmp_path, holds, is_made, is_kept):
    """A server's database: full, not answering, empty."""
    path = tmp_path / "keys.json"
    if holds:
        with pytest.raises(ValueError, match=r"keys\.json is missing beside a database"):
            load_keys(path, holds=lambda: holds)
    else:
        assert load_keys(path, holds=lambda: holds).is_kept is is_kept
    assert path.exists() is is_made


def test_a_database_that_does_not_answer_says_nothing():
    closed = {"HOST": "127.0.0.1", "PORT": 1, "NAME": "x", "USER": "x", "PASSWORD": ""}
    assert holds_tables(closed) is None


@pytest.mark.postgres
def test_a_command_that_is_refused_beside_a_full_database_leaves_no_keys(tmp_path):
    server = os.environ.get("DATABASE_URL", "")
    url = states.new_postgresql(server, "lost_keys")
    bare = dict.fromkeys(NAMES, "")
    first, second = tmp_path / "first", tmp_path / "second"
    states.run(url, "manage.py", "migrate", "-v0", GRIDBANK_VAR=str(first), **bare)
    states.run(url, "manage.py", "verify_keys", GRIDBANK_VAR=str(first), **bare)
    with pytest.raises(AssertionError, match=r"keys\.json is missing beside a database"):
        states.run(url, "manage.py", "verify_keys", GRIDBANK_VAR=str(second), **bare)
    assert ((first / "keys.json").exists(), (second / "keys.json").exists()) == (True, False)
    states.drop_postgresql(server, "lost_keys")
