"""What each home shows, composed of the other rooms' selectors; nothing outlives the request.

Head office reads the frozen sums of the newest computation, so that its home costs the same with ten
thousand households and with a million. Branches and managers read their own ground as it is now.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone

from customers.completeness import Completeness, measure
from customers.conditions import approachable_q, complete_q
from customers.enums import Relation
from customers.models import Customer
from customers.selectors import HEAD_FIELDS, household_list, household_people, household_values
from dashboards.policies import VISITING_ROLE
from gridbank.days import in_force, month_first
from grids.enums import GridNature, Tier
from grids.models import Grid, assigned_paths
from grids.selectors import assignment_list, grid_search, lead_names, vacancies
from jobs.models import JobRun
from people.models import User
from performance.enums import Level
from performance.models import Period, Score, ScoreLine
from performance.policies import FINAL
from performance.selectors import (
    VERIFY,
    Gap,
    Place,
    TrendPoint,
    bare_ranking,
    gap_to_next,
    headline,
    in_month,
    job_of,
    latest_period,
    lines_by_score,
    month_earlier,
    period_list,
    places_before,
    ranking,
    same_part,
    score_list,
    score_of,
    trend,
)
from visits import cadence
from visits.models import Visit
from visits.presenting.today import Today, TodayRow, today_list
from visits.selectors import visit_list

VACANT = 3
IDLE = 3
# the next household and those after it
TODAY = 13
MONTHS = 6


def is_assigned(*, actor: User) -> bool:
    """Say whether the person may see any grid today."""
    return bool(assigned_paths(actor))


@dataclass(frozen=True)
class BranchRow:
    """A branch beside the others: its score with what is shown of the lines, by indicator."""

    score: Score
    lines: dict[str, Any]


@dataclass(frozen=True)
class Bank:
    """What head office sees. `before` is the month before, `then` what that one had counted by the same day."""

    period: Period | None
    score: Score | None
    before: Score | None
    then: dict[str, tuple[Decimal, Decimal]]
    months: list[TrendPoint]
    branches: list[BranchRow]
    places: dict[int, Place]
    vacant: list[Grid]
    vacant_count: int
    signed: Period | None
    """The last month that is over."""
    proof: JobRun | None


def bank(*, actor: User) -> Bank:
    """Return the bank as its newest computation froze it, and the grids without anybody today."""
    period = latest_period(actor=actor)
    vacant, vacant_count = _vacant(actor)
    signed = period_list(actor=actor).filter(month__lt=month_first(timezone.localdate())).first()
    score = None if period is None else ranking(actor=actor, period=period, level=Level.BANK).first()
    before = None if score is None else month_earlier(actor=actor, score=score)
    run = None if period is None else period.current_run
    branches = [] if period is None else branch_rows(actor=actor, period=period)
    return Bank(
        period=period,
        score=score,
        before=before,
        then={} if before is None or run is None else same_part(actor=actor, before=before, day=run.as_of),
        months=[] if period is None else _months(actor, period, score),
        branches=branches,
        places={} if period is None else _places(actor, period, branches),
        vacant=vacant,
        vacant_count=vacant_count,
        signed=signed,
        proof=None if signed is None else job_of(period=signed, kind=VERIFY),
    )


def _places(actor: User, period: Period, branches: list[BranchRow]) -> dict[int, Place]:
    subjects = [row.score.subject_id for row in branches]
    return places_before(actor=actor, period=period, level=Level.BRANCH, subjects=subjects)


@dataclass(frozen=True)
class Idle:
    """People who have nothing of an indicator yet: a few by name, and how many they are."""

    few: list[Any]
    count: int


def idle_people(*, actor: User, period: Period, indicator: str) -> Idle:
    """Return the ranked people who have done none of what an indicator counts, who has most to do first."""
    rows = ScoreLine.objects.visible_to(actor).filter(
        score__run_id=period.current_run_id or 0, score__level=Level.MANAGER, score__rank_bank__isnull=False,
        indicator=indicator, numerator=0, denominator__gt=0,
    )  # fmt: skip
    columns = ("score_id", "score__subject_name", "score__branch_name", "denominator")
    few = list(rows.order_by("-denominator", "score_id").values_list(*columns, named=True)[: IDLE + 1])
    return Idle(few[:IDLE], len(few) if len(few) <= IDLE else rows.count())


def _vacant(actor: User) -> tuple[list[Grid], int]:
    """Return a few of the grids without anybody, and how many there are."""
    rows = vacancies(actor=actor)
    few = rows.select_related(None).select_related("parent").defer(None).only("name", "parent__name")
    found = list(few[: VACANT + 1])
    return found[:VACANT], len(found) if len(found) <= VACANT else rows.count()


def branch_rows(*, actor: User, period: Period) -> list[BranchRow]:
    """Return the branches of a month that the person may compare, best first."""
    lines = lines_by_score(actor=actor, period=period, level=Level.BRANCH)
    rows = bare_ranking(actor=actor, period=period, level=Level.BRANCH)
    return [BranchRow(score, lines.get(score.pk, {})) for score in in_month(rows, period)]


def lines_of(score: Score | None) -> dict[str, ScoreLine]:
    """Return a score's lines by indicator."""
    return {} if score is None else {line.indicator: line for line in score.lines.all()}


def _months(actor: User, period: Period, score: Score | None) -> list[TrendPoint]:
    """Return the published months and, when it isn't one of them, the newest one at the end."""
    found = trend(actor=actor, level=Level.BANK, months=MONTHS)
    if score is None or period.status in FINAL:
        return found
    actuals = {name: line.actual for name, line in lines_of(score).items()}
    newest = TrendPoint(month=period.month, total=score.total, rank=score.rank_bank, actuals=actuals)
    return [*(point for point in found if point.month < period.month), newest]


@dataclass(frozen=True)
class GridRow:
    """A grid with what is blind in it."""

    grid: Grid
    lead: User | None
    households: int = 0
    never: int = 0
    met: int = 0
    archived: int = 0
    oldest: date | None = None

    @property
    def coverage(self) -> Decimal | None:
        """Return the percentage of households met this month; None for an empty grid."""
        return Decimal(100 * self.met) / self.households if self.households else None

    @property
    def archive(self) -> Decimal | None:
        """Return the percentage of complete archives; None for an empty grid."""
        return Decimal(100 * self.archived) / self.households if self.households else None


def grid_rows(*, actor: User) -> list[GridRow]:
    """Return the person's managers' grids, the blindest first: never visited, then longest unvisited."""
    today = timezone.localdate()
    grids = list(grid_search(actor=actor, tier=Tier.MANAGER))
    leads = lead_names([grid.pk for grid in grids], today)
    first = month_first(today)
    special = [grid.pk for grid in grids if grid.nature == GridNature.SPECIAL]
    base = [grid.pk for grid in grids if grid.nature == GridNature.BASE]
    sums = _sums(actor, "grid_id", base, first) | _sums(actor, "special_memberships__grid_id", special, first)
    found = [GridRow(grid, leads.get(grid.pk), **sums.get(grid.pk, {})) for grid in grids]
    return sorted(found, key=lambda row: (-row.never, row.oldest or date.max, row.grid.path))


def _sums(actor: User, key: str, grids: list[int], first: date) -> dict[int, dict[str, Any]]:
    """Count the households of each grid, by the column that says where they belong."""
    if not grids:
        return {}
    rows = household_list(actor=actor).filter(**{f"{key}__in": grids}).order_by().values(key)
    found = rows.annotate(
        households=Count("pk"),
        never=Count("pk", filter=Q(last_met_on=None)),
        met=Count("pk", filter=Q(last_met_on__gte=first)),
        archived=Count("pk", filter=complete_q()),
        oldest=Min("last_met_on"),
    )
    return {row.pop(key): row for row in found}


@dataclass(frozen=True)
class PersonRow:
    """A colleague with what he has to do today, what he has done, and his score of the month."""

    user: User
    grids: list[str]
    due: int = 0
    """Households of his grids that are due today and weren't visited yet."""
    today: int = 0
    met: int = 0
    last: datetime | None = None
    month: int = 0
    score: Score | None = None
    place: Place | None = None


def _visits(actor: User, staff: set[int]) -> dict[int, dict[str, Any]]:
    """Count per person the visits of today and of this month; naming the people lets an index find their days."""
    day = timezone.localdate()
    rows = visit_list(actor=actor).filter(staff_id__in=staff, day__range=(month_first(day), day)).order_by()
    found = rows.values("staff_id").annotate(
        today=Count("pk", filter=Q(day=day)),
        met=Count("pk", filter=Q(day=day, met=True)),
        last=Max("started_at", filter=Q(day=day)),
        month=Count("pk"),
    )
    return {row["staff_id"]: {name: row[name] for name in ("today", "met", "last", "month")} for row in found}


def due_by_grid(*, actor: User) -> Counter[int]:
    """Return how many households of each grid are due today, without those that were visited today."""
    return cadence.due_counted(household_list(actor=actor).filter(approachable_q()), timezone.localdate())


def people_rows(
    *, actor: User, due: Mapping[int, int], scores: Iterable[Score], places: Mapping[int, Place]
) -> list[PersonRow]:
    """Return the account managers assigned below the person today, whoever reported nothing yet first."""
    today = timezone.localdate()
    rows = assignment_list(actor=actor).filter(
        in_force(today), user__role=VISITING_ROLE, user__is_active=True
    )
    grids: dict[int, list[Grid]] = {}
    users: dict[int, User] = {}
    for row in rows.order_by("grid__path", "pk"):
        users[row.user_id] = row.user
        grids.setdefault(row.user_id, []).append(row.grid)
    if not users:
        return []
    done = _visits(actor, set(users))
    own = {score.subject_id: score for score in scores}
    found = [
        PersonRow(
            user=user,
            grids=[grid.name for grid in grids[pk]],
            due=sum(due.get(grid.pk, 0) for grid in grids[pk]),
            score=own.get(pk),
            place=places.get(pk),
            **done.get(pk, {}),
        )
        for pk, user in users.items()
    ]
    return sorted(found, key=lambda row: (row.today > 0, row.month, row.user.staff_no))


@dataclass(frozen=True)
class BranchHome:
    """What a branch manager sees."""

    root: Grid | None
    grids: list[GridRow]
    people: list[PersonRow]
    period: Period | None
    score: Score | None
    before: Score | None
    then: dict[str, tuple[Decimal, Decimal]]


def branch_home(*, actor: User) -> BranchHome:
    """Return the person's grids, people and ranking."""
    period = latest_period(actor=actor)
    run = None if period is None else period.current_run
    scores: list[Score] = []
    spoken = before = None
    places: dict[int, Place] = {}
    if period is not None:
        scores = list(ranking(actor=actor, period=period))
        found = headline(actor=actor, periods=[period]).get(period.pk)
        spoken = None if found is None else score_list(actor=actor).filter(pk=found.pk).first()
        subjects = [score.subject_id for score in scores]
        places = places_before(actor=actor, period=period, level=Level.MANAGER, subjects=subjects)
    if spoken is not None:
        before = month_earlier(actor=actor, score=spoken)
    return BranchHome(
        root=grid_search(actor=actor).first(),
        grids=grid_rows(actor=actor),
        people=people_rows(actor=actor, due=due_by_grid(actor=actor), scores=scores, places=places),
        period=period,
        score=spoken,
        before=before,
        then={} if before is None or run is None else same_part(actor=actor, before=before, day=run.as_of),
    )


@dataclass(frozen=True)
class OwnMonth:
    """An account manager's month so far, and the month before: its score and what it had counted by the same day."""

    period: Period
    score: Score
    gap: Gap | None
    before: Score | None
    then: dict[str, tuple[Decimal, Decimal]]


def own_month(*, actor: User) -> OwnMonth | None:
    """Return the person's own score in the newest month with the distance to the next rank."""
    period = latest_period(actor=actor)
    score = None if period is None else score_of(user=actor, period=period)
    if period is None or score is None:
        return None
    before = month_earlier(actor=actor, score=score)
    run = period.current_run
    then = {} if before is None or run is None else same_part(actor=actor, before=before, day=run.as_of)
    return OwnMonth(period, score, gap_to_next(actor=actor, score=score), before, then)


def caps(*, period: Period) -> dict[str, Decimal]:
    """Return up to which attainment each indicator of a month's scheme earns points."""
    return dict(period.scheme.items.values_list("indicator", "cap"))


def today(*, actor: User) -> Today:
    """Return whom the person should visit today and why, and what he already did today."""
    return today_list(actor=actor, day=timezone.localdate(), shown=TODAY)


@dataclass(frozen=True)
class NextVisit:
    """The household to go to first: who lives there, and what its archive lacks."""

    row: TodayRow
    people: list[Customer]
    head: Customer | None
    archive: Completeness


def next_visit(*, actor: User, row: TodayRow) -> NextVisit:
    """Return everything one wants to know before going to a household."""
    people = [one for one in household_people(actor=actor, household=row.household) if one.died_on is None]
    head = next((one for one in people if one.relation == Relation.HEAD), None)
    values = None if head is None else {name: getattr(head, name) for name in HEAD_FIELDS}
    return NextVisit(row, people, head, measure(household_values(row.household), values))


def last_words(*, actor: User, rows: list[TodayRow]) -> dict[int, Visit]:
    """Return by household the last visit at which something was noted down."""
    noted = visit_list(actor=actor).filter(household_id=OuterRef("pk")).exclude(note="")
    homes = household_list(actor=actor).filter(pk__in=[row.household.pk for row in rows])
    newest = Subquery(noted.order_by("-started_at", "-pk").values("pk")[:1])
    wanted = homes.order_by().annotate(newest=newest).values_list("newest", flat=True)
    visits = visit_list(actor=actor).filter(pk__in=[key for key in wanted if key is not None])
    return {visit.household_id: visit for visit in visits}


def visits_this_month(*, actor: User) -> int:
    """Return how many visits the person has logged since the first of the month."""
    return int(_visits(actor, {actor.pk}).get(actor.pk, {}).get("month", 0))
