"""What a computation reads besides the facts, and how its results are kept and read back.

`Run.inputs` is canonical JSON: the scheme's items, the targets, the people with the names, grids and peer
groups they had, the branches, who led which grid on which days, the window. Together with the run's facts it is all that `scoring.score`
needs, so a locked month can be computed again after every name and every scheme has changed.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from audit.services import canonical
from gridbank.scoping import waive_scope
from grids.enums import Tier
from grids.models import Assignment, Grid
from grids.selectors import names_on
from people.models import User
from performance.facts import CHUNK, Ground, Span
from performance.indicators import INDICATORS, Window
from performance.models import Period, Run, Scheme, Score, ScoreLine, Target
from performance.scoring import NOBODY, RANKED, RULES_VERSION, Inputs, Item, Line, Person, Result, Sum, Unit

CONFIRMED_ONLY = "confirmed"
LINE_COLUMNS = (
    "score_id", "position", "indicator", "numerator", "denominator", "actual", "target", "attainment", "weight",
    "points", "first_fact", "last_fact",
)  # fmt: skip


def _homes(bank: Grid, ground: Ground, window: Window, staff: set[int]) -> dict[int, tuple[int, bool]]:
    """Return each person's home grid and whether it was led: most days wins, then the lower id.

    Who led special grids only is at home in one of them. Who led no grid belongs where any assignment puts him,
    else to the head office.
    """
    homes = {pk: (grid_id, True) for pk, grid_id in _longest_led(ground.special_leads).items()}
    homes |= {pk: (grid_id, True) for pk, grid_id in _longest_led(ground.leads).items()}
    others = Assignment.on(window.as_of).filter(
        user_id__in=staff - homes.keys(), grid_id__in=ground.homes.keys()
    )
    for pk, grid_id in others.order_by("-grid_id").values_list("user_id", "grid_id"):
        homes[pk] = (grid_id, False)
    for pk in staff - homes.keys():
        homes[pk] = (bank.pk, False)
    return homes


def _led(ground: Ground) -> list[list[Any]]:
    """Write down who led each grid on which days: what the facts' shares were divided by."""
    return [
        [grid_id, [[span.staff_id, span.first.isoformat(), span.last.isoformat()] for span in spans]]
        for grid_id, spans in sorted(ground.leads.items())
        if any(span.staff_id != NOBODY for span in spans)
    ]


def _longest_led(leads: Mapping[int, list[Span]]) -> dict[int, int]:
    led: dict[int, Counter[int]] = defaultdict(Counter)
    for grid_id, spans in leads.items():
        for span in spans:
            if span.staff_id != NOBODY:
                led[span.staff_id][grid_id] += span.days
    return {pk: max(grids, key=lambda grid: (grids[grid], -grid)) for pk, grids in led.items()}


def collect_inputs(
    *, bank: Grid, period: Period, scheme: Scheme, ground: Ground, window: Window, sums: list[Sum], kind: str
) -> str:
    """Freeze everything but the facts as canonical JSON."""
    homes = _homes(bank, ground, window, {row.staff_id for row in sums} - {NOBODY})
    people = []
    for pk, staff_no, name in (
        User.objects.filter(pk__in=homes.keys()).order_by("pk").values_list("pk", "staff_no", "name")
    ):
        grid_id, ranked = homes[pk]
        people.append(
            [pk, staff_no, name, grid_id, ground.branch_of(grid_id) or 0, ground.homes[grid_id][1], ranked]
        )
    with waive_scope("a ranking looks at the whole bank"):
        branches = (
            Grid.objects.filter(pk__in=ground.grids.keys(), tier=Tier.BRANCH)
            .exclude(valid_to__lt=window.first)
            .order_by("pk")
        )
        called = names_on(grids=[bank, *branches], day=window.as_of)
        targets = Target.objects.filter(period=period).order_by("user_id", "indicator")
        return canonical(
            {
                "rules": RULES_VERSION,
                "kind": kind,
                "month": window.first.isoformat(),
                "as_of": window.as_of.isoformat(),
                "scheme": [scheme.code, scheme.version],
                # left out where claims count, as before anybody was asked: those months keep their bytes
                **({"evidence": CONFIRMED_ONLY} if scheme.confirmed_only else {}),
                "items": [
                    [i.indicator, i.position, INDICATORS[i.indicator].is_rate, str(i.weight),
                     None if i.target is None else str(i.target), str(i.cap)]
                    for i in scheme.items.order_by("position", "indicator")
                ],
                "targets": [
                    [user_id, indicator, str(value)]
                    for user_id, indicator, value in targets.values_list("user_id", "indicator", "value")
                ],
                "people": people,
                "leads": _led(ground),
                "branches": [[branch.pk, called[branch.pk]] for branch in branches],
                "bank": [bank.pk, called[bank.pk]],
            }
        )  # fmt: skip


def parse_inputs(text: str) -> Inputs:
    """Read frozen inputs. Raises ValueError for rules that this code doesn't know."""
    data: dict[str, Any] = json.loads(text)
    if data["rules"] not in RANKED:
        raise ValueError(f"Rules version {data['rules']} is not known here.")
    return Inputs(
        items=tuple(
            Item(
                key,
                position,
                is_rate,
                Decimal(weight),
                None if target is None else Decimal(target),
                Decimal(cap),
            )
            for key, position, is_rate, weight, target, cap in data["items"]
        ),
        targets={(user_id, indicator): Decimal(value) for user_id, indicator, value in data["targets"]},
        people=tuple(Person(*row) for row in data["people"]),
        branches=tuple(Unit(*row) for row in data["branches"]),
        bank=Unit(*data["bank"]),
        rules=data["rules"],
    )


def keep(run: Run, results: list[Result]) -> None:
    """Write the results as rows of the run."""
    scores = Score.objects.bulk_create(
        [
            Score(
                run=run, level=r.level, subject_id=r.subject_id, subject_name=r.subject_name,
                staff_no=r.staff_no, grid_id=r.grid_id, branch_id=r.branch_id, branch_name=r.branch_name, peer_group=r.peer_group,
                total=r.total, rank_bank=r.rank_bank, rank_branch=r.rank_branch, rank_peer=r.rank_peer,
            )
            for r in results
        ]
    )  # fmt: skip
    lines = [
        (
            score.pk, line.position, line.indicator, line.numerator, line.denominator, line.actual, line.target,
            line.attainment, line.weight, line.points, line.first, line.last,
        )
        for score, result in zip(scores, results, strict=True)
        for line in result.lines
    ]  # fmt: skip
    _insert_lines(lines)


def _insert_lines(rows: list[tuple[Any, ...]]) -> None:
    """Insert score lines a thousand at a time: at 2,000 people objects would cost more than the scoring."""
    row = f"({', '.join(['%s'] * len(LINE_COLUMNS))})"
    into = f"INSERT INTO performance_scoreline ({', '.join(LINE_COLUMNS)}) VALUES "  # noqa: S608  our own names
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            cursor.execute(
                into + ", ".join([row] * len(chunk)), [value for values in chunk for value in values]
            )


def kept(run: Run) -> list[Result]:
    """Read the stored rows of a run back as results."""
    with waive_scope("a proof looks at every row of the run"):
        lines: dict[int, list[Line]] = defaultdict(list)
        for score_id, *values in ScoreLine.objects.filter(score__run=run).values_list(*LINE_COLUMNS):
            lines[score_id].append(Line(*values))
        return [
            Result(*[*values, tuple(lines[pk])])
            for pk, *values in Score.objects.filter(run=run).values_list(
                "pk", "level", "subject_id", "subject_name", "staff_no", "grid_id", "branch_id",
                "branch_name", "peer_group", "total", "rank_bank", "rank_branch", "rank_peer",
            )
        ]  # fmt: skip
