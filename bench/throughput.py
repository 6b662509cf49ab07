"""Requests per second through gunicorn, at eight connections that stay busy."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from bench.load import Bank
from bench.measure import Result
from bench.pages import signed_in
from bench.server import free_port

CONNECTIONS, WORKERS = 8, 3
BAR = 100
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
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def _ask(port: int, url: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", url, headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def _hammer(port: int, url: str, headers: dict[str, str], seconds: float) -> float:
    """Ask from several threads until the time is over; return requests per second."""
    until, counts = time.perf_counter() + seconds, [0] * CONNECTIONS

    def work(place: int) -> None:
        while time.perf_counter() < until:
            if _ask(port, url, headers) != 200:
                raise RuntimeError(f"{url} did not answer 200")
            counts[place] += 1

    start = time.perf_counter()
    threads = [threading.Thread(target=work, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def list_throughput(bank: Bank) -> Iterator[Result]:
    """Measure the customer list, first page and deep."""
    client = signed_in(bank.head)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    url = reverse("customers:list")
    with _gunicorn() as port:
        limit = _hammer(port, "/healthz", {}, bank.size.seconds / 2)
        for what, address in (
            ("first page", url), ("deep page", f"{url}?after={bank.size.customers * 9 // 10}"),
        ):  # fmt: skip
            _hammer(port, address, {"Cookie": cookie}, min(2.0, bank.size.seconds))
            rate = _hammer(port, address, {"Cookie": cookie}, bank.size.seconds)
            yield Result(
                f"customer list, {what}, {CONNECTIONS} connections, {WORKERS} workers", rate, limit,
                f"≥ {BAR} req/s", rate >= BAR, unit="req/s", note="beside it: /healthz through the same gunicorn",
            )  # fmt: skip
