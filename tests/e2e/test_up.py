"""One command starts everything, and one signal ends everything."""

import os
import signal
import time

import pytest

from tests.e2e.site import PATIENCE, Site, alive, children_of, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def site(make_site) -> Site:
    return make_site()


def family_of(pid: int) -> list[int]:
    """Return everything below a process: web master, its workers, the Celery worker, beat."""
    below = children_of(pid)
    return below + [grandchild for child in below for grandchild in family_of(child)]


def start(site: Site, *arguments: str, **environment: str):
    up = site.start_up(*arguments, **environment)
    wait_for(site.answers, "the site")
    wait_for(lambda: "is up" in site.log.read_text(), "the address")
    return up


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything_within_seconds(site, number):
    up = start(site)
    family = family_of(up.pid)
    assert len(children_of(up.pid)) == 3
    assert len(family) >= 5
    began = time.monotonic()
    up.send_signal(number)
    assert up.wait(timeout=15) == 0
    assert time.monotonic() - began < 12
    assert [pid for pid in family if alive(pid)] == []
    assert not site.answers()


def test_killing_it_leaves_no_orphan(site):
    up = start(site)
    family = family_of(up.pid)
    os.kill(up.pid, signal.SIGKILL)
    up.wait()
    wait_for(lambda: not [pid for pid in family if alive(pid)], "the end of every child")


def test_it_starts_again_at_once_after_it_was_killed(site):
    up = start(site)
    os.kill(up.pid, signal.SIGKILL)
    up.wait()
    wait_for(lambda: not site.answers(), "the old web to end")
    start(site)


def test_a_second_start_says_what_is_in_its_way(site, make_site):
    up = start(site)
    again = site.start_up()
    assert again.wait(timeout=PATIENCE) == 1
    assert f"already runs on {site.var} (process {up.pid}, port {site.port})" in site.log.read_text()
    other = make_site()
    other.port = site.port
    assert other.start_up().wait(timeout=PATIENCE) == 1
    assert f"127.0.0.1:{site.port} is in use" in other.log.read_text()
    assert site.answers(), "the first one goes on"


@pytest.mark.parametrize("port", ["0", "65536", "http", "８０００", "-1", "8000\n"])
def test_a_port_that_is_none_is_refused(site, port):
    process = site.start("python3", "-c", "") if port == "" else site.start_up("--port", port)
    assert process.wait(timeout=PATIENCE) == 1
    assert "PORT must be a number" in site.log.read_text()


def test_what_dies_is_started_again(site):
    up = start(site)
    for child in children_of(up.pid):
        os.kill(child, signal.SIGKILL)
    # the killed web's workers go on answering for a moment: what is said comes first
    wait_for(lambda: site.log.read_text().count("starting it again") == 3, "three deaths told")
    wait_for(lambda: len([pid for pid in children_of(up.pid) if alive(pid)]) == 3, "three new children")
    wait_for(site.answers, "the site again")
    assert up.poll() is None


def test_production_does_not_start_half_set_up(site):
    process = site.start_up(GRIDBANK_PROFILE="production")
    assert process.wait(timeout=PATIENCE) == 1
    said = site.log.read_text()
    assert "gridbank.E012" in said
    assert "Set GRIDBANK_SECRET_KEY" in said
