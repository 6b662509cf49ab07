"""The live tables in plain values, as the reference wants them: nothing is worked out here."""

import json
from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import (
    Attribution,
    Claim,
    CompleteSpan,
    Consent,
    Customer,
    Death,
    Household,
    PersonMerge,
    Residence,
    Restriction,
)
from grids.models import Assignment, Grid
from performance.models import Period
from products.models import Offer
from tests.performance import reference
from visits.models import Visit

WITHDRAWN = 4
TOLD = {
    "customer.account_opened": "opened",
    "customer.day_corrected": "corrected",
    "claims.confirmed": "confirmed",
    "claims.refuted": "refuted",
    "period.published": "published",
}


def rows(model, *columns, order=("pk",), **wanted):
    """Read a table as it is, whoever may know of it."""
    return models.QuerySet(model).filter(**wanted).order_by(*order).values_list(*columns)


def ground(bank: Grid, first: date, last: date) -> reference.Ground:
    """Read a bank's grids and who led them."""
    leads = defaultdict(list)
    for grid, since, until, who in rows(
        Assignment, "grid_id", "valid_from", "valid_to", "user_id", order=("valid_from", "pk"), part="lead"
    ):
        leads[grid].append((since, until, who))
    below = models.QuerySet(Grid).filter(path__startswith=bank.path, nature="base")
    managed = set(below.filter(tier="manager").values_list("pk", flat=True))
    return reference.Ground(
        first, last, {grid.pk: grid.branch_id for grid in below}, {pk: leads[pk] for pk in managed}
    )


def special_leads(bank: Grid) -> dict[int, list[tuple[date, date | None, int]]]:
    """Read who led the bank's special grids."""
    found = defaultdict(list)
    for grid, since, until, who in rows(
        Assignment, "grid_id", "valid_from", "valid_to", "user_id", order=("valid_from", "pk"),
        part="lead", grid__nature="special", grid__path__startswith=bank.path,
    ):  # fmt: skip
        found[grid].append((since, until, who))
    return dict(found)


def _spans(model, owner: str, place: str) -> dict[int, list[tuple[date, int]]]:
    found = defaultdict(list)
    for pk, until, where in rows(model, f"{owner}_id", "valid_to", f"{place}_id", order=("valid_to",)):
        found[pk].append((until, where))
    return found


def _households() -> dict[int, reference.Household]:
    complete, left = defaultdict(list), _spans(Attribution, "household", "grid")
    for pk, since, until in rows(CompleteSpan, "household_id", "valid_from", "valid_to"):
        complete[pk].append((since, until))
    found = {}
    for pk, grid, created, since in rows(Household, "pk", "grid_id", "created_at", "complete_since"):
        now = [(since, None)] if since else []
        found[pk] = reference.Household(grid, timezone.localdate(created), left[pk], complete[pk] + now)
    return found


def _moved() -> dict[int, dict[date, datetime]]:
    """Read at which moment people moved, where that was on the first day in their new household."""
    found = defaultdict(dict)
    for pk, until, at in rows(Residence, "customer_id", "valid_to", "moved_at"):
        if timezone.localdate(at) == until + timedelta(days=1):
            found[pk][until] = timezone.localtime(at)
    return found


def _kept() -> dict[int, list[tuple[date, date | None]]]:
    """Read from which day to which what is known of people was only kept, or stood in another archive of theirs."""
    found = defaultdict(list)
    kept = rows(Restriction, "customer_id", "set_at", "lifted_at")
    for pk, since, until in [*kept, *rows(PersonMerge, "merged_id", "made_at", "undone_at")]:
        found[pk].append((timezone.localdate(since), timezone.localdate(until) if until else None))
    return found


def _people() -> dict[int, reference.Person]:
    left, moved, kept = _spans(Residence, "customer", "household"), _moved(), _kept()
    died = dict(rows(Death, "customer_id", "day", undone_at=None))
    columns = (
        "pk", "household_id", "created_at", "birth_date", "id_digest", "customer_since", "opened_by_id", "app_verified_on",
        "do_not_contact",
    )  # fmt: skip
    return {
        pk: reference.Person(
            household=home, known_on=timezone.localdate(created), left=left[pk], moved_at=moved[pk], born_on=born,
            died_on=died.get(pk), kept=kept[pk], has_document=digest is not None, customer_on=since, opened_by=opener,
            verified_on=verified, no_contact=quiet,
        )
        for pk, home, created, born, digest, since, opener, verified, quiet in rows(Customer, *columns)
    }  # fmt: skip


def _trail() -> list[reference.Entry]:
    """Read what was told of accounts and of months that were published, in order."""
    accounts = dict(rows(Claim, "pk", "source_id", kind="account"))
    months = dict(rows(Period, "pk", "month"))
    found = []
    for action, at, subject, text in rows(
        AuditEvent, "action", "at", "subject_id", "changes", action__in=TOLD
    ):
        what, on, changes = TOLD[action], timezone.localdate(at), json.loads(text)
        if what == "published":
            found.append(reference.Entry(what, on, day=months[int(subject)]))
        elif what in {"confirmed", "refuted"}:
            about = [accounts[claim] for claim in changes["claims"] if claim in accounts]
            found += [reference.Entry(what, on, person) for person in about]
        elif days := changes["fields"].get("customer_since"):
            stood, day = (date.fromisoformat(one) if one else None for one in days)
            found.append(reference.Entry(what, on, int(subject), stood, day))
    return found


def _consents() -> dict[int, list[tuple[date, date | None]]]:
    found = defaultdict(list)
    for person, given, ended in rows(Consent, "customer_id", "given_at", "withdrawn_at", purpose="marketing"):
        found[person].append((timezone.localdate(given), timezone.localdate(ended) if ended else None))
    return found


def tables(*, counts_claimed: bool, earned: frozenset[tuple[str, str]] = frozenset()) -> reference.Tables:
    """Read everything that is counted."""
    words = {
        (kind, row): state
        for kind, row, state in rows(Claim, "kind", "source_id", "state")
        if state != WITHDRAWN
    }
    visits = [
        reference.Visit(at, pk.hex, person, day, met, late)
        for pk, person, at, day, met, late in rows(
            Visit, "pk", "customer_id", "started_at", "day", "met", "is_late"
        )
    ]
    offers = [
        reference.Offer(
            pk, f"{origin.hex}:{product}" if origin else str(pk), day,
            origin.hex if origin else None, person, product, by, result == "accepted", agreed is not None,
        )
        for pk, origin, day, person, product, by, result, agreed in rows(
            Offer, "pk", "origin", "offered_on", "customer_id", "product_id", "staff_id", "result",
            "agreed",
        )
    ]  # fmt: skip
    return reference.Tables(
        _households(),
        _people(),
        visits,
        offers,
        words,
        counts_claimed,
        earned,
        _consents(),
        reference.Trail(_trail()).before,
    )
