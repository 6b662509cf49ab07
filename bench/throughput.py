"""What gunicorn carries: pages at eight connections that stay busy, and laptops that send while pages are read."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from bench.load import Bank
from bench.measure import Result
from bench.pages import BATCH, SYNC, batch, forget, heads, signed_in
from bench.server import free_port
from people.models import User
from people.services import token_create, token_revoke

CONNECTIONS, WORKERS = 8, 3
# requests a second
BAR = 100
# batches a minute
READERS, BATCHES = 4, 50
OK = 200
ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def _gunicorn() -> Iterator[int]:
    """Serve the database under measurement as `manage.py up` would."""
    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "gridbank.wsgi:application", "--bind", f"127.0.0.1:{port}",
            "--workers", str(WORKERS), "--log-level", "warning", "--no-control-socket",
        ],
        cwd=ROOT,
        env=os.environ,
    )  # fmt: skip
    try:
        for _ in range(200):
            try:
                _ask(port, "/healthz", {})
                break
            except (OSError, RuntimeError):
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _ask(port: int, url: str, headers: dict[str, str], body: str | None = None) -> bytes:
    """Ask on a connection of its own and return the answer. Raises RuntimeError unless it is 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST" if body else "GET", url, body, headers)
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != OK:
        raise RuntimeError(f"{url} answered {response.status}")
    return answer


@contextmanager
def _busy(port: int, urls: Sequence[str], headers: dict[str, str], connections: int) -> Iterator[list[int]]:
    """Keep so many connections asking, each for one address after the other; the list counts the answers."""
    counts, over = [0] * connections, threading.Event()

    def work(place: int) -> None:
        while not over.is_set():
            _ask(port, urls[counts[place] % len(urls)], headers)
            counts[place] += 1

    with ThreadPoolExecutor(connections) as pool:
        working = [pool.submit(work, place) for place in range(connections)]
        try:
            yield counts
        finally:
            over.set()
    for each in working:
        # what went wrong in a thread is raised here
        each.result()


def _rate(port: int, url: str, headers: dict[str, str], seconds: float) -> float:
    """Return how many answers a second eight connections get."""
    start = time.perf_counter()
    with _busy(port, [url], headers, CONNECTIONS) as counts:
        time.sleep(seconds)
    return sum(counts) / (time.perf_counter() - start)


def _cookie(user: User) -> dict[str, str]:
    name = settings.SESSION_COOKIE_NAME
    return {"Cookie": f"{name}={signed_in(user).cookies[name].value}"}


def throughput(bank: Bank) -> Iterator[Result]:
    """Measure through one gunicorn: lists at full load, then batches of visits beside readers."""
    with _gunicorn() as port:
        yield from _lists(bank, port)
        yield _batches(bank, port)


def _lists(bank: Bank, port: int) -> Iterator[Result]:
    url, cookie, seconds = reverse("customers:list"), _cookie(bank.head), bank.size.seconds
    limit = _rate(port, "/healthz", {}, seconds / 2)
    deep = f"{url}?by=person&after={bank.size.customers * 9 // 10}"
    for what, address in (("first page", url), ("deep page", deep)):
        _rate(port, address, cookie, min(2.0, seconds))
        rate = _rate(port, address, cookie, seconds)
        yield Result(
            f"customer list, {what}, {CONNECTIONS} connections, {WORKERS} workers", rate, limit,
            f"≥ {BAR} req/s", rate >= BAR, unit="req/s", note="beside it: /healthz through the same gunicorn",
        )  # fmt: skip


def _batches(bank: Bank, port: int) -> Result:
    """Let one laptop after the other send its batch while four people read their homes and lists."""
    token = token_create(actor=bank.manager, name="bench", days=1)
    headers = {"Authorization": f"Token {token.secret}", "Content-Type": "application/json"}
    people, sent = heads(bank), list[str]()

    def send(seconds: float) -> float:
        start, done = time.perf_counter(), 0
        while time.perf_counter() < start + seconds:
            visits = batch(people)
            sent.extend(str(visit["id"]) for visit in visits)
            results = json.loads(_ask(port, SYNC, headers, json.dumps({"visits": visits})))["results"]
            if {one["status"] for one in results} != {"created"}:
                raise RuntimeError("sync: not every visit was stored")
            done += 1
        return done / (time.perf_counter() - start) * 60

    try:
        alone = send(bank.size.seconds)
        pages = [reverse("dashboards:home"), reverse("visits:today"), reverse("customers:list")]
        with _busy(port, pages, _cookie(bank.manager), READERS) as counts:
            start = time.perf_counter()
            beside = send(bank.size.seconds * 2)
            read = sum(counts) / (time.perf_counter() - start)
    finally:
        forget(sent)
        token_revoke(actor=bank.manager, token=token.token)
    return Result(
        f"batches of {BATCH} visits while {READERS} people read {read:.0f} pages a second", beside, alone,
        f"≥ {BATCHES} /min", beside >= BATCHES, unit="/min", note="beside it: with nobody reading",
    )  # fmt: skip
