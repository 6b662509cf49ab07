"""What a month's computation no longer agrees with: all that it depends on worked out again, and told in words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Grid
from people.models import User
from performance import computing, facts
from performance.indicators import INDICATORS, Window
from performance.models import Period, Run
from performance.scoring import NOBODY

SHOWN = 20

Amounts = dict[tuple[str, int, int], tuple[Decimal, Decimal]]


class NotAsComputed(Refused):
    """The month is not what was computed any more; `differences` says in words what differs."""

    def __init__(self, differences: list[str]) -> None:
        """Keep the sentences; the message holds them all, for answers that have no list."""
        shown = differences[:SHOWN]
        if more := len(differences) - len(shown):
            shown.append(
                ngettext("%(count)s more difference.", "%(count)s more differences.", more) % {"count": more}
            )
        self.why = _("Since this month was computed, what it counts has changed. Compute it again first.")
        self.differences = shown
        super().__init__(" ".join([self.why, *shown]))


@dataclass(frozen=True)
class _Look:
    """What a month depends on, as it was frozen or as it is: inputs, sums, and how many events changed."""

    inputs: dict[str, Any]
    sums: Amounts
    events: dict[str, int] = field(default_factory=dict)


def differences(period: Period) -> list[str]:
    """Return a sentence for each thing in which a month differs from its current computation.

    Everything is worked out again in the caller's transaction: scheme, targets, people, branches, who led which
    grid, every event and every sum.
    """
    run = period.current_run
    assert run is not None
    with waive_scope("a ranking looks at the whole bank"):
        then = _Look(json.loads(run.inputs), _amounts(facts.sums_of(run.pk)))
        now = _now(period, run)
        words = _Words(then, now)
        return [
            *words.scheme(), *words.targets(), *words.people(), *words.branches(), *words.leads(), *words.sums(),
            *words.events(),
        ]  # fmt: skip


def _now(period: Period, run: Run) -> _Look:
    window = Window(period.month, run.as_of, confirmed_only=run.scheme.confirmed_only)
    ground = facts.ground_of(period.grid, window)
    indicators = [INDICATORS[key] for key in sorted(run.scheme.items.values_list("indicator", flat=True))]
    with facts.prepared(ground, window):
        sums = [row for indicator in indicators for row in facts.sums_now(indicator, window)]
        events = {indicator.key: facts.missed(run, indicator, window) for indicator in indicators}
    inputs = computing.collect_inputs(
        bank=period.grid,
        period=period,
        scheme=run.scheme,
        ground=ground,
        window=window,
        sums=sums,
        kind=run.kind,
    )
    return _Look(json.loads(inputs), _amounts(sums), events)


def _amounts(sums: list[Any]) -> Amounts:
    return {
        (row.indicator, row.staff_id, row.branch_id): (row.numerator, row.denominator)
        for row in sums
        if row.numerator or row.denominator
    }


class _Words:
    """The differences between two looks, said for people."""

    def __init__(self, then: _Look, now: _Look) -> None:
        self.then, self.now = then, now
        people = {user_id for look in (then, now) for user_id, _indicator, _value in look.inputs["targets"]}
        people |= {staff_id for look in (then, now) for _key, staff_id, _branch in look.sums}
        people |= {span[0] for look in (then, now) for _grid, spans in look.inputs["leads"] for span in spans}
        self.names = dict(User.objects.filter(pk__in=people - {NOBODY}).values_list("pk", "name"))
        self.names |= {row[0]: row[2] for look in (then, now) for row in look.inputs["people"]}

    def scheme(self) -> Iterator[str]:
        """Say that the rules are others."""
        if any(
            self.then.inputs.get(key) != self.now.inputs.get(key)
            for key in ("rules", "scheme", "items", "evidence")
        ):
            yield _("The scheme: its indicators, weights, targets or caps are others now.")

    def targets(self) -> Iterator[str]:
        """Name each person's own target that changed."""
        old, new = (
            {(user_id, key): value for user_id, key, value in look.inputs["targets"]}
            for look in (self.then, self.now)
        )
        for user_id, key in sorted(old.keys() | new.keys()):
            before, after = old.get((user_id, key)), new.get((user_id, key))
            if before != after:
                yield _("Target of %(name)s, %(indicator)s: %(old)s then, %(new)s now.") % {
                    "name": self._name(user_id),
                    "indicator": INDICATORS[key].name,
                    "old": _number(before),
                    "new": _number(after),
                }

    def people(self) -> Iterator[str]:
        """Name who takes part now, who doesn't any more, and who belongs elsewhere."""
        old, new = ({row[0]: row for row in look.inputs["people"]} for look in (self.then, self.now))
        for pk in sorted(old.keys() | new.keys()):
            name = {"name": self._name(pk)}
            if pk not in old:
                yield _("%(name)s takes part now.") % name
            elif pk not in new:
                yield _("%(name)s takes no part any more.") % name
            elif old[pk] != new[pk]:
                yield _("%(name)s: name, home grid, branch or peer group are others now.") % name

    def branches(self) -> Iterator[str]:
        """Name the branches that came, went or are called otherwise."""
        old, new = (dict([*look.inputs["branches"], look.inputs["bank"]]) for look in (self.then, self.now))
        for pk in sorted(old.keys() | new.keys()):
            if old.get(pk) != new.get(pk):
                yield _("Branch: %(old)s then, %(new)s now.") % {
                    "old": old.get(pk) or "–",
                    "new": new.get(pk) or "–",
                }

    def leads(self) -> Iterator[str]:
        """Name each grid that somebody else led, or on other days."""
        old, new = (dict(look.inputs["leads"]) for look in (self.then, self.now))
        changed = sorted(pk for pk in old.keys() | new.keys() if old.get(pk) != new.get(pk))
        names = dict(Grid.objects.filter(pk__in=changed).values_list("pk", "name"))
        for pk in changed:
            yield _("%(grid)s was led by: %(old)s then, %(new)s now.") % {
                "grid": names.get(pk, pk),
                "old": self._spans(old.get(pk)),
                "new": self._spans(new.get(pk)),
            }

    def sums(self) -> Iterator[str]:
        """Name each person's or branch's sum that changed."""
        for place in sorted(self.then.sums.keys() | self.now.sums.keys()):
            before, after = self.then.sums.get(place), self.now.sums.get(place)
            if before != after:
                key, staff_id, branch_id = place
                is_rate = INDICATORS[key].is_rate
                yield _("%(indicator)s of %(name)s: %(old)s then, %(new)s now.") % {
                    "indicator": INDICATORS[key].name,
                    "name": self._name(staff_id) if staff_id else self._vacant(branch_id),
                    "old": _sum(before, is_rate=is_rate),
                    "new": _sum(after, is_rate=is_rate),
                }

    def events(self) -> Iterator[str]:
        """Say of each indicator how many records came in or changed."""
        for key, count in self.now.events.items():
            if count:
                yield ngettext(
                    "%(indicator)s: %(count)s record came in or changed.",
                    "%(indicator)s: %(count)s records came in or changed.",
                    count,
                ) % {"indicator": INDICATORS[key].name, "count": count}

    def _name(self, pk: int) -> str:
        return str(self.names.get(pk, pk))

    def _vacant(self, branch_id: int) -> str:
        """Say whose grids had nobody."""
        branches = dict(self.then.inputs["branches"]) | dict(self.now.inputs["branches"])
        return _("%(branch)s without a lead") % {
            "branch": branches.get(branch_id, self.now.inputs["bank"][1])
        }

    def _spans(self, spans: list[list[Any]] | None) -> str:
        parts = [
            f"{self._name(staff_id)} {_day(first)}–{_day(last)}"
            for staff_id, first, last in spans or ()
            if staff_id
        ]
        return _(", ").join(parts) or _("nobody")


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")


def _number(text: str | None) -> str:
    return "–" if text is None else f"{Decimal(text).normalize():f}"


def _sum(amounts: tuple[Decimal, Decimal] | None, *, is_rate: bool) -> str:
    top, bottom = (f"{amount.normalize():f}" for amount in amounts or (Decimal(0), Decimal(0)))
    return f"{top} / {bottom}" if is_rate else top
