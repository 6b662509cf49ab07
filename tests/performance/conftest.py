"""September 2026 in each state of a month's life."""

import pytest

from audit.services import record
from gridbank.scoping import waive_scope
from people.enums import Role
from performance import services
from performance.actions import Action
from performance.models import Run, Score, Target
from tests.factories import AssignmentFactory, UserFactory
from tests.performance.world import MONTH, fill


@pytest.fixture
def run(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH)


@pytest.fixture
def period(run):
    return run.period


@pytest.fixture
def scores(run):
    with waive_scope("test"):
        return {(s.level, s.subject_name): s for s in Score.objects.filter(run=run)}


@pytest.fixture
def second(cast):
    """Return somebody else of head office, who locks."""
    user = UserFactory(username="qian", name="钱进", role=Role.HEAD_OFFICE)
    AssignmentFactory(user=user, grid=cast.root, part="deputy")
    return user


@pytest.fixture
def provisional(cast):
    """Return the month, computed, with a target of Li's own."""
    fill(cast)
    period = services.period_open(actor=cast.zhao, bank=cast.root, month=MONTH)
    with waive_scope("test"):
        target = Target.objects.create(
            period=period, user=cast.li, grid=cast.grid_li, indicator="new_customers", value=5
        )
    record(
        actor=None,
        action=Action.TARGET_SET,
        subject=target,
        changes={"indicator": "new_customers", "value": "5"},
    )
    return services.run_compute(bank=cast.root, month=MONTH).period


@pytest.fixture
def published(cast, provisional):
    return services.period_publish(actor=cast.zhao, period=provisional)


@pytest.fixture
def locked(published, second):
    return services.period_lock(actor=second, period=published)


@pytest.fixture
def open_run(cast, locked):
    """Return a computation of the next month that isn't finished: the door through which rows may come in."""
    with waive_scope("test"):
        period = services.period_open(
            actor=cast.zhao, bank=cast.root, month=MONTH.replace(month=MONTH.month + 1)
        )
        run = locked.current_run
        return Run.objects.create(
            grid=cast.root, period=period, scheme=period.scheme, attempt=1, kind=run.kind, as_of=period.month,
            rules_version=run.rules_version,
        )  # fmt: skip
