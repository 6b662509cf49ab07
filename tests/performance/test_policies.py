"""Who may do what with a month, without a database."""

import pytest

from people.enums import BUSINESS_ROLES, Role
from people.models import User
from people.policies import sees_whole_bank
from performance import policies
from performance.enums import Level, PeriodStatus, RunKind
from performance.models import Period, Run, Score

HEAD = Role.HEAD_OFFICE


def period(status, kind=RunKind.CLOSING):
    return Period(status=status, current_run=Run(kind=kind), published_by_id=1)


@pytest.mark.parametrize("role", list(Role))
def test_one_role_speaks_for_the_bank_and_two_may_refresh(role):
    actor = User(role=role)
    assert sees_whole_bank(actor) == (role == HEAD)
    assert policies.may_refresh(actor) == (role in BUSINESS_ROLES - {Role.ACCOUNT_MANAGER})


@pytest.mark.parametrize("status", list(PeriodStatus))
def test_a_published_month_is_computed_by_nobody(status):
    final = status in {PeriodStatus.PUBLISHED, PeriodStatus.LOCKED}
    assert policies.can_refresh(User(role=HEAD), period(status)) is not final
    branch = User(role=Role.BRANCH_MANAGER)
    assert not policies.can_refresh(branch, period(status))
    assert policies.can_refresh(branch, period(status, RunKind.RUNNING)) is not final


@pytest.mark.parametrize("status", list(PeriodStatus))
def test_a_closed_computation_is_published_and_then_locked_by_another(status):
    assert policies.can_publish(User(role=HEAD), period(status)) == (status == PeriodStatus.PROVISIONAL)
    assert not policies.can_publish(User(role=HEAD), period(status, RunKind.RUNNING))
    assert not policies.can_publish(User(role=Role.BRANCH_MANAGER), period(status))
    assert policies.can_lock(User(pk=2, role=HEAD), period(status)) == (status == PeriodStatus.PUBLISHED)
    assert not policies.can_lock(User(pk=1, role=HEAD), period(status))


def test_a_place_in_the_bank_is_ones_own_or_head_offices():
    mine = Score(level=Level.MANAGER, subject_id=7)
    assert policies.sees_bank_rank(User(pk=7, role=Role.ACCOUNT_MANAGER), mine)
    assert policies.sees_bank_rank(User(pk=8, role=HEAD), mine)
    assert not policies.sees_bank_rank(User(pk=8, role=Role.BRANCH_MANAGER), mine)
    assert policies.sees_bank_rank(User(pk=8, role=Role.BRANCH_MANAGER), Score(level=Level.BRANCH))
