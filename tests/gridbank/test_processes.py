"""Children are kept alive, and given up when they keep dying."""

import signal
import sys
import time

import pytest

from gridbank import processes
from gridbank.processes import Family, GaveUpError, Program
from tests.e2e.site import alive


def program(code: str) -> Program:
    return Program("child", [sys.executable, "-S", "-c", code])


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def family(said, request):
    made = []

    def make(*codes: str) -> Family:
        made.append(Family([program(code) for code in codes], tell=said.append))
        made[-1].start()
        return made[-1]

    yield make
    for one in made:
        one.kill()


def test_a_child_that_keeps_dying_stops_the_whole_with_its_name(family, said, monkeypatch):
    monkeypatch.setattr(processes, "LONGEST_WAIT", 0.01)
    short_lived = family("raise SystemExit(3)")
    with pytest.raises(GaveUpError, match=r"child ended 5 times in a row \(last code 3\)"):
        for _ in range(2000):
            short_lived.tend()
            time.sleep(0.01)
    assert len(said) == 4


def test_the_wait_doubles(family, said):
    short_lived = family("pass")
    child = short_lived.children[0]
    child.process.wait()
    waits = []
    for _ in range(4):
        child.bury()
        waits.append(round(child.start_at - time.monotonic()))
        child.start()
        child.process.wait()
    assert waits == [1, 2, 4, 8]


def test_a_child_that_lived_long_is_forgiven_its_past(family, monkeypatch):
    child = family("pass").children[0]
    child.process.wait()
    child.deaths = 4
    monkeypatch.setattr(processes, "STEADY_SECONDS", -1.0)
    child.bury()
    assert child.deaths == 1


def test_a_child_that_ignores_the_polite_word_is_made_to_end(family):
    stubborn = family(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    )
    time.sleep(0.5)
    stubborn.stop(patience=0.3)
    assert stubborn.children[0].process.returncode == -signal.SIGKILL


def test_grandchildren_end_with_the_child(family, tmp_path):
    note = tmp_path / "pid"
    code = (
        f"import os, time; pid = os.fork(); pid and open({str(note)!r}, 'w').write(str(pid)); time.sleep(60)"
    )
    parent = family(code)
    while not note.exists() or not note.read_text():
        time.sleep(0.02)
    grandchild = int(note.read_text())
    parent.stop(patience=3)
    time.sleep(0.2)
    assert not alive(grandchild)
