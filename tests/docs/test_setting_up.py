"""Setting up twice at once, after a Python went away, and with a new index key."""

import base64
import hashlib
import hmac
import json
import os
import runpy
import subprocess
import sys
import threading
from typing import Any

import pytest

from tests.gridbank.test_walls import ROOT


def set_up() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "setup.py"))


def test_an_environment_whose_python_went_away_is_made_anew_though_all_was_installed(tmp_path, monkeypatch):
    setup, folder = set_up(), tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(tmp_path / "gone")
    (folder / ".requirements.lock.sha256").write_text(setup["digest"](["requirements.lock"]))
    made = []
    monkeypatch.setitem(setup["main"].__globals__, "make", made.append)
    setup["main"]([str(folder), "requirements.lock"])
    assert made == [str(folder)]
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to(sys.executable)
    setup["main"]([str(folder), "requirements.lock"])
    assert made == [str(folder)]


def test_of_two_that_set_up_at_once_the_second_waits(tmp_path):
    setup = set_up()
    order = []

    def second():
        with setup["alone"](str(tmp_path / ".venv")):
            order.append("second")

    with setup["alone"](str(tmp_path / ".venv")):
        other = threading.Thread(target=second)
        other.start()
        other.join(0.3)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


@pytest.mark.once
@pytest.mark.slow
def test_a_new_index_key_is_taken_by_a_process_of_its_own_with_the_old_seal_key(tmp_path):
    """The first connection of a process proves its keys: this one must be asked before it."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("GRIDBANK_", "DATABASE_"))
    }
    mine = {**plain, "GRIDBANK_VAR": str(tmp_path)}

    def manage(*arguments, **more):
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        return subprocess.run(command, env={**mine, **more}, capture_output=True, text=True, check=False)

    assert manage("migrate", "--verbosity", "0").returncode == 0
    old = base64.b64decode(json.loads((tmp_path / "keys.json").read_text())["index_key"])
    seal = base64.b64encode(hmac.new(old, b"gridbank.seal", hashlib.sha256).digest()).decode()
    new = {"GRIDBANK_INDEX_KEY": base64.b64encode(bytes(range(32))).decode()}
    wrong = {**new, "GRIDBANK_SEAL_KEY": base64.b64encode(bytes(range(1, 33))).decode()}
    refused = manage("reindex_personal_data", "--new-key", **wrong)
    assert (refused.returncode != 0, "seal key" in refused.stderr, "Traceback" in refused.stderr) == (
        True, True, False,
    )  # fmt: skip
    done = manage("reindex_personal_data", "--new-key", **new, GRIDBANK_SEAL_KEY=seal)
    assert done.returncode == 0, done.stderr
    assert manage("verify_keys", **new, GRIDBANK_SEAL_KEY=seal).returncode == 0
    assert manage("verify_keys").returncode != 0
