"""A job is a row: no crash, broker or second beat may lose or double it."""

import pytest
from django.db import OperationalError, transaction

from customers.models import Household
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from jobs import running
from jobs.leases import MAX_ATTEMPTS, take
from jobs.models import JobRun
from jobs.requesting import request_job
from jobs.running import finish, run
from jobs.sweeping import INTERRUPTED_TOO_OFTEN
from tests.factories import HouseholdFactory
from tests.jobs.rows import age, long_ago


def test_a_job_runs_once(db, work):
    calls = []
    work(lambda lease: calls.append(lease.arguments) or {"n": len(calls)})
    job = request_job(kind="test", subject="a", arguments={"month": "2026-10"})
    assert run(job.pk) is True
    assert run(job.pk) is False
    job.refresh_from_db()
    assert calls == [{"month": "2026-10"}]
    assert (job.status, job.result, job.attempts, job.lease_until) == ("done", {"n": 1}, 1, None)


def test_a_second_worker_finds_the_job_taken(db, work):
    job = request_job(kind="test", subject="a")
    inner = []
    work(lambda lease: inner.append(run(job.pk)) or {})
    assert run(job.pk)
    assert inner == [False]


def test_losing_the_lease_rolls_back_the_results(cast, work):
    household = HouseholdFactory(grid=cast.grid_li, head_name="before")
    job = request_job(kind="test", subject="a")

    def slow(lease):
        age(job, owner="somebody else")
        with transaction.atomic(), waive_scope("a test"):
            Household.objects.filter(pk=household.pk).update(head_name="after")
            lease.fence()
        return {}

    work(slow)
    assert run(job.pk) is False
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
    job = request_job(kind="test", subject="a")
    assert run(job.pk) is True
    job.refresh_from_db()
    assert (job.status, job.result) == ("done", {"rows": 3})


def test_a_failing_handler_fails_the_job_and_quotes_nobody(db, work, caplog):
    def fail(lease):
        raise ValueError("522727199001011234")

    work(fail)
    job = request_job(kind="test", subject="a")
    assert run(job.pk) is False
    job.refresh_from_db()
    assert (job.status, job.message, job.lease_until) == ("failed", "ValueError", None)


def test_a_refusal_is_told_in_its_own_words(db, work, caplog):
    def refuse(lease):
        raise Refused("The month is locked.")

    work(refuse)
    job = request_job(kind="test", subject="a")
    run(job.pk)
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", "The month is locked.")


def test_an_unknown_kind_fails_and_does_not_spin(db, caplog):
    job = request_job(kind="nobody knows", subject="a")
    assert run(job.pk) is False
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_database_that_goes_away_puts_the_job_back(db, work, sent):
    def interrupted(lease):
        raise OperationalError("server closed the connection")

    work(interrupted)
    job = request_job(kind="test", subject="a")
    assert run(job.pk) is False
    job.refresh_from_db()
    assert (job.status, job.attempts, job.owner) == ("pending", 1, "")
    work(lambda lease: {})
    assert run(job.pk) is True


def test_finishing_a_job_here_does_it(db, work):
    job = finish(request_job(kind="test", subject="1").pk)
    assert (job.status, job.result) == (JobRun.Status.DONE, {"answer": 42})


def test_finishing_a_job_that_a_worker_has_waits_for_that_worker(db, work, monkeypatch):
    work(lambda lease: pytest.fail("the other worker has it"))
    job = request_job(kind="test", subject="1")
    other = take(job.pk)
    waited = []
    monkeypatch.setattr(
        running.time, "sleep", lambda seconds: waited.append(seconds) or other.complete({"by": "other"})
    )
    assert finish(job.pk).result == {"by": "other"}
    assert waited == [running.WAIT_SECONDS]


def test_finishing_takes_over_from_a_dead_worker_and_ends_with_what_keeps_dying(db, work):
    job = request_job(kind="test", subject="1")
    take(job.pk)
    age(job, **long_ago())
    assert finish(job.pk).attempts == 2
    dying = request_job(kind="test", subject="2")
    take(dying.pk)
    age(dying, attempts=MAX_ATTEMPTS, **long_ago())
    ended = finish(dying.pk)
    assert (ended.status, ended.message) == (JobRun.Status.FAILED, INTERRUPTED_TOO_OFTEN)
