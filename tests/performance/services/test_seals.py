"""What a proof asks beside the bytes: the signed trail, the scheme, the month."""

import pytest

from audit.models import AuditEvent
from gridbank.scoping import waive_scope
from performance import services
from performance.models import Period, Run
from tests.performance.test_guards import columns, guard, locked, provisional, published, second, sql  # noqa: F401
from tests.performance.world import MONTH


@pytest.fixture
def open_run(cast, locked):  # noqa: F811
    """A computation of the next month that isn't finished: the door through which rows may come in."""
    with waive_scope("test"):
        period = services.period_open(
            actor=cast.zhao, bank=cast.root, month=MONTH.replace(month=MONTH.month + 1)
        )
        run = locked.current_run
        return Run.objects.create(
            grid=cast.root, period=period, scheme=period.scheme, attempt=1, kind=run.kind, as_of=period.month,
            rules_version=run.rules_version,
        )  # fmt: skip


def test_a_root_hash_that_nobody_signed_is_named(locked):  # noqa: F811
    guard("drop")
    with waive_scope("test"):
        Run.objects.filter(pk=locked.current_run_id).update(root_hash="0" * 64)
    guard("create")
    locked.current_run.refresh_from_db()
    assert set(services.verify_period(locked).differences) == {"facts", "trail"}


def test_another_signer_than_the_trail_names_is_named(cast, locked):  # noqa: F811
    guard("drop")
    with waive_scope("test"):
        Period.objects.filter(pk=locked.pk).update(locked_by=cast.chen)
    guard("create")
    locked.refresh_from_db()
    assert services.verify_period(locked).differences == ("trail",)
    assert AuditEvent.objects.filter(action="period.locked").count() == 1


def test_a_weight_changed_behind_the_scheme_is_named(locked):  # noqa: F811
    guard("drop")
    sql("UPDATE performance_schemeitem SET weight = weight + 1")()
    guard("create")
    assert services.verify_period(locked).differences == ("scheme",)


def test_a_computation_moved_to_another_month_is_named(open_run, locked):  # noqa: F811
    guard("drop")
    sql(
        f"UPDATE performance_run SET period_id = {open_run.period_id}, attempt = 7 WHERE id = {locked.current_run_id}"
    )()
    guard("create")
    locked.refresh_from_db()
    assert "run" in services.verify_period(locked).differences
