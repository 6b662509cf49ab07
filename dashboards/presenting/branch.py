"""The branch manager's home: his people, his blind spots, his ground."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import pgettext

from customers.models import Household
from customers.selectors import claims_waiting
from dashboards import selectors
from dashboards.charts import Bar
from dashboards.presenting.parts import Asked, colours, grid_rows, score_address, state, visits_address
from gridbank.days import month_first
from people.models import User
from performance.models import Score
from performance.presenting.gauges import percent

PUSHED = 3


def branch(*, actor: User, form: Asked) -> tuple[str, dict[str, Any]]:
    """Return the template and the context."""
    found = selectors.branch_home(actor=actor)
    around = {"grid": found.root.pk} if found.root else {}
    context = {
        **colours(form, **around),
        **state(found.period),
        "root": found.root,
        "to_confirm": claims_waiting(actor=actor),
        "ground": _ground(found.grids),
        "grids": grid_rows(found.grids),
        "blind": _blind(found.blind),
        "people": [_person_row(row) for row in found.people],
        "month_url": visits_address(since=month_first(timezone.localdate())),
        "silent": sum(row.today == 0 for row in found.people),
        "logged": _names([row.user.name for row in found.people if row.today]),
        "score": found.score,
        "score_url": score_address(found.score) if found.score else "",
        "bars": [
            Bar(score.subject_name, score.total.quantize(Decimal("0.1")), score_address(score))
            for score in found.ranked
        ],
        "ranks": [_rank_row(score) for score in found.ranked],
    }
    return "dashboards/branch.html", context


def _ground(rows: list[selectors.GridRow]) -> dict[str, Any]:
    households = sum(row.households for row in rows)
    met = sum(row.met for row in rows)
    return {
        "households": households,
        "never": sum(row.never for row in rows),
        "met": met,
        "coverage": percent(Decimal(met) / households) if households else None,
        "archived": sum(row.archived for row in rows),
    }


def _blind(households: list[Household]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    return [
        {
            "household": one,
            "idle": (today - one.last_met_on).days if one.last_met_on else None,
        }
        for one in households
    ]


def _names(names: list[str]) -> str:
    """Write a few names in a row; of many, none: the list below has them."""
    return pgettext("between names", ", ").join(names) if len(names) <= PUSHED else ""


def _person_row(row: selectors.PersonRow) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "row": row,
        "today_url": visits_address(since=today, staff=row.user.pk),
        "month_url": visits_address(since=month_first(today), staff=row.user.pk),
    }


def _rank_row(score: Score) -> dict[str, Any]:
    return {"score": score, "url": score_address(score)}
