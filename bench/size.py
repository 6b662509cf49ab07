"""How much is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """A scale to measure at: one bank; four people to a household."""

    customers: int
    visits: int
    managers: int
    branches: int
    months: int
    repeats: int
    seconds: float
    map_grids: int
    roster: int

    @property
    def households(self) -> int:
        """Return how many households the customers live in."""
        return self.customers // 4


FULL = Size(
    customers=1_000_000,
    visits=6_000_000,
    managers=2_000,
    branches=100,
    months=24,
    repeats=15,
    seconds=10,
    map_grids=20_000,
    roster=100_000,
)
QUICK = Size(
    customers=2_000,
    visits=6_000,
    managers=20,
    branches=4,
    months=6,
    repeats=3,
    seconds=1,
    map_grids=400,
    roster=2_000,
)
