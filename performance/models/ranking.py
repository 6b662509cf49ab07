"""The monthly ranking: schemes, months, computations, the facts they counted and the scores they gave.

Facts and scores name people and grids by id and by the names of that day: a locked month reads the same
after transfers, renames and erasures. Decimal only.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from gridbank.days import month_write
from gridbank.scoping import NOBODY, ScopedModel
from grids.enums import PeerGroup
from grids.models import Grid, assigned_paths, banks_of, branches_led, led_paths, under
from performance.enums import FactSource, Level, PeriodStatus, RunKind

STANDARD = "standard"


class Scheme(models.Model):
    """A version of the rules: indicators with weights, targets and caps. Never edited once used."""

    code = models.CharField(max_length=24)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    effective_from = models.DateField()
    # whether what nobody else confirmed counts: it did before anybody was asked, and schemes of that time say nothing
    counts_claimed = models.BooleanField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="made_schemes"
    )
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="activated_schemes"
    )
    activated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="scheme_version_once"),
            models.CheckConstraint(
                condition=Q(activated_by=None) | Q(created_by=None) | ~Q(activated_by=F("created_by")),
                name="scheme_maker_is_not_checker",
            ),
        ]

    def __str__(self) -> str:
        """Name it; what every installation starts with is nobody's wording, and said in the reader's language."""
        named = _("Standard scheme") if self.code == STANDARD and self.created_by_id is None else self.name
        return f"{named} v{self.version}"

    @property
    def confirmed_only(self) -> bool:
        """Whether accounts, app steps and accepted offers count only once somebody else has confirmed them."""
        return self.counts_claimed is False


class SchemeItem(models.Model):
    """One indicator's place in a scheme. `target` is the default; without any target it earns nothing."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="items")
    indicator = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    target = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    cap = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "indicator"], name="scheme_item_once"),
            models.CheckConstraint(condition=Q(weight__gte=0, cap__gte=0), name="scheme_item_not_negative"),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__gt=0, target__lt=10**8),
                name="scheme_item_target_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.indicator


class Period(ScopedModel):
    """One month of one bank (its head-office grid)."""

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="periods")
    month = models.DateField()
    status = models.CharField(max_length=12, choices=PeriodStatus, default=PeriodStatus.OPEN)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="periods")
    current_run = models.ForeignKey("Run", null=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="published_periods"
    )
    published_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="locked_periods"
    )
    locked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "month"], name="period_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="period_starts_on_first"),
            models.CheckConstraint(
                condition=Q(locked_by=None) | ~Q(locked_by=F("published_by")),
                name="period_maker_is_not_checker",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[PeriodStatus.PUBLISHED, PeriodStatus.LOCKED])
                | Q(published_by__isnull=False, current_run__isnull=False),
                name="period_published_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status=PeriodStatus.LOCKED) | Q(locked_by__isnull=False),
                name="period_locked_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return month_write(self.month)

    def get_absolute_url(self) -> str:
        """Return the month's ranking."""
        return reverse("performance:period", args=[month_write(self.month)])

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Months of the bank in which the person is assigned to any grid; without a grid, those with an own score."""
        if assigned_paths(actor):
            return Q(grid_id__in=banks_of(actor))
        own: models.QuerySet[Score] = models.QuerySet(Score).filter(_own_final(actor)).order_by()
        return Q(pk__in=own.values("run__period_id")) if _works(actor) else NOBODY


class Target(ScopedModel):
    """A person's own target for an indicator in a month; it wins over the scheme's.

    What two have signed for a grid that he leads stands before what head office set for him by himself. That is
    `own_value`, empty where nothing was: it is asked again once he leads the grid no more.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="targets")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="targets")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="targets")
    indicator = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    own_grid = models.ForeignKey(Grid, null=True, on_delete=models.PROTECT, related_name="own_targets")
    own_value = models.DecimalField(max_digits=12, decimal_places=4, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "user", "indicator"], name="target_once"),
            # the upper bound keeps out NaN, which PostgreSQL takes for the greatest number of all
            models.CheckConstraint(condition=Q(value__gt=0, value__lt=10**8), name="target_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Targets of people in grids the person leads."""
        return under(led_paths(actor), "grid__")


class Run(ScopedModel):
    """One computation of a month. `root_hash` covers the scheme, every target, person and fact, in order.

    `inputs` holds everything but the facts as canonical JSON. A run with `finished_at` is sealed for ever.
    """

    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="runs")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="runs")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="runs")
    attempt = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=RunKind)
    as_of = models.DateField()
    rules_version = models.PositiveSmallIntegerField()
    inputs = models.TextField(default="{}")
    facts_count = models.PositiveIntegerField(default=0)
    root_hash = models.CharField(max_length=64, blank=True)
    scores_hash = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-attempt"]
        constraints = [
            models.UniqueConstraint(fields=["period", "scheme", "attempt"], name="run_once"),
        ]

    def __str__(self) -> str:
        """Show the month and the attempt."""
        return f"{self.period} #{self.attempt}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Attempts at months the person may see."""
        return Q(grid_id__in=banks_of(actor))


class Fact(ScopedModel):
    """One thing that was counted, frozen: who, where, when, what row and which version of it.

    Numerator and denominator are what the row adds to the indicator, in whole millionths (a rate needs
    both; a count has 0 in the denominator). `subject` is a pseudonym: a row id, never a name or number of a
    customer. `staff_id` 0 is nobody: the grid had no lead on that day.

    The number in the run is the key and the only index. Facts are numbered by indicator, branch and person,
    and a score line knows its first and last. The triggers of 0002 hold the key to the run: a row-by-row
    check of half a million foreign keys would cost more than the computation.
    """

    pk = models.CompositePrimaryKey("run_id", "number")
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, related_name="facts", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    indicator = models.CharField(max_length=40)
    staff_id = models.BigIntegerField()
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, related_name="facts", db_index=False, db_constraint=False
    )
    branch_id = models.BigIntegerField(null=True)
    day = models.DateField()
    source = models.CharField(max_length=20, choices=FactSource)
    source_id = models.CharField(max_length=60)
    source_version = models.PositiveIntegerField(default=1)
    subject = models.CharField(max_length=36)
    numerator_micros = models.BigIntegerField()
    denominator_micros = models.BigIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(numerator_micros__gte=0, denominator_micros__gte=0), name="fact_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.source} {self.source_id}"

    @property
    def numerator(self) -> Decimal:
        """Return what the row adds to the numerator."""
        return Decimal(self.numerator_micros).scaleb(-6)

    @property
    def denominator(self) -> Decimal:
        """Return what the row adds to the denominator."""
        return Decimal(self.denominator_micros).scaleb(-6)

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Facts counted in grids the person leads, and one's own wherever they were."""
        if assigned_paths(actor):
            return under(led_paths(actor), "grid__") | Q(staff_id=actor.pk)
        return Q(staff_id=actor.pk) & _final("run__") if _works(actor) else NOBODY


def _works(actor: Any) -> bool:
    """Whether the person is one of the bank's business, assigned to a grid or not."""
    return bool(getattr(actor, "is_active", False) and getattr(actor, "is_business", False))


def _final(run: str) -> Q:
    """Return the condition that a computation is the one that somebody put his name to; `run` leads to it."""
    statuses = (PeriodStatus.PUBLISHED, PeriodStatus.LOCKED)
    return Q(**{f"{run}period__status__in": statuses, f"{run}period__current_run": F(f"{run}pk")})


def _own_final(actor: Any, prefix: str = "") -> Q:
    """Return the condition that a score is what a month that is final says of the person himself."""
    mine = {f"{prefix}level": Level.MANAGER, f"{prefix}subject_id": actor.pk}
    return Q(**mine) & _final(f"{prefix}run__")


def score_scope_q(actor: Any, prefix: str = "") -> Q:
    """Return the condition that a score lies where the person leads, is his own or a colleague's of his branch.

    A helper sees nobody's but his own. Who has no grid any more keeps his own of the months that are final: they paid
    him. `prefix` leads to the score from the filtered model.
    """
    if not assigned_paths(actor):
        return _own_final(actor, prefix) if _works(actor) else NOBODY
    own = Q(**{f"{prefix}level": Level.MANAGER, f"{prefix}subject_id": actor.pk})
    colleague = Q(**{f"{prefix}branch_id__in": branches_led(actor)})
    return under(led_paths(actor), f"{prefix}grid__") | colleague | own


def open_score_q(actor: Any, prefix: str = "") -> Q:
    """Return the condition that of a score in sight the points and lines are told as well.

    A colleague's are his own and his leaders', unless the bank says otherwise; of him the rank is seen.
    """
    if settings.PEERS_SEE_POINTS:
        return score_scope_q(actor, prefix)
    if not assigned_paths(actor):
        return _own_final(actor, prefix) if _works(actor) else NOBODY
    own = Q(**{f"{prefix}level": Level.MANAGER, f"{prefix}subject_id": actor.pk})
    unit = ~Q(**{f"{prefix}level": Level.MANAGER}) & Q(**{f"{prefix}branch_id__in": branches_led(actor)})
    return under(led_paths(actor), f"{prefix}grid__") | unit | own


class Score(ScopedModel):
    """A person's, branch's or bank's result of a computation, with the names of that day."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="scores")
    level = models.CharField(max_length=8, choices=Level)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(max_length=80)
    staff_no = models.CharField(max_length=20, blank=True)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="scores")
    branch_id = models.BigIntegerField(null=True)
    branch_name = models.CharField(max_length=80, blank=True)
    peer_group = models.CharField(max_length=8, choices=PeerGroup, blank=True)
    total = models.DecimalField(max_digits=12, decimal_places=4)
    rank_bank = models.PositiveIntegerField(null=True)
    rank_branch = models.PositiveIntegerField(null=True)
    rank_peer = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["rank_bank", "subject_id"]
        constraints = [models.UniqueConstraint(fields=["run", "level", "subject_id"], name="score_once")]
        indexes = [models.Index(fields=["run", "level", "rank_bank"], name="score_ranking")]

    def __str__(self) -> str:
        return f"{self.subject_name} {self.total}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Scores of people where the person leads, one's own, and those of the own branch's people."""
        return score_scope_q(actor)


class ScoreLine(ScopedModel):
    """One indicator's part in a score: the sums, the target, the attainment and the points.

    The facts behind it lie between the numbers `first_fact` and `last_fact` of the run.
    """

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=40)
    numerator = models.DecimalField(max_digits=16, decimal_places=6)
    denominator = models.DecimalField(max_digits=16, decimal_places=6)
    actual = models.DecimalField(max_digits=16, decimal_places=6, null=True)
    target = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    attainment = models.DecimalField(max_digits=12, decimal_places=6, null=True)
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    points = models.DecimalField(max_digits=12, decimal_places=4)
    first_fact = models.PositiveIntegerField(null=True)
    last_fact = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["score", "indicator"], name="score_line_once")]

    def __str__(self) -> str:
        """Name the indicator and its points."""
        return f"{self.indicator} {self.points}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Lines of scores the person may see."""
        return open_score_q(actor, "score__")


class Earned(ScopedModel):
    """One act that a final month counted: it never earns again by this indicator, for anybody, by any path.

    `source` and `source_id` are those of the facts. Written when the month is published, and never changed.
    """

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="earned")
    indicator = models.CharField(max_length=40)
    source = models.CharField(max_length=20, choices=FactSource)
    source_id = models.CharField(max_length=60)

    class Meta:
        verbose_name_plural = "earned"
        constraints = [
            models.UniqueConstraint(fields=["indicator", "source", "source_id"], name="earned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.source} {self.source_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:  # noqa: ARG003  whoever asks
        """Nobody's: computations and proofs read it, no page does."""
        return NOBODY


class LateChange(ScopedModel):
    """A change that came when a month was final and whose old or new day lies in it: listed there, counted nowhere."""

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="late_changes")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="late_changes")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="late_changes"
    )
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    changes = models.JSONField()
    """By field: what stood and what stands. Days, names of staff and counts; nothing personal of a customer."""

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"

    @classmethod
    def scope_q(cls, actor: Any) -> Q:
        """Changes in grids the person may see."""
        return under(assigned_paths(actor), "grid__")
