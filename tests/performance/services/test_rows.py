"""A month's rows: held while something changes them, kept once final, gone as a whole when superseded."""

import pytest
from django.db import DatabaseError, transaction

from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from performance import services
from performance.enums import PeriodStatus
from performance.models import Fact, Period, Run, Score, ScoreLine
from performance.services.rows import banks, drop_runs, lock_row, locked_period, refuse_final
from tests.factories import GridFactory
from tests.performance.world import MONTH

ROWS = (Run, Fact, Score, ScoreLine)


def counts():
    with waive_scope("a test counts rows"):
        return [model.objects.count() for model in ROWS]


def test_the_banks_are_the_head_offices_in_their_order(cast):
    other = GridFactory(tier="head_office", parent=None)
    assert banks() == [cast.root, other]


@pytest.mark.parametrize("status", list(PeriodStatus))
def test_only_a_final_month_is_refused(status):
    period = Period(status=status)
    if status in {PeriodStatus.PUBLISHED, PeriodStatus.LOCKED}:
        with pytest.raises(Refused):
            refuse_final(period)
    else:
        refuse_final(period)


def test_a_row_is_read_again_as_it_is_now(period):
    with waive_scope("a test changes what the caller doesn't know"):
        Period.objects.filter(pk=period.pk).update(status=PeriodStatus.PROVISIONAL)
    period.status = PeriodStatus.OPEN
    with transaction.atomic():
        assert locked_period(period.pk).status == PeriodStatus.PROVISIONAL
        assert lock_row(Period.objects.filter(pk=0)) is None


def test_a_computation_goes_with_its_facts_scores_and_lines_and_another_stays(cast, run):
    other = services.run_compute(bank=GridFactory(tier="head_office", parent=None), month=MONTH)
    with waive_scope("a test counts rows"):
        kept = [
            1, Fact.objects.filter(run=other).count(), Score.objects.filter(run=other).count(),
            ScoreLine.objects.filter(score__run=other).count(),
        ]  # fmt: skip
        Period.objects.filter(pk=run.period_id).update(current_run=None)
    with transaction.atomic():
        drop_runs(Run.objects.filter(pk=run.pk))
    assert counts() == kept


def test_nothing_to_drop_drops_nothing(run):
    before = counts()
    with transaction.atomic():
        drop_runs(Run.objects.filter(pk=0))
    assert counts() == before


def test_a_final_months_computation_is_held_by_the_database(published):
    """Whoever calls it by mistake: the triggers stand behind it."""
    before = counts()
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        drop_runs(Run.objects.filter(pk=published.current_run_id))
    assert counts() == before
