"""What changed under a month's numbers: which households and people moved within some days, who died, who said so."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from customers.models import Attribution, Household
from gridbank.days import day_after, day_before
from grids.models import Grid
from people.models import User

# a stay that ends within so many days is no move of a family
BRIEF = 7
KEYS = ("valid_to", "grid_id", "to_id", "until", "moved_by_id")


@dataclass
class Moves:
    """Households that went the same way on the same day by the same hand; some of them by name."""

    day: date
    left: Grid | None
    entered: Grid | None
    until: date | None
    """The last day of that stay; None while it lasts."""
    by: User | None
    count: int
    households: list[Household] = field(default_factory=list)

    @property
    def is_brief(self) -> bool:
        """Whether they were gone again within days: as who is elsewhere for the night of a count."""
        return self.until is not None and (self.until - self.day).days < BRIEF


def _spans(actor: User, first: date, last: date) -> QuerySet[Attribution]:
    """Return the spans after which households were elsewhere from one of these days on."""
    later = Attribution.everywhere().filter(
        household=OuterRef("household"), valid_to__gt=OuterRef("valid_to")
    )
    following = later.order_by("valid_to")
    rows: QuerySet[Attribution] = Attribution.objects.visible_to(actor).filter(
        valid_to__gte=day_before(first), valid_to__lt=last
    )
    return rows.annotate(
        until=Subquery(following.values("valid_to")[:1]),
        to_id=Coalesce(
            Subquery(following.values("grid_id")[:1]), F("household__grid_id"), output_field=BigIntegerField()
        ),
    )


def moves_within(*, actor: User, first: date, last: date, most: int) -> tuple[list[Moves], int]:
    """Return the newest moves of the days between, together by way, day and hand; and how many households moved.

    A household moved twice on a day went where it was at the day's end.
    """
    spans = _spans(actor, first, last)
    groups = list(spans.order_by("-valid_to").values(*KEYS).annotate(count=Count("pk"))[:most])
    if not groups:
        return [], 0
    grids = _by_key(
        Grid.objects.visible_to(actor), {row[key] for row in groups for key in ("grid_id", "to_id")}
    )
    people = _by_key(User.objects.all(), {row["moved_by_id"] for row in groups})
    found = {
        tuple(row[key] for key in KEYS): Moves(
            day_after(row["valid_to"]), grids.get(row["grid_id"]), grids.get(row["to_id"]), row["until"],
            people.get(row["moved_by_id"]), row["count"],
        )
        for row in groups
    }  # fmt: skip
    named = spans.select_related("household").order_by("-valid_to", "household_id")
    key_of: Callable[[Any], tuple[Any, ...]] = lambda span: tuple(getattr(span, key) for key in KEYS)  # noqa: E731
    for span in named[:most]:
        if (group := found.get(key_of(span))) is not None:
            group.households.append(span.household)
    return list(found.values()), spans.count()


def _by_key(rows: QuerySet[Any], keys: set[int | None]) -> dict[int, Any]:
    return {row.pk: row for row in rows.filter(pk__in=keys - {None})}
