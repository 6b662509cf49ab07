"""Which colour a value gets: how far it is behind what it should be by now.

Five classes, 0 is on pace and 4 is furthest behind: the further from the paper, the further from pace.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from grids.measures import NEVER, Measure, Unit, Value

# points behind the pace, and days without a visit, from which the next class begins
POINTS = (Decimal(0), Decimal(5), Decimal(10), Decimal(20))
WHOLE = Decimal(100)
# classes that hold more than this share of what is behind tell nobody apart
MOST = Decimal("0.6")
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Scale:
    """The classes of one map. `limits` are four numbers that rise; what is larger is worse."""

    unit: Unit
    pace: Decimal | None
    limits: tuple[Decimal, ...]

    @classmethod
    def of(cls, measure: Measure, pace: Decimal | None, values: Iterable[Value]) -> "Scale":
        """Choose the classes for the values that are shown.

        Where one class would hold most of what is behind, its quarters part it instead: branches of one bank
        are all alike beside fixed limits.
        """
        if measure.unit != Unit.PERCENT:
            return cls(measure.unit, None, tuple(Decimal(limit) for limit in measure.breaks))
        goal = WHOLE if pace is None else pace
        behind = sorted(goal - Decimal(value) for value in values if value is not None and value < goal)
        fixed = cls(measure.unit, goal, POINTS)
        counts = [sum(fixed._place(gap) == band for gap in behind) for band in range(1, len(POINTS) + 1)]
        if len(set(behind)) <= len(POINTS) or max(counts) <= MOST * len(behind):
            return fixed
        return cls(measure.unit, goal, (Decimal(0), *_quarters(behind)))

    def _place(self, worse: Decimal) -> int:
        """Return the class: at zero points behind one is on pace, elsewhere a limit belongs to the class above."""
        first, *others = self.limits
        begun = worse > first if self.unit == Unit.PERCENT else worse >= first
        return begun + sum(worse >= limit for limit in others)

    def worse(self, value: Value) -> Decimal | None:
        """Return how bad a value is: points behind the pace (below zero: ahead of it), or days."""
        if value is None:
            return None
        return Decimal(value) if self.pace is None else self.pace - Decimal(value)

    def band(self, value: Value) -> int | None:
        """Return the class of a value; None when it is unknown."""
        worse = self.worse(value)
        return None if worse is None else self._place(worse)

    def mark(self, value: Value) -> str:
        """Return the few signs that stand in the polygon of what is behind; nothing for what is on pace."""
        worse = self.worse(value)
        if worse is None or not self._place(worse):
            return ""
        if self.pace is None:
            return "" if worse >= NEVER else number_format(worse, decimal_pos=0)
        # whole points are told by what is full: 4.9 stands in the class up to 5
        return f"{MINUS}{number_format(max(1, int(worse)), decimal_pos=0)}"

    def gap(self, value: Value) -> str:
        """Return the distance to the pace as a list writes it; nothing where there is no pace."""
        worse = self.worse(value)
        if worse is None or self.pace is None:
            return ""
        whole = worse.quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{MINUS if whole > 0 else '+' if whole < 0 else ''}{number_format(abs(whole), decimal_pos=1)}"

    def legend(self, values: Sequence[Value]) -> list[dict[str, Any]]:
        """Return the classes in words, the worst first, with how many each holds."""
        bands = [self.band(value) for value in values]
        rows = [{"colour": place, "text": text} for place, text in enumerate(self._texts())]
        return [row | {"count": bands.count(row["colour"])} for row in reversed(rows)]  # type: ignore[arg-type]

    def _texts(self) -> list[str]:
        if self.pace is None:
            days = [int(limit) for limit in self.limits]
            steps = [
                _("%(low)s–%(high)s days") % {"low": low, "high": high - 1}
                for low, high in pairwise((0, *days))
            ]
            return [*steps, _("%(days)s days and more, or never met") % {"days": days[-1]}]
        written = [_plain(limit) for limit in self.limits]
        return [
            _("on pace"),
            _("up to %(points)s points behind") % {"points": written[1]},
            *(_("%(low)s–%(high)s points behind") % {"low": a, "high": b} for a, b in pairwise(written[1:])),
            _("%(points)s points and more behind") % {"points": written[-1]},
        ]


def _quarters(behind: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Return three limits that part a sorted row into four parts of about the same number."""
    places = [behind[len(behind) * quarter // 4] for quarter in (1, 2, 3)]
    return tuple(place.quantize(Decimal("0.1")) for place in places)


def _plain(limit: Decimal) -> str:
    return number_format(limit, decimal_pos=0 if limit == limit.to_integral_value() else 1)
