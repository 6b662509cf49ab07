"""A number beside its target and beside where it should be by now: what a bar draws and what is written next to it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format

from performance.indicators import INDICATORS, Indicator
from performance.pace import due_by

HUNDRED = Decimal(100)
TENTH = Decimal("0.1")
# the track goes so far beyond the target, and never beyond everything
BEYOND = Decimal("1.25")
# so many points behind, a branch or a person is told
PUSH_FROM = Decimal(5)
# two ticks nearer than this, in parts of a hundred of the track, are one
APART = Decimal(2)


def percent(value: Decimal | None) -> Decimal | None:
    """Turn a share into per cent with one decimal."""
    return None if value is None else (HUNDRED * value).quantize(TENTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Gauge:
    """One indicator of somebody: per cent or pieces, as `indicator` says, up to a day of the month."""

    indicator: Indicator
    part: Decimal
    whole: Decimal
    value: Decimal | None
    target: Decimal | None
    pace: Decimal | None
    url: str = ""
    full: Decimal = HUNDRED
    """How much fills the whole track."""

    @property
    def gap(self) -> Decimal | None:
        """Return how far it is ahead of the pace; below zero it is behind."""
        return None if self.value is None or self.pace is None else self.value - self.pace

    @property
    def behind(self) -> Decimal | None:
        """Return how far it is behind the pace, None when it isn't."""
        return -self.gap if self.gap is not None and self.gap < 0 else None

    @property
    def ahead(self) -> Decimal | None:
        """Return how far it is ahead of the pace or on it, None when it is behind."""
        return self.gap if self.gap is not None and self.gap >= 0 else None

    @property
    def needs_push(self) -> bool:
        """Whether it is so far behind that somebody should say so."""
        return self.indicator.is_rate and self.behind is not None and self.behind >= PUSH_FROM

    @property
    def tone(self) -> str:
        """Return how its bar looks."""
        return "none" if self.gap is None else "behind" if self.gap < 0 else "ok"

    @property
    def fill(self) -> str:
        """Return how much of the track is filled, in per cent, as SVG writes it."""
        return self._place(self.value)

    @property
    def target_at(self) -> str:
        """Return where the target's tick stands; empty when there is no target."""
        return "" if self.target is None else self._place(self.target)

    @property
    def pace_at(self) -> str:
        """Return where the pace's tick stands; empty when it would stand on the target's."""
        if self.pace is None or self.target is None:
            return ""
        near = abs(Decimal(self._place(self.target)) - Decimal(self._place(self.pace))) < APART
        return "" if near else self._place(self.pace)

    def _place(self, value: Decimal | None) -> str:
        share = Decimal(0) if value is None or not self.full else HUNDRED * value / self.full
        return str(min(HUNDRED, max(Decimal(0), share)).quantize(TENTH))

    @property
    def shown(self) -> str:
        """Write the value with its unit."""
        return self.say(self.value)

    def say(self, value: Decimal | None) -> str:
        """Write a value of this indicator: per cent with one decimal, pieces whole."""
        if value is None:
            return "–"
        return f"{number_format(value, 1)}%" if self.indicator.is_rate else pieces(value.quantize(Decimal(1)))

    @property
    def pace_shown(self) -> str:
        """Write the pace."""
        return self.say(self.pace)

    @property
    def target_shown(self) -> str:
        """Write the target."""
        return self.say(self.target)

    @property
    def gap_shown(self) -> str:
        """Write the distance to the pace without its sign: the shape before it says on which side it is."""
        gap = self.gap
        if gap is None:
            return "–"
        return number_format(abs(gap), 1) if self.indicator.is_rate else pieces(abs(gap).quantize(Decimal(1)))

    @property
    def goal(self) -> int | None:
        """Return how many pieces the target is, rounded up; None without one."""
        if self.target is None:
            return None
        wanted = self.target * self.whole / HUNDRED if self.indicator.is_rate else self.target
        return int(wanted.to_integral_value(ROUND_CEILING))

    @property
    def due(self) -> int | None:
        """Return how many pieces are due by now, rounded down."""
        if self.pace is None:
            return None
        wanted = self.pace * self.whole / HUNDRED if self.indicator.is_rate else self.pace
        return int(wanted.to_integral_value(ROUND_DOWN))


def pieces(value: Decimal) -> str:
    """Write a sum of rows: whole when it is, else with one decimal (a household is shared by days)."""
    whole = value == value.to_integral_value()
    return str(number_format(value.quantize(TENTH, ROUND_HALF_UP), 0 if whole else 1, force_grouping=True))


def gauge_of(line: Any, day: date, *, url: str = "", target: Decimal | None = None) -> Gauge:
    """Return a stored line as of a day. `target` stands in for one that the line doesn't bear."""
    indicator = INDICATORS[line.indicator]
    asked = getattr(line, "target", None) or target
    due = None if asked is None else due_by(indicator, asked, day)
    write = percent if indicator.is_rate else _plain
    goal = write(asked)
    full = HUNDRED if goal is None else goal * BEYOND
    value = write(line.actual)
    return Gauge(
        indicator=indicator,
        part=line.numerator,
        whole=line.denominator,
        value=value,
        target=goal,
        pace=write(due),
        url=url,
        full=min(HUNDRED, full) if indicator.is_rate else full,
    )


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(TENTH, ROUND_HALF_UP)
