"""What a proof asks beside the bytes: the signed trail, the scheme, the month."""

from audit.models import AuditEvent
from gridbank.scoping import waive_scope
from performance import services
from performance.models import Period, Run
from tests.performance.frozen import guard, sql


def test_a_root_hash_that_nobody_signed_is_named(locked):
    guard("drop")
    with waive_scope("test"):
        Run.objects.filter(pk=locked.current_run_id).update(root_hash="0" * 64)
    guard("create")
    locked.current_run.refresh_from_db()
    assert set(services.verify_period(locked).differences) == {"facts", "trail"}


def test_another_signer_than_the_trail_names_is_named(cast, locked):
    guard("drop")
    with waive_scope("test"):
        Period.objects.filter(pk=locked.pk).update(locked_by=cast.chen)
    guard("create")
    locked.refresh_from_db()
    assert services.verify_period(locked).differences == ("trail",)
    assert AuditEvent.objects.filter(action="period.locked").count() == 1


def test_a_weight_changed_behind_the_scheme_is_named(locked):
    guard("drop")
    sql("UPDATE performance_schemeitem SET weight = weight + 1")()
    guard("create")
    assert services.verify_period(locked).differences == ("scheme",)


def test_a_computation_moved_to_another_month_is_named(open_run, locked):
    guard("drop")
    sql(
        f"UPDATE performance_run SET period_id = {open_run.period_id}, attempt = 7 WHERE id = {locked.current_run_id}"
    )()
    guard("create")
    locked.refresh_from_db()
    assert "run" in services.verify_period(locked).differences
