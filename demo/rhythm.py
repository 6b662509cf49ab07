"""When managers go out and what comes of it: Tuesdays, Thursdays and Saturdays, and the evenings."""

import math
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from demo import words
from demo.calendar import Span

LOCAL = ZoneInfo("Asia/Shanghai")
_WEEKDAYS = (0.35, 1.6, 0.35, 1.6, 0.4, 2.0, 0.1)
_OUT = {1, 3, 5}
_SATURDAY = 5
_MODES = ("door", "phone", "wechat", "counter", "event")
_MEETS = {"door": 0.76, "phone": 0.62, "wechat": 0.85, "counter": 1.0, "event": 1.0}
_NOTES = {
    "door": words.MET_DOOR,
    "phone": words.MET_PHONE,
    "wechat": words.MET_WECHAT,
    "counter": words.MET_COUNTER,
    "event": words.MET_EVENT,
}


@dataclass(frozen=True)
class Home:
    """A household as its visitor knows it."""

    household_id: int
    adults: tuple[int, ...]
    since: date
    position: tuple[float, float] | None
    away: bool


@dataclass(frozen=True)
class Call:
    """A visit that took place, in the words of the API."""

    id: uuid.UUID
    household_id: int
    customer_id: int
    staff_id: int
    grid_id: int
    started_at: datetime
    mode: str
    met: bool
    note: str
    next_on: date | None
    position: tuple[float, float] | None
    accuracy_m: float | None
    offers: tuple[tuple[int, str], ...] = ()
    needs: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class Round:
    """A grid to be walked: who leads it day by day, how diligent and how convincing he is."""

    grid_id: int
    homes: Sequence[Home]
    lead_on: dict[date, int]
    zeal: dict[int, float]
    skill: dict[int, float]
    deputies: tuple[int, ...] = ()
    shown: bool = False
    share: float = 1.0


@dataclass
class Walker:
    """Makes the visits of a grid."""

    rng: random.Random
    span: Span
    a_month: float
    products: Sequence[int]
    now: datetime
    _last: dict[int, date] = field(default_factory=dict)

    def walk(self, round_: Round) -> list[Call]:
        """Go through the days; newest last."""
        weight = {
            home.household_id: self.rng.choices((0.0, 0.3, 1.0, 2.0), (9, 21, 50, 20))[0]
            for home in round_.homes
        }
        calls: list[Call] = []
        for day in self.span.days():
            staff = round_.lead_on.get(day)
            if staff is None:
                continue
            expected = self.a_month / 30.4 * _WEEKDAYS[day.weekday()] * round_.zeal.get(staff, 1.0)
            if round_.shown and day >= self.span.today - timedelta(days=1):
                expected = max(expected, 3.0)
            calls += self._day(round_, day, staff, self._count(expected), weight)
        return self._promises(calls) if round_.shown else calls

    def _count(self, expected: float) -> int:
        """Draw how many: Poisson, by multiplication."""
        limit, product, count = math.exp(-expected), self.rng.random(), 0
        while product > limit and count < 200:
            product *= self.rng.random()
            count += 1
        return count

    def _day(
        self, round_: Round, day: date, staff: int, count: int, weight: dict[int, float]
    ) -> Iterator[Call]:
        homes = [
            home for home in round_.homes if home.since <= day and home.adults and weight[home.household_id]
        ]
        times = sorted(self._time(day) for _ in range(count))
        for started_at in times:
            if not homes or started_at > self.now:
                return
            tries = self.rng.sample(homes, min(4, len(homes)))
            home = max(tries, key=lambda h: (self._waited(h, day) * weight[h.household_id], h.household_id))
            homes.remove(home)
            who = self.rng.choice(round_.deputies) if round_.deputies and self.rng.random() < 0.15 else staff
            yield self._call(round_, home, who, started_at)

    def _waited(self, home: Home, day: date) -> int:
        seen = self._last.get(home.household_id)
        return (day - seen).days if seen else 120

    def _time(self, day: date) -> datetime:
        evening = day.weekday() in _OUT and day.weekday() != _SATURDAY and self.rng.random() < 0.6
        start, minutes = (time(18, 30), 150) if evening else (time(8, 40), 540)
        return datetime.combine(day, start, LOCAL) + timedelta(minutes=self.rng.randrange(minutes))

    def _mode(self, day: date, home: Home) -> str:
        if home.away and self.rng.random() < 0.4:
            return self.rng.choice(("phone", "wechat"))
        shares = (84, 4, 5, 2, 5) if day.weekday() in _OUT else (34, 26, 24, 14, 2)
        return self.rng.choices(_MODES, shares)[0]

    def _call(self, round_: Round, home: Home, staff: int, started_at: datetime) -> Call:
        rng, day = self.rng, started_at.date()
        mode = self._mode(day, home)
        met = rng.random() < _MEETS[mode] - (0.15 if home.away and mode == "door" else 0.0)
        if met:
            self._last[home.household_id] = day
        needs = (
            ((rng.choice(words.NEEDS), day + timedelta(days=rng.choice((7, 7, 10, 14, 30)))),)
            if met and rng.random() < 0.1
            else ()
        )
        at_home = home.position is not None and mode == "door" and rng.random() < 0.85
        return Call(
            id=uuid.UUID(int=rng.getrandbits(128), version=4),
            household_id=home.household_id,
            customer_id=home.adults[0] if rng.random() < 0.75 else rng.choice(home.adults),
            staff_id=staff,
            grid_id=round_.grid_id,
            started_at=started_at,
            mode=mode,
            met=met,
            note=self._note(mode, needs, met=met),
            next_on=self._next(day, met=met),
            position=self._near(home.position) if at_home and home.position else None,
            accuracy_m=float(rng.choice((8, 12, 20, 35, 60, 400))) if at_home else None,
            offers=self._offers(round_.skill.get(staff, 0.35)) if met else (),
            needs=needs,
        )

    def _note(self, mode: str, needs: Sequence[tuple[str, date]], *, met: bool) -> str:
        if not met:
            return words.NOT_MET[-1] if mode in {"phone", "wechat"} else self.rng.choice(words.NOT_MET[:-1])
        note = self.rng.choice(_NOTES[mode])
        return note + words.WITH_NEED.format(need=needs[0][0]) if needs else note

    def _next(self, day: date, *, met: bool) -> date | None:
        if not met:
            return day + timedelta(days=self.rng.randint(2, 10)) if self.rng.random() < 0.6 else None
        return day + timedelta(days=self.rng.choice((7, 14, 21, 30, 45))) if self.rng.random() < 0.3 else None

    def _near(self, position: tuple[float, float]) -> tuple[float, float]:
        spread = 0.0004
        return (
            round(position[0] + self.rng.uniform(-spread, spread), 6),
            round(position[1] + self.rng.uniform(-spread, spread), 6),
        )

    def _offers(self, skill: float) -> tuple[tuple[int, str], ...]:
        rng = self.rng
        chosen = rng.sample(self.products, rng.choices((0, 1, 2), (50, 40, 10))[0])
        shares = (skill, 0.55 * (1 - skill), 0.45 * (1 - skill))
        return tuple(
            (product, rng.choices(("accepted", "refused", "offered"), shares)[0]) for product in chosen
        )

    def _promises(self, calls: list[Call]) -> list[Call]:
        """See to it that somebody is promised for today and somebody is overdue."""
        latest: dict[int, int] = {}
        for number, call in enumerate(calls):
            if call.started_at.date() < self.span.today:
                latest[call.household_id] = number
        seen_today = {call.household_id for call in calls if call.started_at.date() == self.span.today}
        numbers = sorted(n for home, n in latest.items() if home not in seen_today)[-8:]
        days = (0, 0, -3, -9)
        for number, offset in zip(numbers, days, strict=False):
            due = self.span.today + timedelta(days=offset)
            if calls[number].started_at.date() < due:
                calls[number] = replace(calls[number], next_on=due)
        return calls
