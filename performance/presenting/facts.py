"""The rows behind a number, one by one: which count, which don't and why, what they add up to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from customers.selectors import customer_list, household_list
from people.models import User
from performance import selectors
from performance.enums import ABOUT_PEOPLE, FactSource, Level
from performance.indicators import INDICATORS, Indicator
from performance.models import Fact, Score
from performance.pace import is_dated
from performance.presenting.breakdown import rows_address, subtotals
from performance.presenting.gauges import gauge_of, pieces


@dataclass(frozen=True)
class FactRow:
    """A frozen fact with its place in the list and what the reader may know of it today.

    `day` is empty for what bears none; `why` says why a row adds nothing.
    """

    number: int
    fact: Fact
    label: str
    url: str
    day: str
    entry: str
    why: str


def facts(
    *,
    actor: User,
    score: Score,
    indicator: str,
    rows: list[Fact],
    after: int | None,
    counted: bool,
    grid_id: int | None,
) -> dict[str, Any]:
    """Return a page of rows with the tabs, the sums by grid and the sum of all."""
    line = next((one for one in score.lines.all() if one.indicator == indicator), None)
    grids = subtotals(actor=actor, score=score, indicator=indicator, chosen=grid_id)
    shown = [grid for grid in grids if grid_id is None or grid["current"]]
    before = 0
    if after is not None:
        found = selectors.fact_list(
            actor=actor, score=score, indicator=indicator, counted=counted, grid_id=grid_id
        )
        before = found.filter(number__lte=after).count()
    return {
        "score": score,
        "indicator": INDICATORS[indicator],
        "gauge": gauge_of(line, score.run.as_of) if line else None,
        "done": pieces(line.numerator) if line else "",
        "due": pieces(line.denominator) if line else "",
        "rows": fact_rows(actor=actor, indicator=INDICATORS[indicator], rows=rows, first=before + 1),
        "grids": grids,
        "grid_id": grid_id,
        "counted": counted,
        "tabs": {
            "counted": sum(grid["counted"] for grid in shown),
            "left": sum(grid["left"] for grid in shown),
        }
        if grids
        else None,
        "sums": next((grid for grid in shown if grid_id), None),
        "parts_url": ""
        if score.level == Level.MANAGER
        else rows_address(score.pk, score.run.period.month, indicator, score.level),
    }


def fact_rows(*, actor: User, indicator: Indicator, rows: list[Fact], first: int = 1) -> list[FactRow]:
    """Name each fact's household or customer and link to it, where the reader may see it today."""
    home_ids = {int(fact.subject) for fact in rows if fact.source not in ABOUT_PEOPLE}
    person_ids = {int(fact.subject) for fact in rows if fact.source in ABOUT_PEOPLE}
    homes = {home.pk: home for home in household_list(actor=actor).filter(pk__in=home_ids)}
    people = {person.pk: person for person in customer_list(actor=actor).filter(pk__in=person_ids)}
    found = []
    for number, fact in enumerate(rows, first):
        known: Any = (people if fact.source in ABOUT_PEOPLE else homes).get(int(fact.subject))
        has_day = fact.source != FactSource.HOUSEHOLD
        found.append(
            FactRow(
                number=number,
                fact=fact,
                label=str(known) if known else "",
                url=_address(fact, known),
                day=date_format(fact.day, "Y-m-d") if has_day else "",
                entry=_entry(fact),
                why=_why(indicator, fact),
            )
        )
    return found


def _entry(fact: Fact) -> str:
    """Say what was counted; of a visit, whether it was corrected."""
    if fact.source == FactSource.VISIT and fact.source_version > 1:
        return _("%(what)s (corrected)") % {"what": fact.get_source_display()}
    return str(fact.get_source_display())


def _why(indicator: Indicator, fact: Fact) -> str:
    """Say why a row adds nothing."""
    if fact.numerator_micros:
        return ""
    if fact.source == FactSource.HOUSEHOLD and is_dated(indicator):
        return _("nobody met this month")
    if fact.source == FactSource.HOUSEHOLD:
        return _("not so by %(day)s") % {"day": date_format(fact.day, "m-d")}
    if not fact.denominator_micros:
        return _("of a customer and a product one offer counts")
    return _("not accepted, or not yet confirmed by somebody else")


def _address(fact: Fact, known: Any) -> str:
    if known is None:
        return ""
    if fact.source == FactSource.VISIT:
        return reverse("visits:detail", args=[UUID(fact.source_id)])
    return str(known.get_absolute_url())
