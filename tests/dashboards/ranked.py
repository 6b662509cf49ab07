"""A month as a computation leaves it, without computing it."""

from decimal import Decimal

from django.utils import timezone

from performance.enums import Level, PeriodStatus, RunKind
from performance.models import Period, Run, Score, ScoreLine
from performance.services import scheme_in_force
from tests.factories import CustomerFactory, HouseholdFactory

RATES = {
    "visit_coverage": "0.25",
    "archive_rate": "0.50",
    "app_activation": "0.75",
    "marketing_success": "0.30",
}


def today():
    return timezone.localdate()


def household(grid, name, **fields):
    made = HouseholdFactory(grid=grid, head_name=name, **fields)
    made.head = CustomerFactory(household=made, name=name, relation="head")
    return made


def score(run, level, subject_id, name, *, grid, total, branch=None, rank=None, staff_no="", rates=RATES):
    made = Score.objects.create(
        run=run, level=level, subject_id=subject_id, subject_name=name, staff_no=staff_no, grid=grid,
        branch_id=branch and branch.pk, branch_name=branch.name if branch else "", total=Decimal(total),
        rank_bank=rank, rank_branch=rank,
    )  # fmt: skip
    for position, (indicator, actual) in enumerate(rates.items()):
        ScoreLine.objects.create(
            score=made, position=position, indicator=indicator, numerator=1, denominator=4,
            actual=Decimal(actual), target=Decimal("0.6"), attainment=Decimal("0.4"), weight=25, points=10,
        )  # fmt: skip
    return made


def month(cast, first, *, people, branches=()):
    """A computed month with the bank, both branches (in this order) and these people, best first."""
    period = Period.objects.create(
        grid=cast.root, month=first, scheme=scheme_in_force(first, cast.root), status=PeriodStatus.PROVISIONAL
    )
    run = Run.objects.create(
        grid=cast.root, period=period, scheme=period.scheme, attempt=1, kind=RunKind.RUNNING,
        as_of=today(), rules_version=1,
    )  # fmt: skip
    score(run, Level.BANK, cast.root.pk, cast.root.name, grid=cast.root, total=50)
    for place, branch in enumerate(branches or (cast.east, cast.west), 1):
        score(
            run,
            Level.BRANCH,
            branch.pk,
            branch.name,
            grid=branch,
            total=60 - place,
            branch=branch,
            rank=place,
        )
    for place, (user, grid, branch) in enumerate(people, 1):
        score(
            run, Level.MANAGER, user.pk, user.name, grid=grid, total=90 - place, branch=branch, rank=place,
            staff_no=user.staff_no,
        )  # fmt: skip
    period.current_run = run
    period.save(update_fields=["current_run"])
    return period
