"""Asking for a job: one row, one message, after commit."""

import pytest
from django.db import transaction

from jobs.leases import take
from jobs.models import JobRun
from jobs.requesting import publish, request_job
from jobs.running import run
from jobs.sweeping import sweep


def test_asking_twice_gives_one_row_and_one_message(db, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        first = request_job(kind="test", subject="2026-10")
        second = request_job(kind="test", subject="2026-10")
    assert first == second
    assert JobRun.objects.count() == 1
    assert sent == [first.pk]


def test_nothing_is_sent_before_commit(db, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        request_job(kind="test", subject="2026-10")
    assert sent == []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_request_leaves_neither_row_nor_message(sent):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        request_job(kind="test", subject="2026-10")
        raise ZeroDivisionError
    assert not JobRun.objects.exists()
    assert sent == []


def test_a_finished_job_stays_finished_unless_asked_for_again(
    db, work, sent, django_capture_on_commit_callbacks
):
    job = request_job(kind="test", subject="a")
    assert run(job.pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert request_job(kind="test", subject="a").status == "done"
        assert request_job(kind="test", subject="a", again=True).status == "pending"
        assert request_job(kind="test", subject="a", again=True).status == "pending"
    assert sent == [job.pk]
    job.refresh_from_db()
    assert (job.attempts, job.result, job.finished_at, job.started_at) == (0, {}, None, None)


def test_a_running_job_is_not_opened_again(db, work):
    job = request_job(kind="test", subject="a")
    assert take(job.pk)
    assert request_job(kind="test", subject="a", again=True).status == "running"


def test_a_broker_that_is_down_is_no_error(db, monkeypatch, sent, django_capture_on_commit_callbacks, caplog):
    def down(*_, **__):
        raise ConnectionRefusedError("no broker")

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr("gridbank.celery.app.send_task", down)
        job = request_job(kind="test", subject="a")
    with monkeypatch.context() as patch:
        patch.setattr("gridbank.celery.app.send_task", down)
        assert publish(job.pk) is False
    job.refresh_from_db()
    assert (job.status, job.published_at) == ("pending", None)
    assert sweep() == {"published": 1, "given_up": 0}
    assert sent == [job.pk]


def test_two_beats_make_one_run(db, work, sent, django_capture_on_commit_callbacks):
    runs = []
    work(lambda lease: runs.append(lease.job_id) or {})
    with django_capture_on_commit_callbacks(execute=True):
        for _beat in range(2):
            request_job(kind="test", subject="2026-10")
    for job_id in [*sent, *sent]:
        run(job_id)
    assert len(runs) == 1
