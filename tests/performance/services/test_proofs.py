"""A month is proven from what was frozen, by whoever may ask, and what does not hold is said aloud."""

import logging
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from audit.models import AuditEvent
from customers.models import Household
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from jobs import running
from jobs.models import JobRun
from people.models import User
from performance import services
from performance.scoring import RULES_VERSION
from performance.services.proofs import Verification
from tests.factories import GridFactory
from tests.performance.frozen import guard, sql
from tests.performance.world import MONTH
from visits.models import Visit

OCTOBER = date(2026, 10, 1)


def test_a_corrected_or_late_visit_changes_nothing_in_a_locked_month(cast, locked):
    before = services.verify_period(locked)
    with waive_scope("test"):
        Visit.objects.filter(met=True).update(met=False, version=2)
        Household.objects.update(completeness=0, complete_since=None)
        User.objects.filter(pk=cast.li.pk).update(name="改名")
    locked.refresh_from_db()
    after = services.verify_period(locked)
    assert (after.ok, after.root_hash) == (True, before.root_hash)


@pytest.mark.parametrize(
    ("table", "change", "difference"),
    [
        ("performance_fact", "numerator_micros = numerator_micros + 1", {"facts", "scores"}),
        ("performance_fact", "source_version = 9", {"facts"}),
        ("performance_scoreline", "points = points + 1", {"rows"}),
        ("performance_score", "rank_bank = 9", {"rows"}),
        ("performance_run", "inputs = '{}'", {"facts", "inputs"}),
    ],
)
def test_what_somebody_with_power_over_the_triggers_changed_is_named(locked, table, change, difference):
    guard("drop")
    sql(f"UPDATE {table} SET {change}")()
    guard("create")
    locked.current_run.refresh_from_db()
    assert set(services.verify_period(locked).differences) == difference


def test_inputs_of_rules_that_this_code_does_not_know_are_named(locked):
    guard("drop")
    known = f'"rules":{RULES_VERSION},'
    sql(f"UPDATE performance_run SET inputs = REPLACE(inputs, '{known}', '\"rules\":99,')")()
    guard("create")
    locked.current_run.refresh_from_db()
    assert '"rules":99' in locked.current_run.inputs
    assert set(services.verify_period(locked).differences) >= {"facts", "inputs"}


def test_what_is_stored_is_proven_not_what_the_caller_holds(provisional):
    provisional.current_run.root_hash = "0" * 64
    provisional.month = OCTOBER
    found = services.verify_period(provisional)
    assert found.ok
    assert found.root_hash != "0" * 64


def test_a_month_that_was_never_computed_has_nothing_to_prove(cast):
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    with pytest.raises(Refused):
        services.verify_period(period)


def test_one_difference_is_enough():
    proof = Verification(1, 45, "a" * 64, ())
    assert proof.ok
    assert not replace(proof, differences=("rows",)).ok


def test_head_office_asks_again_and_again_nobody_else_does(cast, provisional):
    first = services.request_verification(actor=cast.zhao, period=provisional)
    assert running.run(first.pk)
    later = services.request_verification(actor=cast.zhao, period=provisional)
    assert later.is_open
    assert (later.kind, later.bank_id) == (services.VERIFY, cast.root.pk)
    for actor in (cast.chen, cast.li):
        with pytest.raises(PermissionDenied):
            services.request_verification(actor=actor, period=provisional)
    with pytest.raises(OutOfSight):
        services.request_verification(
            actor=cast.sun.__class__(pk=cast.sun.pk, role="auditor"), period=provisional
        )
    asked = AuditEvent.objects.filter(action="period.verification_requested")
    assert {event.actor_id for event in asked} == {cast.zhao.pk}


def test_another_banks_month_is_not_there(cast):
    period = services.period_open(actor=None, bank=GridFactory(tier="head_office", parent=None), month=MONTH)
    with pytest.raises(OutOfSight):
        services.request_verification(actor=cast.zhao, period=period)
    assert not JobRun.objects.exists()


def test_the_jobs_result_is_the_proof(cast, provisional):
    job = services.request_verification(actor=cast.zhao, period=provisional)
    assert running.run(job.pk)
    job.refresh_from_db()
    run = provisional.current_run
    assert job.result == {
        "ok": True, "differences": [], "run": run.pk, "facts": run.facts_count, "root_hash": run.root_hash,
    }  # fmt: skip
    assert not AuditEvent.objects.filter(action="period.verification_failed").exists()


def test_a_month_that_does_not_hold_is_in_the_log_and_in_the_trail(cast, locked, caplog):
    guard("drop")
    sql("UPDATE performance_score SET rank_bank = 9")()
    guard("create")
    job = services.request_verification(actor=None, period=locked)
    with caplog.at_level(logging.ERROR, logger="gridbank.performance"):
        assert running.run(job.pk)
    job.refresh_from_db()
    assert (job.result["ok"], job.result["differences"]) == (False, ["rows"])
    assert "does not verify" in caplog.text
    event = AuditEvent.objects.get(action="period.verification_failed")
    assert (event.actor_id, event.details) == (None, {"run": locked.current_run_id, "differences": ["rows"]})


def test_every_final_month_is_proven_at_night_and_no_other(cast, locked):
    services.run_compute(bank=cast.root, month=OCTOBER)
    (job,) = services.request_verifications()
    assert job.arguments == {"period": locked.pk}
    assert job.subject == services.job_subject(cast.root, MONTH)


def test_the_commands_name_a_months_computed_periods(cast, provisional):
    other = GridFactory(tier="head_office", parent=None)
    theirs = services.run_compute(bank=other, month=MONTH).period
    services.period_open(actor=None, bank=GridFactory(tier="head_office", parent=None), month=MONTH)
    assert {period.pk for period in services.computed_periods(month=MONTH)} == {provisional.pk, theirs.pk}
    assert services.computed_periods(month=MONTH, bank_code=other.code) == [theirs]
    assert services.computed_periods(month=MONTH, bank_code="nowhere") == []
    assert services.computed_periods(month=OCTOBER) == []
