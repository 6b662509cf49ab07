"""What must agree with the trail: decided claims, deaths, restrictions, where households belonged; and the rows that count.

Not told of row by row, and so not proved here: when an archive was complete, and what a visit says.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from django.db.models import Exists, Model, OuterRef, QuerySet

from audit.models import AuditEvent
from audit.verification import Acts, Dated, Numbered
from customers import claiming
from customers.actions import Action
from customers.enums import Evidence
from customers.models import Attribution, Claim, Customer, Death, Restriction
from customers.selectors import end_of_way
from gridbank.scoping import waive_scope
from grids.actions import Action as Grids
from ground.actions import Action as Ground


class ClaimsDecided(Numbered):
    """Every decided claim stands in an event, and what is confirmed in the row that earns is confirmed by a claim."""

    def __init__(self) -> None:
        """Read the claims of each verdict."""
        super().__init__(
            Claim._meta.label_lower,
            "claims",
            {
                Action.CLAIMS_CONFIRMED: _decided(Evidence.CONFIRMED),
                Action.CLAIMS_REFUTED: _decided(Evidence.REFUTED),
            },
        )

    def faults(self) -> Iterator[str]:
        """Name the claims that nobody decided, then the rows that count as confirmed without one."""
        yield from super().faults()
        for kind in claiming.kinds().values():
            for pk in kind.unclaimed():
                yield f"{kind.key} {pk}: it counts as confirmed, and no claim says so"


def _decided(state: Evidence) -> Iterator[int]:
    with waive_scope("a proof looks at every claim"):
        yield from Claim.objects.filter(state=state).order_by("pk").values_list("pk", flat=True).iterator()


def _acts(model: type[Model], *columns: str, **which: None) -> Acts:
    """Read by subject who did what when; what else is said is a day, if anything.

    Who isn't asked where one asks for it and another signs: each of them may stand in the row.
    """
    found: Acts = {}
    rows: QuerySet[Model] = QuerySet(model)
    subject, who, when, *more = columns
    rows = rows.filter(**which).exclude(**{when: None}).order_by(when, "pk")
    for key, moment, *days in rows.values_list(subject, when, *filter(None, (*more, who))).iterator():
        by = days.pop() if who else None
        found.setdefault(key, []).append((by, moment, "".join(day.isoformat() for day in days)))
    return found


def _about(action: Action, event: AuditEvent) -> Iterable[tuple[int, str]]:
    """Return of whom an event tells, with the day that it names first."""
    if event.action != action:
        return
    died = json.loads(event.changes).get("fields", {}).get("died_on", [None, None])
    yield int(event.subject_id), next((day for day in died if day is not None), "")


def _moves(event: AuditEvent) -> Iterable[tuple[int, str]]:
    """Return which households an event says went to another grid."""
    if event.action in {Grids.HANDOVER_DONE, Ground.LAYOUT_DONE}:
        keys = json.loads(event.changes)["households"]
        # a layout once told how many they were
        yield from ((pk, "") for pk in (keys if isinstance(keys, list) else ()))
    elif event.action == Action.HOUSEHOLD_UPDATED and "grid" in json.loads(event.changes)["fields"]:
        yield int(event.subject_id), ""


class OfPeople(Dated):
    """Acts about people: what hangs on an archive that went into another hangs on that, and is taken as his."""

    def faults(self) -> Iterator[str]:
        """Compare what was told of all archives of a person with what stands in them."""
        roots, read = _roots(), self.rows
        self.before, self.told = _together(self.before, roots), _together(self.told, roots)
        self.rows = lambda: _together(read(), roots)
        yield from super().faults()


def _roots() -> dict[int, int]:
    """Return of each archive that went into another which one stayed in the end."""
    into = dict(Customer.merged().values_list("pk", "merged_into_id"))
    return {pk: end_of_way(pk, into) for pk in into}


def _together(acts: Acts, roots: Mapping[int, int]) -> Acts:
    found: Acts = {}
    for subject, rows in acts.items():
        found.setdefault(roots.get(subject, subject), []).extend(rows)
    return found


DATED: tuple[Callable[[], Dated], ...] = (
    lambda: OfPeople(
        "customers.death", partial(_acts, Death, "customer_id", "", "told_at", "day"),
        partial(_about, Action.CUSTOMER_DIED),
    ),
    lambda: OfPeople(
        "customers.death taken back", partial(_acts, Death, "customer_id", "", "undone_at", "day"),
        partial(_about, Action.CUSTOMER_DEATH_UNDONE),
    ),
    lambda: OfPeople(
        "customers.restriction", partial(_acts, Restriction, "customer_id", "set_by_id", "set_at", came_at=None),
        partial(_about, Action.CUSTOMER_RESTRICTED),
    ),
    lambda: OfPeople(
        "customers.restriction lifted", partial(_acts, Restriction, "customer_id", "lifted_by_id", "lifted_at"),
        partial(_about, Action.CUSTOMER_RESTRICTION_LIFTED),
    ),
    lambda: Dated(
        "customers.attribution", partial(_acts, Attribution, "household_id", "", "moved_at"), _moves,
        merges=True,
    ),
)  # fmt: skip


class PeopleStand:
    """People beside what was said of them: who counts as dead or restricted is so by a row that the trail tells of."""

    def note(self, event: AuditEvent) -> None:
        """Take nothing from events: the rows are compared with each other."""

    def faults(self) -> Iterator[str]:
        """Name the people who count as dead or restricted otherwise than was said."""
        people: QuerySet[Customer] = QuerySet(Customer).filter(merged_into=None)
        for model, column, said, over in (
            (Death, "died_on", "day", "undone_at"),
            (Restriction, "restricted_at", "set_at", "lifted_at"),
        ):
            rows: QuerySet[Model] = QuerySet(model)
            standing = rows.filter(**{over: None})
            same = standing.filter(**{"customer": OuterRef("pk"), said: OuterRef(column)})
            wrong = people.filter(~Exists(same), **{f"{column}__isnull": False}).values_list("pk", flat=True)
            missing = standing.filter(
                **{f"customer__{column}": None, "customer__merged_into": None}
            ).values_list("customer_id", flat=True)
            for pk in sorted({*wrong.iterator(), *missing.iterator()}):
                yield f"customers.customer {pk}: {column} is not what was said"
            if model is Restriction:
                # one that came with another archive is told of there
                yield from _came_from_nowhere(rows)


def _came_from_nowhere(rows: QuerySet[Model]) -> Iterator[str]:
    """Name the restrictions said to have come with another archive, none of which has that one."""
    own = rows.filter(
        customer__mergings__made_at=OuterRef("came_at"), customer__mergings__customer=OuterRef("customer"),
        customer__mergings__undone_at=None, set_at=OuterRef("set_at"), set_by=OuterRef("set_by"),
    )  # fmt: skip
    for pk in rows.filter(~Exists(own), came_at__isnull=False).order_by("pk").values_list("pk", flat=True):
        yield f"customers.restriction {pk}: it came with no archive that has it"
