"""Correcting a visit: a new version with its reason; what stood before is kept."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record, recorded_last
from customers.selectors import homes_at
from customers.services.attribution import grids_held, households_hold
from customers.services.households import household_met_corrected
from gridbank.errors import NotAllowed, Refused
from gridbank.scoping import visible_or_404
from gridbank.turns import locked
from grids import closing
from grids.authority import Act, why_not
from people.models import User
from visits import policies, selectors
from visits.actions import Action
from visits.body import Errors, Parsed, VisitBody, clean_reason, parse
from visits.models import Visit, VisitVersion
from visits.services.receive import Facts
from visits.services.rows import follow_again, located


class NotCorrected(Refused):
    """The corrected body is wrong; `errors` says where."""

    def __init__(self, errors: Errors) -> None:
        """Keep the errors by field."""
        field, messages = next(iter(errors.items()))
        super().__init__(messages[0], field=field)
        self.errors = errors


@transaction.atomic
@recorded_last()
def visit_correct(
    *, actor: User, visit: Visit, body: Any, reason: str, version: int | None = None
) -> VisitVersion | None:
    """Replace what a visit says; returns the version that ended, None when nothing is different.

    `version` is the one the form was opened with. Months that are closed keep the facts they counted.
    Raises Refused, NotCorrected by field, PermissionDenied.
    """
    rows = selectors.visit_list(actor=actor)
    visit = visible_or_404(rows, pk=visit.pk)
    # households are held before their visits, by whoever writes to both
    households_hold({visit.household_id, *_homes(actor, visit, body)})
    visit = visible_or_404(locked(rows), pk=visit.pk)
    if not policies.may_correct(actor, visit):
        raise NotAllowed(why_not(actor, Act.VISIT_CORRECT, visit.grid))
    before = selectors.body_of(actor=actor, visit=visit)
    after = _checked(actor, visit, before, body)
    if after.unordered == before.unordered:
        # sent twice
        return None
    if version is not None and version != visit.version:
        raise Refused(_("Somebody corrected this visit meanwhile. Look at it again before you save."))
    left, final = visit.household_id, _derive(actor, visit, after)
    ended = VisitVersion.objects.create(
        visit=visit,
        version=visit.version,
        body=before.canonical,
        reason=_reason(reason),
        replaced_at=timezone.now(),
        replaced_by=actor,
    )
    _replace(visit, after)
    for home in sorted({left, visit.household_id}):
        household_met_corrected(household_id=home, day=selectors.last_met_on(household_id=home))
    follow_again(actor=actor, body=after, visit=visit)
    _tell(actor, visit, final, before, after)
    old, new = before.content, after.content
    changes = {"fields": sorted(name for name in new if old[name] != new[name]), "version": visit.version}
    record(actor=actor, action=Action.VISIT_CORRECTED, subject=visit, changes=changes)
    return ended


def _checked(actor: User, visit: Visit, before: VisitBody, value: Any) -> VisitBody:
    found = _read(visit, value)
    if found.body is None:
        raise NotCorrected(found.errors)
    body = found.body
    # when a visit may have been is a question about who made it, not about who corrects it
    facts = Facts(actor, [body], author=visit.staff)
    # they may be off sale by now
    facts.products |= {line.product_id for line in before.offers}
    facts.needs = {line.text for line in before.needs}
    errors = facts.wrong(body) or _restricted(facts, before, body)
    # whoever was visited may have lived elsewhere
    is_other = body.customer_id != before.customer_id
    if not errors and is_other and _home(actor, body) != visit.household_id:
        errors = {"customer": [_("This person is of another household. Log a new visit for it.")]}
    if not errors and (fault := facts.wrong_time(body)) and body.started_at != visit.started_at:
        errors = {"started_at": [fault[1]]}
    if errors:
        raise NotCorrected(errors)
    return body if located([(body, _home(actor, body))]) else body.without_place()


def _restricted(facts: Facts, before: VisitBody, after: VisitBody) -> Errors:
    """Say that nothing is added to what is known of somebody whose data is only kept: it may be less."""
    if facts.customers[after.customer_id].restricted_at is None:
        return {}
    same = (before.customer_id, before.started_at) == (after.customer_id, after.started_at)
    less = (
        after.met <= before.met
        and set(after.offers) <= set(before.offers)
        and {line.text for line in after.needs} <= {line.text for line in before.needs}
    )
    return (
        {}
        if same and less
        else {"customer": [_("Processing of this person's data is restricted. The branch can lift that.")]}
    )


def _read(visit: Visit, value: Any) -> Parsed:
    return parse({**value, "id": str(visit.pk)} if isinstance(value, dict) else value, corrects=True)


def _homes(actor: User, visit: Visit, value: Any) -> set[int]:
    """Return where whoever was visited lives now, and lived when he was visited, as far as the actor sees him."""
    body = _read(visit, value).body
    if body is None or not (now := _lives(actor, body)):
        return set()
    return {*now.values(), _home(actor, body)}


def _lives(actor: User, body: VisitBody) -> dict[int, int]:
    """Return where whoever was visited lives now."""
    return selectors.homes(actor=actor, ids={body.customer_id})


def _home(actor: User, body: VisitBody) -> int:
    """Return where whoever was visited lived then."""
    stands = (body.customer_id, body.started_at)
    return homes_at(wanted={stands}, now=_lives(actor, body))[stands]


def _reason(text: str) -> str:
    try:
        return clean_reason(text)
    except ValueError as error:
        raise NotCorrected({"reason": [str(error)]}) from error


def _tell(actor: User, visit: Visit, final: frozenset[date], before: VisitBody, after: VisitBody) -> None:
    """Say what of it counts in a ranking was changed, for the list beside a final month."""
    old, new = (
        {
            "day": body.day.isoformat(),
            "met": body.met,
            "offers": f"{sum(line.result == 'accepted' for line in body.offers)} / {len(body.offers)}",
        }
        for body in (before, after)
    )
    changes = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    products = [{(line.product_id, line.result) for line in body.offers} for body in (before, after)]
    # as many as before, and not the same
    if products[0] != products[1] and "offers" not in changes:
        changes["other_products"] = [False, True]
    if changes:
        closing.tell(closing.Change(actor, visit.grid, visit, final, changes))


def _derive(actor: User, visit: Visit, body: VisitBody) -> frozenset[date]:
    """Decide again in which household and grid it was made and whether it came in too late for its month.

    Both months wait for whoever publishes them. Returns the days, of the old and the new one, whose month is final.
    """
    if (visit.started_at, visit.customer_id) != (body.started_at, body.customer_id):
        visit.household_id = _home(actor, body)
        stands = (visit.household_id, body.day)
        visit.grid_id = grids_held([stands])[stands]
    final = closing.hold(visit.grid, (visit.day, body.day))
    if (visit.day.year, visit.day.month) != (body.day.year, body.day.month):
        visit.is_late = body.day in final
    return final


def _replace(visit: Visit, body: VisitBody) -> None:
    columns = body.columns()
    for name, value in columns.items():
        # a note that can't be read and wasn't written anew stays as it is stored
        if value != getattr(visit, name):
            setattr(visit, name, value)
    visit.version += 1
    visit.save(update_fields=[*columns, "household", "grid", "is_late", "version"])
