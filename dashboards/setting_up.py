"""How far a bank is set up: what stands, and what is wanting, from the bank itself to its targets."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from customers.selectors import household_list
from exchange.models import Batch
from exchange.selectors import batch_list
from grids import gaps
from grids.enums import GridNature, Tier
from grids.models import Assignment, Grid
from grids.selectors import assignment_list, grid_search
from ground.selectors import boundary_list
from people.models import User
from performance.models import Period
from performance.selectors import latest_period
from products.selectors import product_list


@dataclass(frozen=True, slots=True)
class Standing:
    """A bank as far as it is set up: how many there are of each, and of how many grids or people something is wanting."""

    bank: Grid
    branches: int
    grids: int
    people: int
    bounded: int
    households: int
    without_households: int
    products: int
    wanting: dict[str, int]
    period: Period | None


def own_bank(*, actor: User) -> Grid | None:
    """Return the bank that somebody of head office works for today; None where nobody gave him a part."""
    return grid_search(actor=actor, tier=Tier.HEAD_OFFICE).first()


def standing(*, actor: User, bank: Grid) -> Standing:
    """Return how far the bank is."""
    grids = grid_search(actor=actor, tier=Tier.MANAGER).filter(nature=GridNature.BASE)
    keys = set(grids.values_list("pk", flat=True))
    homes = household_list(actor=actor).filter(ended_on=None)
    settled = set(homes.order_by().values_list("grid_id", flat=True).distinct())
    held = set(boundary_list(actor=actor).order_by().values_list("grid_id", flat=True))
    return Standing(
        bank=bank,
        branches=grid_search(actor=actor, tier=Tier.BRANCH).count(),
        grids=len(keys),
        people=_busy(assignment_list(actor=actor)),
        bounded=len(keys & held),
        households=homes.count(),
        without_households=len(keys - settled),
        products=product_list().filter(is_active=True).count(),
        wanting={gap.key: len(rows) for gap, rows in gaps.found(actor=actor)},
        period=latest_period(actor=actor),
    )


def _busy(rows: QuerySet[Assignment]) -> int:
    here = Assignment.on(timezone.localdate()).values("pk")
    return rows.filter(pk__in=here).order_by().values("user_id").distinct().count()


def last_files(*, actor: User) -> dict[str, Batch]:
    """Return the newest batch of each kind among those that the person sees."""
    found: dict[str, Batch] = {}
    for batch in batch_list(actor=actor)[:200]:
        found.setdefault(batch.kind, batch)
    return found
