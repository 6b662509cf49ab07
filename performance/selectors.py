"""Reading months, rankings and the facts behind them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import BooleanField, ExpressionWrapper, F, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.models import AuditEvent
from gridbank.context import memo
from gridbank.days import month_before, month_last, month_write
from gridbank.keyset import behind
from gridbank.scoping import OutOfSight
from grids.authority import Act, banks_where
from grids.models import Grid
from jobs.models import JobRun
from people.models import User
from people.policies import reads_trail
from performance.enums import Level
from performance.indicators import INDICATORS
from performance.models import Fact, LateChange, Period, Score, ScoreLine, open_score_q
from performance.pace import is_dated
from performance.policies import FINAL, hears_alarms, speaks_for

VERIFY = "performance.verify"
# a row that adds something; the others stand there for the denominator, or because another one counts
COUNTED = Q(numerator_micros__gt=0)


def period_list(*, actor: User, after: int | None = None) -> QuerySet[Period]:
    """Return the months of the person's bank, newest first; those that follow a month, by its id."""
    rows: QuerySet[Period] = Period.objects.visible_to(actor).select_related(
        "grid", "scheme", "current_run", "published_by", "locked_by"
    )
    if after is not None:
        rows = _after(rows, after, "-month", "pk")
    return rows.order_by("-month", "pk").defer("current_run__inputs")


def period_of(*, actor: User, month: date) -> Period:
    """Return a month of the person's bank. Raises OutOfSight."""
    period: Period | None = period_list(actor=actor).filter(month=month).order_by("grid_id").first()
    if period is None:
        raise OutOfSight
    return period


def period_before(*, actor: User, period: Period) -> Period | None:
    """Return the last month before that has been computed."""
    rows = period_list(actor=actor).filter(grid_id=period.grid_id, month__lt=period.month)
    found: Period | None = rows.filter(current_run__isnull=False).first()
    return found


def latest_period(*, actor: User) -> Period | None:
    """Return the newest month that has been computed."""
    found: Period | None = period_list(actor=actor).filter(current_run__isnull=False).first()
    return found


def target_of(*, actor: User, indicator: str) -> Decimal | None:
    """Return what the scheme of the newest month of the person's bank asks for; None when it asks for nothing.

    A share is a part of one: 0.6 is sixty percent.
    """
    kept, name = memo(), ("targets", actor.pk)
    if name not in kept:
        period = period_list(actor=actor).first()
        items = period.scheme.items.all() if period is not None else ()
        kept[name] = {item.indicator: item.target for item in items}
    targets: dict[str, Decimal | None] = kept[name]
    return targets.get(indicator)


def score_list(*, actor: User) -> QuerySet[Score]:
    """Return the scores the person may see, with their lines in the scheme's order; `is_open` says whether beyond the rank."""
    lines = Prefetch("lines", ScoreLine.objects.visible_to(actor))
    is_open = ExpressionWrapper(open_score_q(actor), output_field=BooleanField())
    rows = Score.objects.visible_to(actor).select_related("run__period").prefetch_related(lines)
    # a text of a hundred kilobytes, once for every score
    found: QuerySet[Score] = rows.annotate(is_open=is_open).defer("run__inputs")
    return found


def current_scores(*, actor: User) -> QuerySet[Score]:
    """Return the scores of each month's current computation that the person may see."""
    return score_list(actor=actor).filter(run_id=F("run__period__current_run_id"))


def ranking(
    *,
    actor: User,
    period: Period,
    level: Level = Level.MANAGER,
    branch_id: int | None = None,
    peer_group: str = "",
) -> QuerySet[Score]:
    """Return a month's scores at a level, best first, equal ones by staff number; unranked people last."""
    rows = score_list(actor=actor).filter(run_id=period.current_run_id or 0, level=level)
    if branch_id is not None:
        rows = rows.filter(branch_id=branch_id)
    if peer_group:
        rows = rows.filter(peer_group=peer_group)
    return rows.order_by(F("rank_bank").asc(nulls_last=True), "staff_no", "subject_id")


def ranked_after(rows: QuerySet[Score], after: int | None) -> QuerySet[Score]:
    """Return of a ranking what follows a score, by its id; all of it when there is none to follow."""
    return rows if after is None else _after(rows, after, "rank_bank?", "staff_no", "subject_id")


def _after(rows: QuerySet[Any], key: int, *order: str) -> QuerySet[Any]:
    """Return what follows the row with this id; nothing when it is out of sight."""
    row = rows.select_related(None).prefetch_related(None).filter(pk=key).first()
    return rows.none() if row is None else rows.filter(behind(row, *order))


def bare_ranking(*, actor: User, period: Period, level: Level = Level.MANAGER) -> QuerySet[Score]:
    """Return the same without the lines and without the computation, which is the same for all: see `in_month`."""
    return ranking(actor=actor, period=period, level=level).select_related(None).prefetch_related(None)


def in_month(scores: Iterable[Score], period: Period) -> list[Score]:
    """Read the bare scores of a month's current computation and give them the month that is read already."""
    run = period.current_run
    if run is None:
        return []
    run.period, found = period, list(scores)
    for score in found:
        score.run = run
    return found


def lines_by_score(*, actor: User, period: Period, level: Level) -> dict[int, dict[str, Any]]:
    """Return by score and indicator, in the scheme's order, the sums and results of a level in a month, as named tuples."""
    rows = ScoreLine.objects.visible_to(actor).filter(
        score__run_id=period.current_run_id or 0, score__level=level
    )
    found: dict[int, dict[str, Any]] = {}
    columns = ("score_id", "indicator", "numerator", "denominator", "actual")
    for line in rows.order_by("position").values_list(*columns, named=True):
        found.setdefault(line.score_id, {})[line.indicator] = line
    return found


def score_of(*, user: User, period: Period) -> Score | None:
    """Return a person's own score in a month."""
    found: Score | None = (
        score_list(actor=user)
        .filter(run_id=period.current_run_id or 0, level=Level.MANAGER, subject_id=user.pk)
        .first()
    )
    return found


def headline(*, actor: User, periods: list[Period]) -> dict[int, Score]:
    """Return by month the one score that speaks for the person: the bank's, the branch's or his own.

    The bank's needs sight of the root, the branch's of the branch; who has neither gets his own.
    """
    level = speaks_for(actor)
    rows = Score.objects.visible_to(actor).filter(
        run_id__in=[period.current_run_id for period in periods], level=level
    )
    if level == Level.MANAGER:
        rows = rows.filter(subject_id=actor.pk)
    by_run = {score.run_id: score for score in rows.order_by("-subject_id")}
    return {period.pk: by_run[period.current_run_id] for period in periods if period.current_run_id in by_run}


COURSE = 6


@dataclass(frozen=True)
class Around:
    """The months beside one, and the points that speak for the reader up to it."""

    before: Period | None
    after: Period | None
    course: list[Decimal | None]


def around(*, actor: User, period: Period) -> Around:
    """Return the months before and after one in its bank, and the reader's points in the last six up to it."""
    since = month_before(period.month, COURSE - 1)
    rows = list(period_list(actor=actor).filter(grid_id=period.grid_id, month__gte=since).order_by("month"))
    earlier = [one for one in rows if one.month < period.month]
    last = [*earlier, period]
    scores = headline(actor=actor, periods=last)
    points = [scores[one.pk].total if one.pk in scores else None for one in last]
    after = next((one for one in rows if one.month > period.month), None)
    return Around(earlier[-1] if earlier else None, after, points)


def previous_score(*, actor: User, score: Score) -> Score | None:
    """Return the same person's, branch's or bank's score in the last month before that has one: whoever shows it names that month."""
    found: Score | None = (
        score_list(actor=actor)
        .filter(
            level=score.level,
            subject_id=score.subject_id,
            run__period__month__lt=score.run.period.month,
            run_id=F("run__period__current_run_id"),
        )
        .order_by("-run__period__month")
        .first()
    )
    return found


def month_earlier(*, actor: User, score: Score) -> Score | None:
    """Return the same person's, branch's or bank's score of the month right before; None when it has none."""
    before = previous_score(actor=actor, score=score)
    is_next = before is not None and before.run.period.month == month_before(score.run.period.month, 1)
    return before if is_next else None


def same_part(*, actor: User, before: Score, day: date) -> dict[str, tuple[Decimal, Decimal]]:
    """Return what an earlier score had counted by the same day of its month, by indicator: numerator and denominator.

    Only of what is dated: of a state nothing but the end of the month is frozen. A sealed computation of the whole bank
    never changes and has a million facts: what they add up to by a day is kept.
    """
    month = before.run.period.month
    until = month.replace(day=min(day.day, month_last(month).day))
    kept = f"same-part:{before.run.root_hash}:{before.pk}:{until}"
    lasting = before.level == Level.BANK and bool(before.run.root_hash)
    if lasting and (found := cache.get(kept)) is not None:
        return dict(found)
    sums = _sums_until(actor, before, until)
    if lasting:
        cache.set(kept, sums, timeout=None)
    return sums


def _sums_until(actor: User, score: Score, until: date) -> dict[str, tuple[Decimal, Decimal]]:
    dated = {line.indicator: line for line in score.lines.all() if is_dated(INDICATORS[line.indicator])}
    places = Q(number__lt=0)
    for line in dated.values():
        if line.first_fact is not None:
            places |= Q(number__range=(line.first_fact, line.last_fact))
    rows = Fact.objects.visible_to(actor).filter(places, run_id=score.run_id, day__lte=until)
    named = _facts_of(rows, score).filter(indicator__in=dated).order_by().values_list("indicator")
    found = {
        key: (Decimal(part).scaleb(-6), Decimal(whole).scaleb(-6))
        for key, part, whole in named.annotate(Sum("numerator_micros"), Sum("denominator_micros"))
    }
    nothing = Decimal(0), Decimal(0)
    return {
        key: (
            found.get(key, nothing)[0],
            found.get(key, nothing)[1] if INDICATORS[key].base_grows else line.denominator,
        )
        for key, line in dated.items()
    }


def _facts_of(rows: QuerySet[Fact], score: Score) -> QuerySet[Fact]:
    """Keep the facts of a person's or a branch's score; the bank's has all."""
    if score.level == Level.MANAGER:
        return rows.filter(staff_id=score.subject_id)
    return rows.filter(branch_id=score.subject_id) if score.level == Level.BRANCH else rows


@dataclass(frozen=True)
class Gap:
    """How far the next rank is: the place it would give and the points it would take to be level with it."""

    rank: int
    points: Decimal


def gap_to_next(*, actor: User, score: Score) -> Gap | None:
    """Return the distance to the next better person within the branch; None for who leads or has no rank."""
    if score.level != Level.MANAGER or score.rank_branch is None:
        return None
    better = (
        Score.objects.visible_to(actor)
        .filter(run_id=score.run_id, level=score.level, branch_id=score.branch_id)
        .filter(rank_branch__lt=score.rank_branch)
        .order_by("total")
        .values_list("rank_branch", "total")
        .first()
    )
    return Gap(better[0], better[1] - score.total) if better else None


def fact_list(
    *,
    actor: User,
    score: Score,
    indicator: str,
    after: int | None = None,
    counted: bool | None = None,
    grid_id: int | None = None,
) -> QuerySet[Fact]:
    """Return the frozen rows behind one indicator of a score, as far as the person may see them.

    `counted` keeps those that add something, or the others. The line says between which numbers they lie: no more of half a million rows is looked at.
    """
    rows = Fact.objects.visible_to(actor)
    line = next((line for line in score.lines.all() if line.indicator == indicator), None)
    if line is None or line.first_fact is None:
        return rows.none()
    first = line.first_fact if after is None else max(line.first_fact, after + 1)
    rows = rows.filter(run_id=score.run_id, number__range=(first, line.last_fact), indicator=indicator)
    if counted is not None:
        rows = rows.filter(COUNTED if counted else ~COUNTED)
    if grid_id is not None:
        rows = rows.filter(grid_id=grid_id)
    return _facts_of(rows, score).order_by("number")


@dataclass(frozen=True)
class TrendPoint:
    """One published month of a branch, the bank or a person."""

    month: date
    total: Decimal
    rank: int | None
    actuals: dict[str, Decimal | None]


def trend(*, actor: User, level: Level, subject_id: int | None = None, months: int = 6) -> list[TrendPoint]:
    """Return the last published months of one subject, oldest first."""
    rows = score_list(actor=actor).filter(
        level=level, run__period__status__in=FINAL, run_id=F("run__period__current_run_id")
    )
    if subject_id is not None:
        rows = rows.filter(subject_id=subject_id)
    newest = rows.order_by("-run__period__month", "subject_id")[:months]
    return [
        TrendPoint(
            month=score.run.period.month,
            total=score.total,
            rank=score.rank_bank,
            actuals={line.indicator: line.actual for line in score.lines.all()},
        )
        for score in reversed(newest)
    ]


def late_changes(*, actor: User, period: Period) -> QuerySet[LateChange]:
    """Return the changes that came when a month was final already, newest first, as far as the person may see them."""
    rows = LateChange.objects.visible_to(actor).filter(period=period)
    return rows.select_related("actor", "grid")


def job_subject(bank: Grid, month: date) -> str:
    """Name a month's work in the job table."""
    return f"{bank.code}:{month_write(month)}"


def job_of(*, period: Period, kind: str) -> JobRun | None:
    """Return the job of a month that the caller has read as somebody."""
    return JobRun.objects.filter(kind=kind, subject=job_subject(period.grid, period.month)).first()


def alarms(*, actor: User) -> list[str]:
    """Return what the last proofs found broken: months by name, and the trail. For the auditor and head office."""
    if not hears_alarms(actor):
        return []
    failed = JobRun.objects.filter(kind=VERIFY, status=JobRun.Status.DONE, result__ok=False)
    if not reads_trail(actor):
        failed = failed.filter(bank_id__in=banks_where(actor, Act.BANK_ALARMS))
    found = [
        _("%(month)s does not verify: %(differences)s")
        % {"month": job.subject, "differences": ", ".join(job.result["differences"])}
        for job in failed.order_by("subject")
    ]
    proofs = AuditEvent.objects.filter(action__in=(Action.TRAIL_BROKEN, Action.TRAIL_PROVED))
    last = proofs.order_by("-pk").first()
    if last is not None and last.action == Action.TRAIL_BROKEN:
        found.append(
            _("The audit log does not verify: %(breaks)s") % {"breaks": "; ".join(last.details["breaks"][:3])}
        )
    return found


@dataclass(frozen=True)
class Place:
    """Where somebody stood in a month: in the bank, in the branch, in the group of the same kind of ground."""

    bank: int | None
    branch: int | None
    peer: int | None


def places_before(*, actor: User, period: Period, level: Level, subjects: Iterable[int]) -> dict[int, Place]:
    """Return where these people or branches stood in the month right before, as far as the person may see it."""
    rows = Score.objects.visible_to(actor).filter(
        level=level,
        subject_id__in=list(subjects),
        run__grid_id=period.grid_id,
        run__period__month=month_before(period.month, 1),
        run_id=F("run__period__current_run_id"),
    )
    found = rows.order_by().values_list("subject_id", "rank_bank", "rank_branch", "rank_peer")
    return {subject: Place(*ranks) for subject, *ranks in found}
