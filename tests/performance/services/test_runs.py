from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from jobs import running
from jobs.leases import Lease, LeaseLostError
from jobs.models import JobRun
from performance import computing, services, tasks
from performance.models import Fact, Period, Run
from tests.performance.world import MONTH, fill


@pytest.fixture
def october(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 10, 1))


def runs():
    with waive_scope("test"):
        return list(Run.objects.order_by("pk"))


def test_two_beats_make_one_job_and_one_run(cast, october):
    fill(cast)
    for _ in range(2):
        tasks.request_closed_month()
    job = JobRun.objects.get(kind="performance.rank", subject=f"{cast.root.code}:2026-09")
    assert running.run(job.pk)
    assert not running.run(job.pk)
    tasks.request_closed_month()
    tasks.request_running_month()
    services.request_month(actor=None, bank=cast.root, month=MONTH)
    job.refresh_from_db()
    assert job.status == JobRun.Status.DONE
    assert [run.root_hash for run in runs()] == [job.result["root_hash"]]


def test_a_late_second_request_finds_the_run_and_makes_none(cast, october):
    fill(cast)
    services.run_compute(bank=cast.root, month=MONTH)
    job = services.request_month(actor=None, bank=cast.root, month=MONTH)
    assert running.run(job.pk)
    assert len(runs()) == 1


def test_the_running_month_is_computed_anew_each_time_and_keeps_one_predecessor(cast, october):
    fill(cast)
    month = date(2026, 10, 1)
    for _ in range(3):
        assert running.run(services.request_month(actor=None, bank=cast.root, month=month).pk)
    assert [(run.attempt, run.kind, run.as_of) for run in runs()] == [
        (2, "running", month),
        (3, "running", month),
    ]
    with waive_scope("test"):
        assert Fact.objects.exclude(run__in=runs()).count() == 0
        assert Period.objects.get(month=month).status == "provisional"


def test_what_is_superseded_goes_but_nothing_of_a_published_month(cast, october):
    fill(cast)
    for _ in range(3):
        run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    services.superseded_drop(period=run.period)
    assert [one.attempt for one in runs()] == [2, 3]
    services.run_compute(bank=cast.root, month=MONTH, again=True)
    with waive_scope("test"):
        services.period_publish(actor=cast.zhao, period=run.period)
    services.superseded_drop(period=run.period)
    assert [one.attempt for one in runs()] == [4]


def test_progress_is_told_and_ends_whole(cast, october):
    fill(cast)
    job = services.request_month(actor=cast.zhao, bank=cast.root, month=MONTH)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.progress_done, job.progress_total) == (5, 6)
    assert job.result["facts"] == runs()[0].facts_count == 45


def test_a_month_is_computed_in_nobodys_name_who_did_not_ask(cast, october):
    """A job's row is anybody's to write who may write rows."""
    job = services.request_month(actor=None, bank=cast.root, month=MONTH)
    JobRun.objects.filter(pk=job.pk).update(requested_by=cast.zhao)
    running.run(job.pk)
    job.refresh_from_db()
    assert (job.status, runs()) == (JobRun.Status.FAILED, [])


def test_a_worker_that_loses_its_lease_leaves_nothing_that_counts(cast, october, monkeypatch):
    fill(cast)
    job = services.request_month(actor=None, bank=cast.root, month=MONTH)
    lost = iter([False, False, True])
    plain = Lease.progress

    def progress(lease, *args):
        if next(lost, False):
            raise LeaseLostError
        plain(lease, *args)

    monkeypatch.setattr(Lease, "progress", progress)
    assert not running.run(job.pk)
    with waive_scope("test"):
        assert Period.objects.get().current_run is None
    JobRun.objects.update(lease_until="2026-01-01T00:00Z")
    assert running.run(job.pk)
    assert [run.finished_at is not None for run in runs()] == [True]


def test_a_lease_lost_before_the_swap_swaps_nothing_in(cast, october, monkeypatch):
    fill(cast)
    job = services.request_month(actor=None, bank=cast.root, month=MONTH)
    plain = computing.collect_inputs

    def taken_over(**kwargs):
        JobRun.objects.filter(pk=job.pk).update(owner="somebody else")
        return plain(**kwargs)

    monkeypatch.setattr(computing, "collect_inputs", taken_over)
    assert not running.run(job.pk)
    with waive_scope("test"):
        assert Period.objects.get().current_run is None


def test_a_month_that_has_not_begun_is_refused(cast, october):
    with pytest.raises(Refused):
        services.request_month(actor=cast.zhao, bank=cast.root, month=date(2026, 11, 1))


def test_who_may_ask_again(cast, october):
    month = date(2026, 10, 1)
    fill(cast)
    services.run_compute(bank=cast.root, month=month)
    services.run_compute(bank=cast.root, month=MONTH)
    services.request_month(actor=cast.chen, bank=cast.root, month=month)
    services.request_month(actor=cast.zhao, bank=cast.root, month=MONTH, again=True)
    for actor, wish in ((cast.li, month), (cast.chen, MONTH)):
        with pytest.raises(PermissionDenied):
            services.request_month(actor=actor, bank=cast.root, month=wish)


def test_a_person_without_assignment_sees_no_month_to_ask_for(cast, october):
    cast.sun.role = "head_office"
    with pytest.raises(OutOfSight):
        services.request_month(actor=cast.sun, bank=cast.root, month=MONTH)


def test_what_is_asked_for_again_while_it_is_computed_is_refused_and_not_noted(cast, october):
    fill(cast)
    services.request_month(actor=None, bank=cast.root, month=MONTH)
    events = AuditEvent.objects.count()
    with pytest.raises(Refused, match="正在核算"):
        services.request_month(actor=cast.zhao, bank=cast.root, month=MONTH, again=True)
    assert AuditEvent.objects.count() == events
