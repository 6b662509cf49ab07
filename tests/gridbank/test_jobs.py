"""A job is a row: no crash, broker or second beat may lose or double it."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from customers.models import Household
from gridbank import jobs
from gridbank.errors import Refused
from gridbank.models import JobRun
from gridbank.scoping import waive_scope
from tests.factories import HouseholdFactory


@pytest.fixture(autouse=True)
def sent(monkeypatch) -> list[int]:
    """Instead of a broker: remember what was published."""
    messages = []

    def take(*, kwargs, retry):
        assert retry is False
        messages.append(kwargs["job_id"])

    monkeypatch.setattr("gridbank.tasks.run_job.apply_async", take)
    return messages


@pytest.fixture
def work(monkeypatch):
    """Register a handler for kind "test" for the length of a test."""

    def register(function):
        monkeypatch.setitem(jobs._handlers, "test", function)
        return function

    register(lambda lease: {"answer": 42})
    return register


def age(job: JobRun, **fields) -> None:
    JobRun.objects.filter(pk=job.pk).update(**fields)


def long_ago() -> dict:
    return {"lease_until": timezone.now() - timedelta(seconds=1)}


def test_asking_twice_gives_one_row_and_one_message(db, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = jobs.request_job(kind="test", subject="2026-10")
        second = jobs.request_job(kind="test", subject="2026-10")
    assert first == second
    assert JobRun.objects.count() == 1
    assert sent == [first.pk]


def test_nothing_is_sent_before_commit(db, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        jobs.request_job(kind="test", subject="2026-10")
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_request_leaves_neither_row_nor_message(sent):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.request_job(kind="test", subject="2026-10")
        raise ZeroDivisionError
    assert not JobRun.objects.exists()
    assert sent == []


def test_a_finished_job_stays_finished_unless_asked_for_again(
    db, work, sent, django_capture_on_commit_callbacks
):
    job = jobs.request_job(kind="test", subject="a")
    assert jobs.run(job.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.request_job(kind="test", subject="a").status == "done"
        assert jobs.request_job(kind="test", subject="a", again=True).status == "pending"
        assert jobs.request_job(kind="test", subject="a", again=True).status == "pending"
    assert sent == [job.pk]
    job.refresh_from_db()
    assert (job.attempts, job.result, job.finished_at, job.started_at) == (0, {}, None, None)


def test_a_running_job_is_not_opened_again(db, work):
    job = jobs.request_job(kind="test", subject="a")
    assert jobs._take(job.pk)
    assert jobs.request_job(kind="test", subject="a", again=True).status == "running"


def test_a_job_runs_once(db, work):
    calls = []
    work(lambda lease: calls.append(lease.arguments) or {"n": len(calls)})
    job = jobs.request_job(kind="test", subject="a", arguments={"month": "2026-10"})
    assert jobs.run(job.pk) is True
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert calls == [{"month": "2026-10"}]
    assert (job.status, job.result, job.attempts, job.lease_until) == ("done", {"n": 1}, 1, None)


def test_a_second_worker_finds_the_job_taken(db, work):
    job = jobs.request_job(kind="test", subject="a")
    inner = []
    work(lambda lease: inner.append(jobs.run(job.pk)) or {})
    assert jobs.run(job.pk)
    assert inner == [False]


def test_a_dead_workers_job_is_taken_over_and_its_late_writes_are_refused(db, work):
    job = jobs.request_job(kind="test", subject="a")
    dead = jobs._take(job.pk)
    assert jobs._take(job.pk) is None
    age(job, **long_ago())
    alive = jobs._take(job.pk)
    assert alive is not None and alive.owner != dead.owner
    for late in (lambda: dead.progress(1, 2), dead.fence, lambda: dead.complete({"by": "the dead"})):
        with pytest.raises(jobs.LeaseLostError):
            late()
    assert dead.renew() is False
    alive.progress(1, 2, "half")
    job.refresh_from_db()
    assert (job.status, job.percent, job.message, job.attempts) == ("running", 50, "half", 2)


def test_losing_the_lease_rolls_back_the_results(cast, work):
    household = HouseholdFactory(grid=cast.grid_li, head_name="before")
    job = jobs.request_job(kind="test", subject="a")

    def slow(lease):
        age(job, owner="somebody else")
        with transaction.atomic(), waive_scope("a test"):
            Household.objects.filter(pk=household.pk).update(head_name="after")
            lease.fence()
        return {}

    work(slow)
    assert jobs.run(job.pk) is False
    household.refresh_from_db()
    assert household.head_name == "before"
    job.refresh_from_db()
    assert (job.status, job.owner) == ("running", "somebody else")


def test_a_handler_may_end_its_job_in_the_transaction_of_its_results(db, work):
    def together(lease):
        with transaction.atomic():
            lease.complete({"rows": 3})
        return {"never": "stored"}

    work(together)
    job = jobs.request_job(kind="test", subject="a")
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"rows": 3})


def test_a_failing_handler_fails_the_job_and_quotes_nobody(db, work, caplog):
    def fail(lease):
        raise ValueError("522727199001011234")

    work(fail)
    job = jobs.request_job(kind="test", subject="a")
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (job.status, job.message, job.lease_until) == ("failed", "ValueError", None)


def test_a_refusal_is_told_in_its_own_words(db, work, caplog):
    def refuse(lease):
        raise Refused("The month is locked.")

    work(refuse)
    job = jobs.request_job(kind="test", subject="a")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", "The month is locked.")


def test_an_unknown_kind_fails_and_does_not_spin(db, caplog):
    job = jobs.request_job(kind="nobody knows", subject="a")
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_database_that_goes_away_puts_the_job_back(db, work, sent):
    def interrupted(lease):
        raise OperationalError("server closed the connection")

    work(interrupted)
    job = jobs.request_job(kind="test", subject="a")
    assert jobs.run(job.pk) is False
    job.refresh_from_db()
    assert (job.status, job.attempts, job.owner) == ("pending", 1, "")
    work(lambda lease: {})
    assert jobs.run(job.pk) is True


def test_the_sweeper_publishes_what_was_lost_and_leaves_the_rest(db, work, sent, settings):
    now, stale = timezone.now(), timezone.now() - timedelta(seconds=settings.JOB_REPUBLISH_SECONDS + 1)
    unsent, lost, waiting, running, dead, done = (
        jobs.request_job(kind="test", subject=name) for name in "abcdef"
    )
    age(lost, published_at=stale)
    age(waiting, published_at=now)
    age(running, status="running", lease_until=now + timedelta(seconds=30), attempts=1)
    age(dead, status="running", **long_ago(), attempts=1)
    age(done, status="done")
    assert jobs.sweep() == {"published": 3, "given_up": 0}
    assert sorted(sent) == [unsent.pk, lost.pk, dead.pk]
    sent.clear()
    assert jobs.sweep() == {"published": 1, "given_up": 0}
    assert sent == [dead.pk], "only the dead one stays due until somebody takes it"


@pytest.mark.parametrize("status", ["running", "pending"])
def test_what_keeps_dying_is_given_up(db, work, sent, status):
    job = jobs.request_job(kind="test", subject="a")
    age(job, status=status, **long_ago(), attempts=jobs.MAX_ATTEMPTS)
    assert jobs._take(job.pk) is None
    assert jobs.sweep() == {"published": 0, "given_up": 1}
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", jobs.INTERRUPTED_TOO_OFTEN)


def test_a_dying_job_is_tried_as_often_as_promised(db, work):
    job = jobs.request_job(kind="test", subject="a")
    takes = 0
    while jobs._take(job.pk):
        takes += 1
        age(job, **long_ago())
    assert takes == jobs.MAX_ATTEMPTS


def test_a_broker_that_is_down_is_no_error(db, monkeypatch, sent, django_capture_on_commit_callbacks, caplog):
    def down(**_):
        raise ConnectionRefusedError("no broker")

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr("gridbank.tasks.run_job.apply_async", down)
        job = jobs.request_job(kind="test", subject="a")
    with monkeypatch.context() as patch:
        patch.setattr("gridbank.tasks.run_job.apply_async", down)
        assert jobs.publish(job.pk) is False
    job.refresh_from_db()
    assert (job.status, job.published_at) == ("pending", None)
    assert jobs.sweep() == {"published": 1, "given_up": 0}
    assert sent == [job.pk]


def test_two_beats_make_one_run(db, work, sent, django_capture_on_commit_callbacks):
    runs = []
    work(lambda lease: runs.append(lease.job_id) or {})
    with django_capture_on_commit_callbacks(execute=True):
        for _beat in range(2):
            jobs.request_job(kind="test", subject="2026-10")
    for job_id in [*sent, *sent]:
        jobs.run(job_id)
    assert len(runs) == 1


def test_progress_is_bounded_and_shown_in_percent(db, work):
    job = jobs.request_job(kind="test", subject="a")
    assert (job.percent, job.is_open) == (0, True)
    lease = jobs._take(job.pk)
    lease.progress(1, 3, "x" * 1000)
    job.refresh_from_db()
    assert (job.percent, len(job.message)) == (33, 300)


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease_of_a_slow_handler(work, settings):
    settings.JOB_LEASE_SECONDS = 0.6
    job = jobs.request_job(kind="test", subject="a")
    stolen = []

    def slow(lease):
        for _ in range(6):
            time.sleep(0.25)
            stolen.append(jobs._take(job.pk))
        return {}

    work(slow)
    assert jobs.run(job.pk) is True
    assert stolen == [None] * 6
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("heartbeat")]


@pytest.mark.django_db(transaction=True)
def test_without_the_heartbeat_the_same_handler_would_lose_its_lease(work, settings, monkeypatch):
    settings.JOB_LEASE_SECONDS = 0.3
    monkeypatch.setattr(jobs.Lease, "renew", lambda self: False)
    job = jobs.request_job(kind="test", subject="a")
    stolen = []

    def slow(lease):
        time.sleep(0.5)
        stolen.append(jobs._take(job.pk))
        return {}

    work(slow)
    assert jobs.run(job.pk) is False
    assert stolen[0] is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_workers_at_once_one_gets_the_job(work):
    job = jobs.request_job(kind="test", subject="a")
    start, won = threading.Barrier(10), []

    def race():
        start.wait()
        won.append(jobs._take(job.pk) is not None)
        connection.close()

    threads = [threading.Thread(target=race) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 9 + [True]
    job.refresh_from_db()
    assert job.attempts == 1


def test_finishing_a_job_here_does_it(db, work):
    job = jobs.finish(jobs.request_job(kind="test", subject="1").pk)
    assert (job.status, job.result) == (JobRun.Status.DONE, {"answer": 42})


def test_finishing_a_job_that_a_worker_has_waits_for_that_worker(db, work, monkeypatch):
    work(lambda lease: pytest.fail("the other worker has it"))
    job = jobs.request_job(kind="test", subject="1")
    other = jobs._take(job.pk)
    waited = []
    monkeypatch.setattr(
        jobs.time, "sleep", lambda seconds: waited.append(seconds) or other.complete({"by": "other"})
    )
    assert jobs.finish(job.pk).result == {"by": "other"}
    assert waited == [jobs.WAIT_SECONDS]


def test_finishing_takes_over_from_a_dead_worker_and_ends_with_what_keeps_dying(db, work):
    job = jobs.request_job(kind="test", subject="1")
    jobs._take(job.pk)
    age(job, **long_ago())
    assert jobs.finish(job.pk).attempts == 2
    dying = jobs.request_job(kind="test", subject="2")
    jobs._take(dying.pk)
    age(dying, attempts=jobs.MAX_ATTEMPTS, **long_ago())
    ended = jobs.finish(dying.pk)
    assert (ended.status, ended.message) == (JobRun.Status.FAILED, jobs.INTERRUPTED_TOO_OFTEN)
