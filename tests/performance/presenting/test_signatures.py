"""A month's steps: what is done, by whom, and why the next one waits."""

from jobs.models import JobRun
from performance import selectors, services
from performance.presenting.signatures import code_of, signatures
from performance.services import VERIFY
from tests.performance.world import MONTH


def steps(actor, month=MONTH):
    period = selectors.period_of(actor=actor, month=month)
    proof = selectors.job_of(period=period, kind=VERIFY)
    return signatures(actor=actor, period=period, proof=proof)


def states(actor):
    return [step["state"] for step in steps(actor)]


def test_a_closed_month_waits_for_a_check_first(cast, provisional):
    found = steps(cast.zhao)
    assert [step["name"] for step in found] == ["核算", "复核", "公布", "锁定"]
    assert [step["state"] for step in found] == ["done", "next", "todo", "todo"]
    assert code_of(provisional.current_run.root_hash) in found[0]["note"]


def test_who_published_is_named_and_told_why_he_cannot_lock(cast, published):
    assert states(cast.zhao) == ["done", "todo", "done", "next"]
    found = steps(cast.zhao)
    assert found[2]["who"] == cast.zhao.name
    assert "不能锁定" in found[3]["note"]


def test_a_second_person_may_lock_and_then_nothing_is_left(cast, second, published):
    assert steps(second)[3]["note"] == ""
    services.period_lock(actor=second, period=published)
    found = steps(cast.zhao)
    assert (found[3]["state"], found[3]["who"]) == ("done", second.name)
    assert "next" not in states(cast.zhao)


def test_a_proof_that_failed_is_no_step_forward(cast, provisional):
    subject = selectors.job_subject(provisional.grid, MONTH)
    job = JobRun(kind=VERIFY, subject=subject, status=JobRun.Status.DONE, result={"ok": False})
    assert signatures(actor=cast.zhao, period=provisional, proof=job)[1]["state"] == "bad"
    job.result = {"ok": True}
    assert signatures(actor=cast.zhao, period=provisional, proof=job)[1]["state"] == "done"


def test_a_hash_is_short_enough_for_eyes():
    assert (code_of("abcdef" + "0" * 56 + "99"), code_of("")) == ("abcd···99", "–")
