"""Who is due for a visit, and why: arithmetic over plain days."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from visits.enums import Why

INTERVAL_DAYS = 90
NEED_AHEAD = timedelta(days=3)
_PLACE = {why: place for place, why in enumerate(Why.values)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a household: last meeting, the day promised at the last visit, the nearest open need."""

    household_id: int
    last_met_on: date | None = None
    promised_on: date | None = None
    need_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A household to be visited. `whys` holds every reason, the most pressing first; `days` how late it is."""

    household_id: int
    whys: tuple[Why, ...]
    days: int
    standing: Standing

    @property
    def why(self) -> Why:
        """Return the most pressing reason."""
        return self.whys[0]

    @property
    def order(self) -> tuple[int, int, int]:
        """Place the household: by reason, then the latest first, then by key so that equals stay put."""
        return _PLACE[self.why], -self.days, self.household_id


def judge(standing: Standing, day: date, interval_days: int = INTERVAL_DAYS) -> Due | None:
    """Say whether a household is due on a day, None when it can wait."""
    late: dict[Why, int] = {}
    if standing.promised_on is not None and standing.promised_on <= day:
        late[Why.PROMISED] = (day - standing.promised_on).days
    if standing.need_due_on is not None and standing.need_due_on <= day + NEED_AHEAD:
        late[Why.NEED] = (day - standing.need_due_on).days
    if standing.last_met_on is None:
        late[Why.NEVER] = 0
    elif (day - standing.last_met_on).days > interval_days:
        late[Why.OVERDUE] = (day - standing.last_met_on).days - interval_days
    if not late:
        return None
    whys = tuple(Why(value) for value in Why.values if Why(value) in late)
    return Due(standing.household_id, whys, late[whys[0]], standing)


def in_order(dues: Iterable[Due]) -> list[Due]:
    """Put the most pressing first."""
    return sorted(dues, key=lambda due: due.order)


def by_reason(dues: Iterable[Due]) -> Counter[Why]:
    """Count households by their most pressing reason."""
    return Counter(due.why for due in dues)
