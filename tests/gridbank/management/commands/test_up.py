"""What `manage.py up` decides before anything runs; that it runs and stops is tested with real processes."""

import errno
import http.server
import io
import os
import signal
import socket
import sys
import threading
from contextlib import closing, contextmanager
from types import SimpleNamespace

import pytest
from django.core.checks import Error
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError

from gridbank.management.commands import up
from gridbank.management.commands.up import Command, answers, is_free, programs
from gridbank.models import KeyFingerprint
from gridbank.processes import GaveUpError
from tests.factories import UserFactory


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def command(said, settings, tmp_path) -> Command:
    settings.VAR_DIR = tmp_path
    return Command(stdout=said)


@pytest.fixture
def taken():
    with closing(socket.socket()) as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


@pytest.fixture
def site():
    """A site that answers as it is told, and remembers how it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append((self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    server.status, server.asked = 200, []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def options(program) -> dict[str, str]:
    return dict(zip(program.command, program.command[1:], strict=False))


def test_three_programs_run_by_this_python_with_the_operators_numbers(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"web_workers": 3, "job_threads": 5})
    web, worker, beat = programs("127.0.0.1", 8123)
    assert [program.name for program in (web, worker, beat)] == ["web", "worker", "beat"]
    assert {program.command[0] for program in (web, worker, beat)} == {sys.executable}
    assert options(web)["--bind"] == "127.0.0.1:8123"
    assert (options(web)["--workers"], options(worker)["--concurrency"]) == ("3", "5")
    assert options(beat)["--schedule"] == str(tmp_path / "beat-schedule")
    # who stands in front of us is the operator's word, not the caller's
    assert options(web)["--forwarded-allow-ips"] == settings.ENVIRONMENT.proxies


@pytest.mark.parametrize(
    ("host", "bound"), [("0.0.0.0", "0.0.0.0:80"), ("::1", "[::1]:80"), ("::", "[::]:80"), ("bank.local", "bank.local:80")]
)  # fmt: skip
def test_an_address_of_either_kind_is_bound(host, bound):
    assert options(programs(host, 80)[0])["--bind"] == bound


@pytest.mark.parametrize("production", [True, False])
def test_only_a_developers_machine_is_spared_the_warning_about_root(settings, production):
    settings.PRODUCTION = production
    _web, worker, _beat = programs("127.0.0.1", 80)
    assert any("superuser" in word for word in worker.command) != production


def test_a_port_in_use_is_seen(taken):
    assert not is_free("127.0.0.1", taken)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert is_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_told_as_such(host):
    with pytest.raises(CommandError, match=f"can't listen on {host}:8000"):
        is_free(host, 8000)


@pytest.mark.parametrize(("status", "up_"), [(200, True), (204, False), (400, False), (503, False)])
def test_the_site_is_up_when_it_answers_two_hundred(site, settings, status, up_):
    site.status = status
    settings.ALLOWED_HOSTS = [".bank.example", "localhost"]
    assert answers("127.0.0.1", site.server_port) == up_
    # asked as a browser behind the proxy would: else production answers with a redirect
    assert site.asked == [("/healthz", "bank.example", "https")]


def test_a_site_that_listens_everywhere_is_asked_nearby(site, settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert answers("0.0.0.0", site.server_port)
    assert site.asked[0][1] == "localhost"


def test_a_site_that_does_not_listen_is_not_up():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert not answers("127.0.0.1", port)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80 ", "８０", "http", "8e3", "8" * 5000])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(CommandError, match="PORT must be a number from 1 to 65535"):
        Command._port(text)


@pytest.mark.parametrize("text", ["1", "8000", "65535"])
def test_a_port_is_a_number(text):
    assert Command._port(text) == int(text)


def test_one_data_folder_has_one_owner_who_is_named(command, tmp_path):
    held = command._sole_owner(8000)
    assert (tmp_path / "up.lock").read_text() == f"process {os.getpid()}, port 8000"
    with pytest.raises(CommandError, match=rf"already runs on .*\(process {os.getpid()}, port 8000\)"):
        command._sole_owner(8001)
    held.close()
    # the last owner's name is written over, not appended to
    command._sole_owner(9).close()
    assert (tmp_path / "up.lock").read_text() == f"process {os.getpid()}, port 9"


def test_a_port_that_stays_in_use_is_told_with_another(command, taken, monkeypatch):
    monkeypatch.setattr(up.time, "sleep", lambda _seconds: None)
    with pytest.raises(CommandError, match=f"127.0.0.1:{taken} is in use.*PORT={taken + 1}"):
        command._wait_for_port("127.0.0.1", taken)


def test_a_port_that_is_let_go_in_time_is_taken(command, monkeypatch):
    found = iter([False, False, True])
    monkeypatch.setattr(up, "is_free", lambda *_: next(found))
    monkeypatch.setattr(up.time, "sleep", lambda _seconds: None)
    command._wait_for_port("127.0.0.1", 8000)
    assert next(found, None) is None


@pytest.mark.parametrize("production", [True, False])
def test_production_is_checked_as_production(command, settings, monkeypatch, production):
    settings.PRODUCTION = production
    asked = []
    monkeypatch.setattr(command, "check", lambda **how: asked.append(how))
    command._check()
    assert asked == [{"include_deployment_checks": production}]


def test_a_set_up_that_is_wrong_is_refused_in_its_own_words(command, monkeypatch):
    monkeypatch.setattr(
        "django.core.checks.run_checks", lambda **_: [Error("Set GRIDBANK_SECRET_KEY.", id="gridbank.E1")]
    )
    with pytest.raises(CommandError, match="Set GRIDBANK_SECRET_KEY"):
        command._check()


@pytest.fixture
def called(monkeypatch):
    calls = []
    monkeypatch.setattr(up, "call_command", lambda name, **how: calls.append((name, how)))
    return calls


def names(called):
    return [name for name, _how in called]


def test_an_empty_database_is_seeded_with_a_password_that_this_run_knows(command, said, called, db):
    password = command._prepare()
    assert names(called) == ["migrate", "collectstatic", "seed_demo"]
    assert called[-1][1]["password"] == password
    assert len(password) == 14
    assert password != command._prepare()
    assert "seeding the demo" in said.getvalue()


def test_the_operators_own_demo_password_is_used(command, settings, called, db):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"demo_password": "Quiet-Rivers-1949"})
    assert command._prepare() == "Quiet-Rivers-1949"
    assert called[-1][1]["password"] == "Quiet-Rivers-1949"


def test_a_database_with_anybody_in_it_is_left_alone(command, called, db):
    UserFactory()
    assert command._prepare() is None
    assert names(called) == ["migrate", "collectstatic"]


def test_production_is_never_seeded(command, settings, called, db):
    settings.PRODUCTION = True
    assert command._prepare() is None
    assert names(called) == ["migrate", "collectstatic"]


@pytest.mark.django_db
def test_a_database_that_is_away_is_told_in_one_line(command, monkeypatch):
    def away(*_args, **_how):
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(up, "call_command", away)
    with pytest.raises(CommandError, match=r"^the database does not answer: connection refused$"):
        command._prepare()


class StandingFamily:
    def __init__(self):
        self.tended = 0

    def tend(self):
        self.tended += 1


def test_the_site_is_waited_for_and_its_family_tended_meanwhile(command, monkeypatch):
    found = iter([False, False, True])
    monkeypatch.setattr(up, "answers", lambda *_: next(found))
    monkeypatch.setattr(up.time, "sleep", lambda _seconds: None)
    family = StandingFamily()
    command._wait_until_up(family, "127.0.0.1", 8000)
    assert family.tended == 2


def test_a_site_that_never_answers_is_given_up(command, monkeypatch):
    monkeypatch.setattr(up, "answers", lambda *_: False)
    monkeypatch.setattr(up, "SLOWEST_START", -1.0)
    with pytest.raises(GaveUpError, match="did not answer"):
        command._wait_until_up(StandingFamily(), "127.0.0.1", 8000)


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_the_address_is_said_as_a_browser_takes_it(command, said, db, host, shown):
    command._welcome(host, 8000, None)
    assert f"http://{shown}:8000/" in said.getvalue()


def test_the_demos_people_are_listed_with_their_password_when_it_is_known(command, said, cast):
    UserFactory(username="zoe")
    cast.wang.is_active = False
    cast.wang.save()
    command._welcome("127.0.0.1", 8000, "aaaa-bbbb-cccc")
    lines = [line.split()[0] for line in said.getvalue().splitlines() if line.startswith("    ")]
    assert lines == ["zhao", "chen", "li", "sun"]
    assert "Password of all: aaaa-bbbb-cccc" in said.getvalue()
    assert "First li:" in said.getvalue()


def test_a_password_that_is_not_known_is_not_made_up(command, said, cast):
    command._welcome("127.0.0.1", 8000, None)
    assert "--reset-passwords" in said.getvalue()
    assert "Password of all" not in said.getvalue()


def test_production_says_nobodys_name(command, said, settings, cast):
    settings.PRODUCTION = True
    command._welcome("127.0.0.1", 8000, "aaaa-bbbb-cccc")
    assert "zhao" not in said.getvalue()
    assert "aaaa" not in said.getvalue()


def test_a_database_that_goes_away_spoils_no_welcome(command, said, monkeypatch):
    def away(**_):
        raise DatabaseError

    people = SimpleNamespace(_default_manager=SimpleNamespace(filter=away))
    monkeypatch.setattr(up, "get_user_model", lambda: people)
    monkeypatch.setattr(up.connection, "close", lambda: None)
    command._welcome("127.0.0.1", 8000, "x")
    assert "is up" in said.getvalue()


def test_nothing_starts_when_the_site_is_not_ready(settings, tmp_path, monkeypatch, said):
    """Half a schema serves nobody: the refusal comes before the first process."""
    settings.VAR_DIR = tmp_path

    def not_ready():
        raise CommandError("schema")

    monkeypatch.setattr(up.starting, "require", not_ready)
    monkeypatch.setattr(Command, "_check", lambda _self: None)
    monkeypatch.setattr(up, "Family", lambda *_args, **_how: pytest.fail("started"))
    monkeypatch.setattr(up, "is_free", lambda *_: True)
    with pytest.raises(CommandError, match="schema"):
        call_command("up", "--port", "8000", stdout=said)


def test_numbers_that_are_not_indexed_yet_are_indexed_while_preparing(command, settings, called, db):
    settings.PRODUCTION = True
    KeyFingerprint.objects.filter(name="index form").delete()
    command._prepare()
    assert names(called) == ["migrate", "collectstatic", "reindex_personal_data"]


class Quiet:
    """A family of nobody."""

    def __init__(self, *_args, **_how):
        self.killed = 0

    def start(self):
        os.kill(os.getpid(), signal.SIGTERM)

    def stop(self, **_):
        # asked a third time: at once
        os.kill(os.getpid(), signal.SIGTERM)

    def kill(self):
        self.killed += 1


def test_who_asks_twice_for_the_end_gets_it_without_a_traceback(settings, tmp_path, monkeypatch, said):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(up.starting, "require", lambda: None)
    monkeypatch.setattr(Command, "_check", lambda _self: None)
    monkeypatch.setattr(Command, "_wait_until_up", lambda *_: None)
    monkeypatch.setattr(Command, "_welcome", lambda *_: None)
    monkeypatch.setattr(up, "is_free", lambda *_: True)
    monkeypatch.setattr(up, "Family", Quiet)
    tell = Command._tell

    def told_meanwhile(self, sentence):
        os.kill(os.getpid(), signal.SIGINT)
        tell(self, sentence)

    monkeypatch.setattr(Command, "_tell", told_meanwhile)
    before = {name: signal.getsignal(name) for name in up.SIGNALS}
    try:
        call_command("up", "--port", "8000", stdout=said)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    assert said.getvalue().splitlines() == ["gridbank: stopping …", "gridbank: stopped."]


def test_a_data_folder_of_somebody_else_is_told(command, tmp_path):
    (tmp_path / "up.lock").mkdir()
    with pytest.raises(CommandError, match=r"up\.lock can't be opened.*as the user that owns"):
        command._sole_owner(8000)


def test_who_prepares_does_so_alone(command, called, db, monkeypatch):
    """Two who start at once on one database seed it once."""
    held = []

    @contextmanager
    def alone(_tell):
        held.append(names(called))
        yield
        held.append(names(called))

    monkeypatch.setattr(up, "alone", alone)
    command._prepare()
    assert held == [[], ["migrate", "collectstatic", "seed_demo"]]


def test_a_database_that_is_away_is_told_before_anything_starts(command, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    there = SimpleNamespace(vendor="postgresql", ensure_connection=away, close=lambda: None)
    monkeypatch.setattr(up, "connection", there)
    with pytest.raises(CommandError, match="The database does not answer: connection refused"):
        command._reach()
    there.vendor = "sqlite"
    command._reach()


def test_a_data_folder_on_a_full_disk_is_told(command, tmp_path):
    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    held = SimpleNamespace(truncate=lambda _size: None, write=len, flush=full)
    with pytest.raises(CommandError, match=r"up\.lock can't be written: No space left on device"):
        command._written(held, tmp_path / "up.lock", 8000)
