"""Taking in visits, one from the page or many from a laptop that was away.

Insert first: the primary key decides who was first, never a question asked before. What is read before the
insert only spares it the rows whose answer is known.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from customers.models import Customer
from customers.selectors import homes_at
from customers.services.attribution import grids_held
from grids import closing
from grids.authority import Act, may, why_not
from grids.models import Grid
from people.models import User
from visits import policies, selectors
from visits.actions import Action
from visits.body import Errors, VisitBody, parse
from visits.enums import HoldReason, Outcome
from visits.models import HeldVisit, Visit
from visits.services.rows import Belonging, follow, located, to_visit

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one body. `errors` says why, by field, when it wasn't stored.

    `late` is said of what was stored for a month that is final: it is listed there and counts in no ranking;
    `unplaced` when it came with a position that wasn't kept, because nobody of the household agreed to it;
    `unconsented` when it holds offers and the customer hadn't agreed to marketing: they count as no success.
    """

    id: str | None
    status: Outcome
    errors: Errors = field(default_factory=dict)
    late: bool = False
    unplaced: bool = False
    unconsented: bool = False


def visit_log(*, actor: User, body: Any) -> Result:
    """Take in one visit, as visits_sync does."""
    return visits_sync(actor=actor, bodies=[body])[0]


@transaction.atomic
@recorded_last()
def visits_sync(*, actor: User, bodies: Sequence[Any]) -> list[Result]:
    """Take in up to 500 bodies and say what became of each, in order; a bad one never stops the others.

    The same body again is a duplicate; the same id with another body, or another person's id, is a conflict and
    the body is kept aside, like one whose date can't be. Nothing is told of what isn't the actor's own.
    Raises ValueError beyond 500.
    """
    if len(bodies) > MOST_AT_ONCE:
        raise ValueError(_("At most %(most)s visits at once.") % {"most": MOST_AT_ONCE})
    return _Batch(actor).take(bodies)


class Facts:
    """What the checks need to know, read once for all bodies."""

    def __init__(self, actor: User, bodies: Iterable[VisitBody], *, author: User | None = None) -> None:
        """Read it as this actor. Who made the visits is the author: the actor himself unless he corrects another's."""
        bodies = list(bodies)
        author = author or actor
        self.actor, self.is_own = actor, author.pk == actor.pk
        self.now = timezone.now()
        self.customers = selectors.customers_by_id(actor=actor, ids={body.customer_id for body in bodies})
        wanted = {line.product_id for body in bodies for line in body.offers}
        self.products = selectors.products_on_sale(wanted)
        self.since = selectors.first_day(author) if bodies else None
        self.needs: set[str] = set()
        gone = {(body.customer_id, body.day) for body in bodies if body.customer_id not in self.customers}
        self.handed_on = selectors.his_then(author=author, wanted=gone)

    def wrong(self, body: VisitBody) -> Errors:
        """Say which of the rows that a body names aren't there for this actor."""
        errors: Errors = {}
        if body.customer_id not in self.customers:
            errors["customer"] = [_("Not found.")]
        else:
            errors |= self._not_to_visit(self.customers[body.customer_id], body)
        for number, line in enumerate(body.offers):
            if line.product_id not in self.products:
                errors[f"offers.{number}.product"] = [_("Not found.")]
        return errors or self._not_his_to_write(body)

    def _not_to_visit(self, person: Customer, body: VisitBody) -> Errors:
        if person.died_on is not None and body.day > person.died_on:
            return {"customer": [_("This person had died by then.")]}
        if person.restricted_at is not None and body.started_at >= person.restricted_at:
            return {
                "customer": [_("Processing of this person's data is restricted. The branch can lift that.")]
            }
        return {}

    def _not_his_to_write(self, body: VisitBody) -> Errors:
        """Say why new needs aren't written on this ground: whoever leads a special grid only visits its members."""
        grid = self.customers[body.customer_id].household.grid
        fresh = [number for number, line in enumerate(body.needs) if line.text not in self.needs]
        if not fresh or may(self.actor, Act.NEED_RAISE, grid):
            return {}
        return {f"needs.{number}.text": [why_not(self.actor, Act.NEED_RAISE, grid)] for number in fresh}

    def wrong_time(self, body: VisitBody) -> tuple[HoldReason, str] | None:
        """Say why a visit can't have been at that time, None when it can."""
        if policies.in_future(body.started_at, self.now):
            return HoldReason.CLOCK, _("This time lies in the future. Check the clock.")
        if body.day < timezone.localdate(self.customers[body.customer_id].created_at):
            return HoldReason.BEFORE_CUSTOMER, _("The visit is dated before the archive existed.")
        if self.since is None or body.day < self.since:
            return HoldReason.BEFORE_STAFF, self._too_early()
        return None

    def _too_early(self) -> str:
        if self.is_own:
            return _("The visit is dated before you were first assigned to a grid.")
        return _("The visit is dated before its author was first assigned to a grid.")


Waiting = tuple[int, VisitBody]


class _Batch:
    """One call's work."""

    def __init__(self, actor: User) -> None:
        self.actor = actor
        self.results: dict[int, Result] = {}
        self.held: list[HeldVisit] = []
        self.out_of_sight = 0
        self.stored: list[tuple[VisitBody, Visit]] = []
        self.grids: dict[tuple[int, date], int] = {}
        self.homes: dict[uuid.UUID, int] = {}

    def take(self, values: Sequence[Any]) -> list[Result]:
        bodies: list[Waiting] = []
        for number, value in enumerate(values):
            found = parse(value)
            if found.body is None:
                self.results[number] = Result(found.given_id, Outcome.REJECTED, found.errors)
            else:
                bodies.append((number, found.body))
        if bodies:
            self.facts = Facts(self.actor, (body for _number, body in bodies))
            self.taken = selectors.taken_ids(body.id for _number, body in bodies)
            self._sort(bodies)
            self._keep()
        return [self.results[number] for number in range(len(values))]

    def _sort(self, bodies: list[Waiting]) -> None:
        """Answer what is known, insert the first of each id, then answer the repeated ones."""
        first: dict[uuid.UUID, Waiting] = {}
        again: list[Waiting] = []
        for number, body in bodies:
            if self._answered(number, body):
                continue
            if body.id in first:
                again.append((number, body))
            else:
                first[body.id] = (number, body)
        # one order for all: no two uploads deadlock
        self._insert([first[key] for key in sorted(first)])
        for number, body in again:
            if not self._answered(number, body):
                self._reject(number, body, {"id": [_("This visit could not be stored.")]})

    def _answered(self, number: int, body: VisitBody) -> bool:
        known = self.taken.get(body.id)
        if known == (self.actor.pk, body.digest):
            self.results[number] = Result(str(body.id), Outcome.DUPLICATE)
        elif (body.customer_id, body.day) in self.facts.handed_on and known is None:
            errors = {
                "customer": [_("This household is no longer yours. The visit is kept; tell who has it now.")]
            }
            self._hold(number, body, HoldReason.HANDED_ON, Outcome.PARKED, errors)
        elif errors := self.facts.wrong(body):
            self.out_of_sight += "customer" in errors
            self._reject(number, body, errors)
        elif known is not None:
            errors = {"id": [_("This number was used for another visit. Both are kept.")]}
            self._hold(number, body, HoldReason.CONFLICT, Outcome.CONFLICT, errors)
        elif fault := self.facts.wrong_time(body):
            self._hold(number, body, fault[0], Outcome.PARKED, {"started_at": [fault[1]]})
        else:
            return False
        return True

    def _reject(self, number: int, body: VisitBody, errors: Errors) -> None:
        self.results[number] = Result(str(body.id), Outcome.REJECTED, errors)

    def _hold(
        self, number: int, body: VisitBody, reason: HoldReason, status: Outcome, errors: Errors
    ) -> None:
        self.results[number] = Result(str(body.id), status, errors)
        self.held.append(
            HeldVisit(
                visit_id=body.id,
                staff=self.actor,
                reason=reason,
                # whether it may be kept where that was is asked when a visit is stored; what waits doesn't hold it
                body=body.without_place().canonical,
                body_hash=body.digest,
                received_at=self.facts.now,
            )
        )

    def _insert(self, fresh: list[Waiting]) -> None:
        stood = homes_at(
            wanted={(body.customer_id, body.started_at) for _number, body in fresh},
            now={pk: person.household_id for pk, person in self.facts.customers.items()},
        )
        self.homes = {body.id: stood[body.customer_id, body.started_at] for _number, body in fresh}
        homes = {(self.homes[body.id], body.day) for _number, body in fresh}
        # held before the months are: a household that moves waits, and the visit stands where it was on its day
        self.grids = grids_held(homes)
        final = self._hold_months([body for _number, body in fresh])
        kept = located((body, self.homes[body.id]) for _number, body in fresh)
        rows = [(number, body, self._row(body, final, kept)) for number, body in fresh]
        try:
            with transaction.atomic():
                Visit.objects.bulk_create([visit for _number, _body, visit in rows])
            lost: set[uuid.UUID] = set()
        # somebody was faster with one of them: each for itself
        except IntegrityError:
            lost = {body.id for _number, body, visit in rows if not self._insert_one(visit)}
        if lost:
            self.taken |= selectors.taken_ids(lost)
        for number, body, visit in rows:
            if body.id not in lost:
                self.stored.append((body, visit))
                self.taken[body.id] = (self.actor.pk, body.digest)
                unplaced = body.latitude is not None and visit.latitude is None
                self.results[number] = Result(
                    str(body.id), Outcome.CREATED, late=visit.is_late, unplaced=unplaced
                )
                closing.note([visit.day] if visit.is_late else [])
            elif not (body.id in self.taken and self._answered(number, body)):
                self._reject(number, body, {"id": [_("This visit could not be stored.")]})

    def _insert_one(self, visit: Visit) -> bool:
        try:
            with transaction.atomic():
                visit.save(force_insert=True)
        except IntegrityError:
            return False
        return True

    def _hold_months(self, bodies: list[VisitBody]) -> set[tuple[int, date]]:
        """Hold every month that something arrives for, in one order for all; return the days that are final by bank."""
        grids = {self._grid(body).root_id: self._grid(body) for body in bodies}
        days: dict[int, set[date]] = {bank: set() for bank in grids}
        for body in bodies:
            days[self._grid(body).root_id].add(body.day)
        return {(bank, day) for bank in sorted(grids) for day in closing.hold(grids[bank], days[bank])}

    def _grid(self, body: VisitBody) -> Grid:
        return self.facts.customers[body.customer_id].household.grid

    def _row(self, body: VisitBody, final: set[tuple[int, date]], kept: set[int]) -> Visit:
        home = self.homes[body.id]
        visit = to_visit(
            body,
            Belonging(home, self.actor.pk),
            grid_id=self.grids[home, body.day],
            received_at=self.facts.now,
            is_late=(self._grid(body).root_id, body.day) in final,
            located=kept,
        )
        # whose archive went into another one since is visited under that
        visit.customer_id = self.facts.customers[body.customer_id].pk
        return visit

    def _keep(self) -> None:
        """Write down what follows from the stored visits, what waits, and one audit row for all."""
        without = {str(pk) for pk in follow(actor=self.actor, stored=self.stored)}
        for number, result in self.results.items():
            if result.id in without and result.status == Outcome.CREATED:
                self.results[number] = replace(result, unconsented=True)
        HeldVisit.objects.bulk_create(self.held, ignore_conflicts=True)
        if self.stored or self.held or self.out_of_sight:
            counts: dict[str, int] = {}
            for result in self.results.values():
                counts[result.status.value] = counts.get(result.status.value, 0) + 1
            changes = {
                "counts": counts,
                "created": [str(visit.pk) for _body, visit in self.stored],
                "held": [str(held.visit_id) for held in self.held],
                "out_of_sight": self.out_of_sight,
            }
            only = self.stored[0][1] if len(self.stored) == 1 else None
            record(actor=self.actor, action=Action.VISIT_RECEIVED, subject=only, changes=changes)
