"""The archive that `make bundle` packs is installed and started where no index can be reached."""

import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from bench.server import free_port
from tests.e2e.site import PATIENCE, wait_for
from tests.gridbank.test_walls import ROOT

pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    """Pack the source with the wheels for this Python."""
    to = tmp_path_factory.mktemp("dist")
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    command = [sys.executable, ROOT / "scripts" / "bundle.py", sys.prefix, "--to", to, "--python", version]
    subprocess.run(command, check=True)
    return to / "gridbank.tar.gz"


@pytest.fixture
def machine(tmp_path) -> dict[str, str]:
    """A user's environment on a machine whose index nobody answers for, and whose pip has found nothing before."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1"}
    return {**kept, **nowhere, "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}


def unpack(archive: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return folder / "gridbank"


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_one_command_installs_and_starts_it_without_any_index(archive, machine, tmp_path):
    folder, port = unpack(archive, tmp_path), free_port()
    log = tmp_path / "log"
    with log.open("w") as said:
        make = ["make", "run", f"PYTHON={sys.executable}", f"PORT={port}"]
        up = subprocess.Popen(
            make,
            cwd=folder,
            env={**machine, "PORT": str(port)},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        ready = f"http://127.0.0.1:{port}/readyz"
        wait_for(lambda: up.poll() is not None or answers(ready), "the site")
        assert up.poll() is None, log.read_text()[-3000:]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(up.pid, signal.SIGINT)
        up.wait(timeout=PATIENCE)
    assert "Traceback" not in log.read_text()


def test_a_wheel_that_somebody_exchanged_is_not_installed(archive, machine, tmp_path):
    folder = unpack(archive, tmp_path)
    wheel = next(folder.glob("wheels/gunicorn-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"more")
    make = ["make", "setup", f"PYTHON={sys.executable}"]
    done = subprocess.run(make, cwd=folder, env=machine, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"wheels/{wheel.name} is not the file that was packed" in done.stderr
