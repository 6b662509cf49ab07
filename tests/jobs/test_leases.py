"""A lease: one worker at a time, whoever is silent loses it."""

import threading
import time

import pytest
from django.db import connection

from jobs.leases import MAX_ATTEMPTS, Lease, LeaseLostError, hand_back, take
from jobs.requesting import request_job
from jobs.running import run
from tests.jobs.rows import age, long_ago


def test_a_dead_workers_job_is_taken_over_and_its_late_writes_are_refused(db, work):
    job = request_job(kind="test", subject="a")
    dead = take(job.pk)
    assert take(job.pk) is None
    age(job, **long_ago())
    alive = take(job.pk)
    assert alive is not None and alive.owner != dead.owner
    for late in (lambda: dead.progress(1, 2), dead.fence, lambda: dead.complete({"by": "the dead"})):
        with pytest.raises(LeaseLostError):
            late()
    assert dead.renew() is False
    alive.progress(1, 2, "half")
    job.refresh_from_db()
    assert (job.status, job.percent, job.message, job.attempts) == ("running", 50, "half", 2)


def test_a_late_worker_hands_back_nobody_elses_job(db, work):
    job = request_job(kind="test", subject="a")
    dead = take(job.pk)
    age(job, **long_ago())
    alive = take(job.pk)
    hand_back(dead)
    job.refresh_from_db()
    assert (job.status, job.owner) == ("running", alive.owner)
    alive.fence()
    hand_back(alive)
    job.refresh_from_db()
    assert (job.status, job.owner) == ("pending", "")


def test_a_dying_job_is_tried_as_often_as_promised(db, work):
    job = request_job(kind="test", subject="a")
    takes = 0
    for _ in range(2 * MAX_ATTEMPTS):
        takes += take(job.pk) is not None
        age(job, **long_ago())
    assert takes == MAX_ATTEMPTS


def test_progress_is_bounded_and_shown_in_percent(db, work):
    job = request_job(kind="test", subject="a")
    assert (job.percent, job.is_open) == (0, True)
    lease = take(job.pk)
    lease.progress(1, 3, "x" * 1000)
    job.refresh_from_db()
    assert (job.percent, len(job.message)) == (33, 300)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease_of_a_slow_handler(work, settings):
    settings.JOB_LEASE_SECONDS = 0.6
    job = request_job(kind="test", subject="a")
    stolen = []

    def slow(lease):
        for _ in range(6):
            time.sleep(0.25)
            stolen.append(take(job.pk))
        return {}

    work(slow)
    assert run(job.pk) is True
    assert stolen == [None] * 6
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("heartbeat")]


@pytest.mark.django_db(transaction=True)
def test_without_the_heartbeat_the_same_handler_would_lose_its_lease(work, settings, monkeypatch):
    settings.JOB_LEASE_SECONDS = 0.3
    monkeypatch.setattr(Lease, "renew", lambda self: False)
    job = request_job(kind="test", subject="a")
    stolen = []

    def slow(lease):
        time.sleep(0.5)
        stolen.append(take(job.pk))
        return {}

    work(slow)
    assert run(job.pk) is False
    assert stolen[0] is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_at_once_one_gets_the_job(work):
    job = request_job(kind="test", subject="a")
    start, won = threading.Barrier(10), []

    def race():
        start.wait()
        won.append(take(job.pk) is not None)
        connection.close()

    threads = [threading.Thread(target=race) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 9 + [True]
    job.refresh_from_db()
    assert job.attempts == 1
