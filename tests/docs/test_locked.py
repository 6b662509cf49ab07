"""What is installed is what was looked at: each list of requirements has its lock, whole, by hashes and of no host."""

import re
import runpy
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.gridbank.test_walls import ROOT

pytestmark = pytest.mark.once

ENTRY = re.compile(
    r"^([\w.-]+)==(\S+)(?: ; .*?)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)
LISTS = ("requirements.txt", "requirements-dev.txt")


def wanted(name: str) -> dict[str, str]:
    pins = (line.split("==") for line in (ROOT / name).read_text().splitlines() if not line.startswith("-r"))
    return {canonicalize_name(package): release for package, release in pins}


def locked(name: str) -> dict[str, str]:
    text = (ROOT / name).with_suffix(".lock").read_text()
    entries = ENTRY.findall(text)
    rest = [line for line in ENTRY.sub("", text).splitlines() if not line.startswith("#")]
    assert rest == [], "each line names a package with its version, or a hash of it"
    return {canonicalize_name(package): release for package, release, _hashes in entries}


@pytest.mark.parametrize("name", LISTS)
def test_what_is_asked_for_is_locked_in_the_same_version(name):
    """After a change of a list: make lock."""
    assert wanted(name).items() <= locked(name).items()


def test_no_package_has_two_versions():
    assert set(locked(LISTS[0])) & set(locked(LISTS[1])) == set()


def test_a_lock_is_whole():
    """Nothing is looked for beside it (--no-deps), so what a package needs stands there as well."""
    running, everything = locked(LISTS[0]), {**locked(LISTS[1]), **locked(LISTS[0])}
    missing = {
        (package, needed.name)
        for package, release in everything.items()
        for needed in needs(package, release)
        if canonicalize_name(needed.name) not in (running if package in running else everything)
    }
    assert missing == set()


def needs(package: str, release: str) -> list[Requirement]:
    """Return what an installed package asks for here; nothing where this environment has it not, or another one."""
    try:
        asked = requires(package) if version(package) == release else []
    except PackageNotFoundError:
        return []
    found = [Requirement(line) for line in asked or []]
    return [each for each in found if each.marker is None or each.marker.evaluate({"extra": ""})]


@pytest.mark.parametrize("name", LISTS)
def test_a_lock_names_no_host_and_no_place(name):
    text = (ROOT / name).with_suffix(".lock").read_text()
    assert not re.search(r"://|--index|--find-links|--trusted|@ ", text)


def asked_of_pip(tmp_path, monkeypatch, name: str) -> list[str]:
    setup: dict[str, Any] = runpy.run_path(str(ROOT / "scripts" / "setup.py"))
    asked: list[str] = []

    def call(command: list[str]) -> int:
        asked.extend(command)
        return 0

    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr("subprocess.call", call)
    setup["install"](str(tmp_path / ".venv"), name, [name])
    return asked


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_make_setup_installs_by_hashes_and_nothing_else(tmp_path, monkeypatch, name):
    asked = asked_of_pip(tmp_path, monkeypatch, name)
    assert {"--require-hashes", "--no-deps"} <= set(asked)
    assert asked[-2:] == ["-r", str(ROOT / name)]
    assert name in (ROOT / "Makefile").read_text()


def test_make_bundle_packs_by_the_same_hashes_for_every_python(tmp_path, monkeypatch):
    """Conditions are left out: pip would ask the Python that packs, and 3.11.2 needs what 3.11.4 doesn't."""
    bundle = runpy.run_path(str(ROOT / "scripts" / "bundle.py"))
    seen: dict[str, Any] = {}

    def run(command: list[str], **_: object) -> None:
        seen["command"], seen["lock"] = command, Path(command[-1]).read_text()

    monkeypatch.setattr("subprocess.run", run)
    bundle["fetch"](["pip"], "3.12", tmp_path)
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(seen["command"])
    assert dict(re.findall(r"^([\w.-]+)==(\S+) \\$", seen["lock"], re.MULTILINE)) == {
        package: release
        for package, release, _hashes in ENTRY.findall((ROOT / "requirements.lock").read_text())
    }
