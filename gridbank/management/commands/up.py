"""`manage.py up`: web, worker and beat as one thing that starts and stops together."""

import errno
import fcntl
import os
import secrets
import signal
import socket
import sys
import time
import urllib.request
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from gridbank import environment, fingerprints, starting
from gridbank.alone import alone
from gridbank.checks.production import DEMO_USERNAMES
from gridbank.outages import sentence_for_operator
from gridbank.processes import Family, GaveUpError, Program

PATIENCE = 8.0
SLOWEST_START = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):  # noqa: N818  it is no error
    """The operator asked for the end."""


def programs(host: str, port: int, *, production: bool | None = None) -> list[Program]:
    """Return what runs: gunicorn, a Celery worker and Celery beat."""
    python, var = sys.executable, settings.VAR_DIR
    production = settings.PRODUCTION if production is None else production
    quiet = [] if production else ["-W", "ignore:You're running the worker with superuser"]
    celery = [python, *quiet, "-m", "celery", "-q", "-A", "gridbank.celery"]
    wanted = settings.ENVIRONMENT
    workers, threads = str(wanted.web_workers), str(wanted.job_threads)
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        python, "-m", "gunicorn", "gridbank.wsgi:application", "--bind", bind, "--workers", workers,
        "--timeout", "60", "--graceful-timeout", "6", "--log-level", "warning", "--no-control-socket",
        "--limit-request-line", "8190", "--forwarded-allow-ips", wanted.proxies,
    ]  # fmt: skip
    if Path("/dev/shm").is_dir():  # noqa: S108  gunicorn's heartbeat files must not wait for a disk
        web += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    worker = [
        *celery, "worker", "--pool=threads", "--concurrency", threads, "--loglevel", "WARNING",
        "--without-gossip", "--without-mingle", "--hostname", "gridbank@%h",
    ]  # fmt: skip
    beat = [*celery, "beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(var / "beat-schedule")]
    return [
        Program("web", web),
        # jobs survive it; a warm stop would linger
        Program("worker", worker, orphan_signal=signal.SIGKILL),
        Program("beat", beat, orphan_signal=signal.SIGKILL),
    ]


def is_free(host: str, port: int) -> bool:
    """Say whether nobody listens at the address. Raises CommandError where no program could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            # another machine's address, a name nobody knows, a port below 1024
            message = f"can't listen on {host}:{port}: {error.strerror or error}."
            raise CommandError(message) from error
    return True


def answers(host: str, port: int) -> bool:
    """Say whether the site is up: /healthz answers 200 as a browser behind the proxy would see it."""
    reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
    reach = f"[{reach}]" if ":" in reach else reach
    name = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    request = urllib.request.Request(
        f"http://{reach}:{port}/healthz", headers={"Host": name, "X-Forwarded-Proto": "https"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310
            return bool(response.status == 200)  # noqa: PLR2004
    except OSError:
        return False


class Command(BaseCommand):
    """Start everything that one machine needs; Ctrl-C stops it."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default=settings.ENVIRONMENT.listen_host)
        parser.add_argument("--port", default=settings.ENVIRONMENT.listen_port)
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="migrate, collect static files and seed an empty database first",
        )

    def handle(self, *_: Any, host: str, port: str, prepare: bool, **__: Any) -> None:
        """Prepare, start, say where, and stay until stopped."""
        number = self._port(port)
        self._lock = self._sole_owner(number)
        self._wait_for_port(host, number)
        self._check()
        self._reach()
        password = self._prepare() if prepare else None
        starting.require()
        family = Family(programs(host, number), tell=self._tell)
        for name in SIGNALS:
            signal.signal(name, self._stop)
        try:
            family.start()
            self._wait_until_up(family, host, number)
            self._welcome(host, number, password)
            while True:
                family.tend()
                time.sleep(0.25)
        except Stopped:
            self._tell("stopping …")
        except GaveUpError as error:
            message = f"{error}. Everything is stopped; the lines above say why."
            raise CommandError(message) from error
        finally:
            for name in SIGNALS:
                # asked twice: at once
                signal.signal(name, lambda *_: family.kill())
            family.stop(patience=PATIENCE)
        self._tell("stopped.")

    def _tell(self, sentence: str) -> None:
        self.stdout.write(f"gridbank: {sentence}")
        self.stdout.flush()

    @staticmethod
    def _stop(*_: Any) -> None:
        # asked again before the first word is heard: it is
        for name in SIGNALS:
            signal.signal(name, signal.SIG_IGN)
        raise Stopped

    @staticmethod
    def _port(text: str) -> int:
        if not environment.is_port(text):
            message = f"PORT must be a number from 1 to 65535, not {text[:20]!r}."
            raise CommandError(message)
        return int(text)

    @staticmethod
    def _sole_owner(port: int) -> Any:
        """Hold the data folder: two beats and two workers on one SQLite folder help nobody."""
        path = settings.VAR_DIR / "up.lock"
        try:
            held = path.open("a+")
        except OSError as error:
            message = f"{path} can't be opened: {error.strerror}. Start gridbank as the user that owns {path.parent}."
            raise CommandError(message) from None
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held.seek(0)
            owner = held.read().strip()
            message = f"gridbank already runs on {settings.VAR_DIR} ({owner}). Stop it first, or use another GRIDBANK_VAR."
            raise CommandError(message) from None
        return Command._written(held, path, port)

    @staticmethod
    def _written(held: Any, path: Path, port: int) -> Any:
        """Say in the file who holds it."""
        try:
            held.truncate(0)
            held.write(f"process {os.getpid()}, port {port}")
            held.flush()
        except OSError as error:
            raise CommandError(f"{path} can't be written: {error.strerror}.") from None
        return held

    @staticmethod
    def _wait_for_port(host: str, port: int) -> None:
        """Give a predecessor that was killed two seconds to let go of the port."""
        for _ in range(20):
            if is_free(host, port):
                return
            time.sleep(0.1)
        message = f"{host}:{port} is in use by another program. Choose another port: PORT={port + 1} make run"
        raise CommandError(message)

    def _check(self) -> None:
        """Refuse a set-up that is wrong; production refuses more."""
        try:
            self.check(include_deployment_checks=settings.PRODUCTION)
        except SystemCheckError as error:
            raise CommandError(str(error)) from error

    @staticmethod
    def _reach() -> None:
        """Refuse to start over a database that is away: what is to serve would only tell of it, ten times a second."""
        if connection.vendor == "sqlite":
            # a file that isn't there would be made by the question
            return
        try:
            connection.ensure_connection()
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(sentence_for_operator(error) or str(error)) from error
        finally:
            connection.close()

    def _prepare(self) -> str | None:
        """Migrate, collect, seed; alone, so that two who start at once don't seed one database twice."""
        try:
            with alone(self._tell):
                return self._set_up()
        except OperationalError as error:
            message = f"the database does not answer: {str(error).strip().splitlines()[0]}"
            raise CommandError(message) from error

    def _set_up(self) -> str | None:
        """Return the demo's password when this run knows it."""
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        if not fingerprints.is_indexed():
            call_command("reindex_personal_data", stdout=self.stdout)
        people = get_user_model()._default_manager
        fixed = settings.ENVIRONMENT.demo_password or None
        if settings.PRODUCTION or people.exists() or "seed_demo" not in get_commands():
            return fixed
        self._tell("the database is empty: seeding the demo (about 20 seconds) …")
        password = fixed or f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        call_command("seed_demo", verbosity=0, password=password)
        return password

    def _wait_until_up(self, family: Family, host: str, port: int) -> None:
        deadline = time.monotonic() + SLOWEST_START
        while not answers(host, port):
            family.tend()
            if time.monotonic() > deadline:
                message = f"the site did not answer within {SLOWEST_START:.0f} s"
                raise GaveUpError(message)
            time.sleep(0.1)

    def _welcome(self, host: str, port: int, password: str | None) -> None:
        """Print the address and who can sign in."""
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"\n  gridbank is up: http://{shown}:{port}/\n")
        if not settings.PRODUCTION:
            self._sign_ins(password)
        self.stdout.write("  Ctrl-C stops it.\n\n")
        self.stdout.flush()

    def _sign_ins(self, password: str | None) -> None:
        user = get_user_model()
        try:
            people = list(user._default_manager.filter(username__in=DEMO_USERNAMES, is_active=True))
        except DatabaseError:
            return
        finally:
            connection.close()
        if not people:
            return
        self.stdout.write("\n  Sign in as:")
        people.sort(key=lambda person: DEMO_USERNAMES.index(person.get_username()))
        for person in people:
            role = getattr(person, "get_role_display", str)()
            self.stdout.write(f"    {person.get_username():<10} {role}")
        self.stdout.write(
            "  First li: whom to visit today. Then chen: his branch. Then zhao: the county; and qian, who locks the month."
        )
        if password:
            self.stdout.write(f"  Password of all: {password}\n")
        else:
            self.stdout.write(
                "  The password was printed when the demo was seeded. A new one:"
                " manage.py seed_demo --reset-passwords\n"
            )
