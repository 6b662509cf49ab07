"""What was changed about people within some days and moves what is counted: who died, moved, is restricted or merged."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import BigIntegerField, Count, F, Max, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from customers.enums import Turn
from customers.models import Death, IdentitySpan, PersonMerge, Residence, Restriction
from gridbank.days import day_after, day_before
from grids.models import Grid
from people.models import User


@dataclass(frozen=True, slots=True)
class Turned:
    """People of a grid of whom one person said the same, from a day to a day."""

    turn: Turn
    first: date
    last: date
    grid: Grid | None
    entered: Grid | None
    """Whither, of those who moved."""
    by: User | None
    count: int


Row = dict[str, Any]


def _deaths(actor: User, first: date, last: date, until: datetime | None) -> QuerySet[Any, Row]:
    """Return the deaths of days until the last one that were told, or taken back, since the first."""
    since = timezone.make_aware(datetime.combine(first, time.min))
    rows = Death.objects.visible_to(actor).filter(day__lte=last, told_at__gte=since)
    if until is not None:
        rows = rows.filter(told_at__lte=until)
    names = {"at": F("customer__household__grid_id"), "who": F("told_by_id")}
    found: QuerySet[Any, Row] = (
        rows.order_by()
        .values("undone_by_id", **names)
        .annotate(count=Count("pk"), first=Min("day"), last=Max("day"))
    )
    return found


def _moved(actor: User, first: date, last: date) -> QuerySet[Any, Row]:
    """Return who went to live in another grid."""
    later = Residence.everywhere().filter(customer=OuterRef("customer"), valid_to__gt=OuterRef("valid_to"))
    to = Subquery(later.order_by("valid_to").values("household__grid_id")[:1])
    rows = Residence.objects.visible_to(actor).filter(valid_to__gte=day_before(first), valid_to__lt=last)
    rows = rows.annotate(
        to_id=Coalesce(to, F("customer__household__grid_id"), output_field=BigIntegerField())
    )
    return _counted(rows.exclude(household__grid_id=F("to_id")), "to_id", at=F("household__grid_id"))


def _identities(actor: User, first: date, last: date) -> QuerySet[Any, Row]:
    """Return of whom the date of birth or the document is another one, or gone."""
    rows = IdentitySpan.objects.visible_to(actor).filter(valid_to__gte=day_before(first), valid_to__lt=last)
    return _counted(rows, at=F("customer__household__grid_id"), who=F("changed_by_id"))


def _done(
    rows: QuerySet[Any], first: date, until: datetime | None, moment: str, by: str
) -> QuerySet[Any, Row]:
    """Return of whom something was done from a day until then or now: restricted, merged, or no more."""
    since = timezone.make_aware(datetime.combine(first, time.min))
    rows = rows.filter(**{f"{moment}__gte": since})
    if until is not None:
        rows = rows.filter(**{f"{moment}__lte": until})
    day = TruncDate(moment)
    found: QuerySet[Any, Row] = (
        rows.order_by()
        .values(at=F("customer__household__grid_id"), who=F(by))
        .annotate(count=Count("pk"), first=Min(day), last=Max(day))
    )
    return found


def _counted(rows: QuerySet[Any], *names: str, **named: F) -> QuerySet[Any, Row]:
    found: QuerySet[Any, Row] = (
        rows.order_by()
        .values(*names, **{"who": F("moved_by_id"), **named})
        .annotate(count=Count("pk"), first=Min("valid_to"), last=Max("valid_to"))
    )
    return found


def turnover(
    *, actor: User, first: date, last: date, until: datetime | None, most: int
) -> tuple[list[Turned], int]:
    """Return what one person said of people of one grid, together, and of how many it was in all.

    `until` ends what was told of deaths, restrictions and merges: what comes when a month is published is listed by itself.
    """
    restricted = Restriction.objects.visible_to(actor)
    merges = PersonMerge.objects.visible_to(actor)
    told = [
        *((Turn.UNDONE if row["undone_by_id"] else Turn.DIED, row) for row in _deaths(actor, first, last, until)),
        *((Turn.MOVED, _begun(row)) for row in _moved(actor, first, last)),
        *((Turn.IDENTITY, _begun(row)) for row in _identities(actor, first, last)),
        *((Turn.RESTRICTED, row) for row in _done(restricted.filter(came_at=None), first, until, "set_at", "set_by_id")),
        *((Turn.LIFTED, row) for row in _done(restricted, first, until, "lifted_at", "lifted_by_id")),
        *((Turn.MERGED, row) for row in _done(merges, first, until, "made_at", "made_by_id")),
        *((Turn.UNMERGED, row) for row in _done(merges, first, until, "undone_at", "undone_by_id")),
    ]  # fmt: skip
    told.sort(key=lambda each: (-each[1]["count"], each[0], each[1]["first"], each[1]["at"]))
    shown = told[:most]
    grids = _by_key(
        Grid.objects.visible_to(actor), (row.get(key) for _turn, row in shown for key in ("at", "to_id"))
    )
    people = _by_key(User.objects.all(), (_whose(row) for _turn, row in shown))
    return [
        Turned(
            turn, row["first"], row["last"], grids.get(row["at"]), grids.get(row.get("to_id")),
            people.get(_whose(row)), row["count"],
        )
        for turn, row in shown
    ], sum(row["count"] for _turn, row in told)  # fmt: skip


def _begun(row: Row) -> Row:
    """Return the days on which something was another: a span of what was before ends the day before."""
    return {**row, **{name: day_after(row[name]) for name in ("first", "last")}}


_whose: Callable[[Row], int | None] = lambda row: row.get("undone_by_id") or row["who"]  # noqa: E731


def _by_key(rows: QuerySet[Any], keys: Iterable[int | None]) -> dict[int | None, Any]:
    wanted = set(keys) - {None}
    return {row.pk: row for row in rows.filter(pk__in=wanted)} if wanted else {}
