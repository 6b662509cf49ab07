"""A figure spread over months or grids: whole steps, and the parts are the figure, to the last digit."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def spread(total: Decimal, weights: Sequence[int], step: Decimal = Decimal(1)) -> list[Decimal]:
    """Return the parts of a total by weight in whole steps: what is over goes to the largest remainders.

    Of equal remainders the earlier part comes first. What doesn't fill a step is the first part's.
    """
    if not weights:
        return []
    shares = list(weights) if sum(weights) > 0 else [1] * len(weights)
    steps = int((total / step).to_integral_value(ROUND_FLOOR))
    whole = sum(shares)
    parts = [steps * share // whole for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (-(steps * shares[place] % whole), place))
    for place in order[: steps - sum(parts)]:
        parts[place] += 1
    found = [part * step for part in parts]
    found[0] += total - steps * step
    return found
