"""Who may do what with a month: by his part and its place, and by how far the month is."""

import pytest

from people.enums import Role
from performance import policies
from performance.enums import Level, PeriodStatus, RunKind
from performance.models import Period, Run, Score
from tests.factories import AssignmentFactory, GridFactory, UserFactory


@pytest.fixture
def helper(cast):
    """A head-office person who helps in a village."""
    user = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=user, grid=cast.grid_li, part="helper")
    return user


@pytest.fixture
def foreign(db):
    user = UserFactory(role=Role.HEAD_OFFICE)
    AssignmentFactory(user=user, grid=GridFactory(tier="head_office", parent=None))
    return user


def period(cast, status, kind=RunKind.CLOSING, by=None):
    run = Run(kind=kind, grid=cast.root)
    return Period(grid=cast.root, status=status, current_run=run, published_by_id=by)


@pytest.mark.parametrize("status", list(PeriodStatus))
def test_a_published_month_is_computed_by_nobody(cast, helper, foreign, status):
    final = status in {PeriodStatus.PUBLISHED, PeriodStatus.LOCKED}
    closed, running = (period(cast, status, kind) for kind in (RunKind.CLOSING, RunKind.RUNNING))
    assert policies.can_refresh(cast.zhao, closed) is not final
    assert not policies.can_refresh(cast.chen, closed)
    assert policies.can_refresh(cast.chen, running) is not final
    for actor in (cast.li, cast.sun, helper, foreign):
        assert not policies.can_refresh(actor, running)


@pytest.mark.parametrize("status", list(PeriodStatus))
def test_a_closed_computation_is_published_and_then_locked_by_another(cast, helper, foreign, status):
    month = period(cast, status, by=cast.chen.pk)
    assert policies.can_publish(cast.zhao, month) == (status == PeriodStatus.PROVISIONAL)
    assert not policies.can_publish(cast.zhao, period(cast, status, RunKind.RUNNING))
    assert policies.can_lock(cast.zhao, month) == (status == PeriodStatus.PUBLISHED)
    assert not policies.can_lock(cast.zhao, period(cast, status, by=cast.zhao.pk))
    for actor in (cast.chen, cast.li, helper, foreign):
        assert not policies.can_publish(actor, month)
        assert not policies.can_lock(actor, month)


def test_a_place_in_the_bank_is_ones_own_or_for_who_leads_the_bank(cast, helper, foreign):
    mine = Score(run=Run(grid=cast.root), level=Level.MANAGER, subject_id=cast.li.pk)
    assert [policies.sees_bank_rank(actor, mine) for actor in (cast.li, cast.zhao)] == [True, True]
    for actor in (cast.chen, cast.wang, helper, foreign):
        assert not policies.sees_bank_rank(actor, mine)
    assert policies.sees_bank_rank(cast.chen, Score(level=Level.BRANCH))


def test_the_score_that_speaks_is_that_of_what_one_leads(cast, helper):
    told = [policies.speaks_for(actor) for actor in (cast.zhao, cast.chen, cast.li, helper)]
    assert told == [Level.BANK, Level.BRANCH, Level.MANAGER, Level.MANAGER]


def test_alarms_are_for_who_leads_the_bank_and_for_the_auditor(cast, helper):
    auditor = UserFactory(role=Role.AUDITOR)
    hearing = [policies.hears_alarms(actor) for actor in (cast.zhao, auditor, helper, cast.chen)]
    assert hearing == [True, True, False, False]
