"""The list of people: filters, and pages by key that cost the same at any depth."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from customers.enums import AgeBand, AppState, Archive, Met, Relation
from customers.identity import IdentityError, guess_id_type, parse_id_number, parse_phone
from customers.models import Customer
from customers.personal import found_q, mask_of
from customers.pii import id_digest, phone_digests
from customers.searching import Kind, Term
from customers.selectors import customer_list, ground_q
from gridbank.addresses import pages
from gridbank.days import age_on, born_by
from grids.models import Grid, banks_of
from people.enums import Role
from people.models import User

PAGE_SIZE = 50
COUNT_CAP = 200
LONG_AGO = timedelta(days=90)
HALF, FULL = 50, 100
LISTED = (
    "pk", "name", "phone", "relation", "birth_date", "is_migrant", "do_not_contact", "app_informed_on",
    "app_downloaded_on", "app_verified_on", "household_id", "household__head_name", "household__completeness",
    "household__last_met_on", "household__grid__name",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the list is asked for, already validated."""

    term: Term = field(default_factory=lambda: Term(Kind.NOTHING))
    grid: Grid | None = None
    archive: str = ""
    met: str = ""
    app: str = ""
    age: str = ""
    tag: str = ""
    migrant: bool = False


@dataclass(frozen=True)
class Page:
    """A page of people, as `shown` reads them, and the keys of the pages beside it."""

    rows: list[Any]
    after: int | None
    before: int | None
    total: int | None
    capped: bool


def _term_q(term: Term) -> Q:
    if term.kind == Kind.PHONE_TAIL:
        return found_q(Customer, "tail_digest", phone_digests(term.value)[1])
    if term.kind == Kind.PINYIN:
        return Q(initials__startswith=term.value) | Q(pinyin__startswith=term.value)
    return Q(name__startswith=term.value) if term.kind == Kind.NAME else Q()


_ARCHIVE = {
    Archive.COMPLETE: Q(household__completeness=FULL),
    Archive.PARTIAL: Q(household__completeness__gte=HALF, household__completeness__lt=FULL),
    Archive.POOR: Q(household__completeness__lt=HALF),
}
_APP = {
    AppState.NONE: Q(app_informed_on=None, app_downloaded_on=None),
    AppState.INFORMED: Q(app_informed_on__isnull=False, app_downloaded_on=None),
    AppState.DOWNLOADED: Q(app_downloaded_on__isnull=False, app_verified_on=None),
    AppState.VERIFIED: Q(app_verified_on__isnull=False),
}


def _met_q(met: str, today: date) -> Q:
    edge = today - LONG_AGO
    return {
        Met.NEVER: Q(household__last_met_on=None),
        Met.LONG_AGO: Q(household__last_met_on__lt=edge),
        Met.RECENT: Q(household__last_met_on__gte=edge),
    }[Met(met)]


def _age_q(band: str, today: date) -> Q:
    youngest, _dash, oldest = AgeBand(band).value.partition("-")
    condition = Q(birth_date__lte=born_by(today, int(youngest)))
    if oldest:
        condition &= Q(birth_date__gt=born_by(today, int(oldest) + 1))
    return condition


def people_wanted(*, actor: User, wanted: Wanted) -> QuerySet[Customer]:
    """Return the people who fit, newest key last."""
    today = timezone.localdate()
    condition = _term_q(wanted.term)
    if wanted.grid is not None:
        condition &= ground_q(actor=actor, grid=wanted.grid, prefix="household__")
    if wanted.archive:
        condition &= _ARCHIVE[Archive(wanted.archive)]
    if wanted.met:
        condition &= _met_q(wanted.met, today)
    if wanted.app:
        condition &= _APP[AppState(wanted.app)]
    if wanted.age:
        condition &= _age_q(wanted.age, today)
    if wanted.migrant:
        condition &= Q(is_migrant=True)
    rows = customer_list(actor=actor)
    if wanted.tag:
        rows = rows.alias(tags=Cast("household__policy_tags", TextField()))
        condition &= Q(tags__contains=f'"{wanted.tag}"')
    return rows.filter(condition)


def shown(people: QuerySet[Customer]) -> list[Any]:
    """Read what a row of the list shows, as named tuples: instances take longer to make than rows to find."""
    return list(people.values_list(*LISTED, named=True))


def people_page(
    *, actor: User, wanted: Wanted, after: int | None = None, before: int | None = None, size: int = PAGE_SIZE
) -> Page:
    """Read one page after or before a key; the first page also counts, but never beyond two hundred."""
    rows = people_wanted(actor=actor, wanted=wanted)
    # Few of a few: sorting them is cheap, walking through everybody in order until fifty fit is not.
    few = wanted != Wanted() and actor.role != Role.HEAD_OFFICE
    key = F("pk") + 0 if few else F("pk")  # the database can't take the order of `pk + 0` from an index
    if before is not None:
        found = shown(rows.filter(pk__lt=before).order_by(key.desc())[: size + 1])
        more = len(found) > size
        found = found[:size][::-1]
        first, last = more, bool(found)
    else:
        at = rows.order_by(key) if after is None else rows.filter(pk__gt=after).order_by(key)
        found = shown(at[: size + 1])
        first, last = after is not None, len(found) > size
        found = found[:size]
    total, capped = None, False
    if after is None and before is None:
        total = len(found) if not last else rows.order_by()[: COUNT_CAP + 1].count()
        capped = total > COUNT_CAP
    return Page(
        rows=found,
        after=found[-1].pk if found and last else None,
        before=found[0].pk if found and first else None,
        total=min(total, COUNT_CAP) if total is not None else None,
        capped=capped,
    )


def people_by_number(*, actor: User, number: str) -> list[Any]:
    """Read the people with exactly this ID number or phone. Raises IdentityError when it is neither."""
    rows = customer_list(actor=actor).order_by("pk")
    try:
        rows = rows.filter(found_q(Customer, "digest", phone_digests(parse_phone(number))[0]))
    except IdentityError:
        found = parse_id_number(number, id_type=guess_id_type(number), today=timezone.localdate())
        rows = rows.filter(id_digest__in=[id_digest(found.canonical, bank) for bank in banks_of(actor)])
    return shown(rows[:PAGE_SIZE])


def app_state(person: Any) -> AppState:
    """Say how far a person, or a row of `shown`, has come with the app."""
    if person.app_verified_on:
        return AppState.VERIFIED
    if person.app_downloaded_on:
        return AppState.DOWNLOADED
    return AppState.INFORMED if person.app_informed_on else AppState.NONE


BADGES = {
    AppState.VERIFIED: "badge--ok",
    AppState.DOWNLOADED: "badge--accent",
    AppState.INFORMED: "badge--warn",
    AppState.NONE: "badge--muted",
}


def describe(people: list[Any]) -> list[dict[str, Any]]:
    """Return what a row of the list shows, masked, numbers as text already: a template writes that fastest."""
    today, mask = timezone.localdate(), mask_of(Customer, "phone")
    relations, apps = dict(Relation.choices), {state: (str(state.label), BADGES[state]) for state in AppState}
    homes = pages("customers:household", {person.household_id for person in people})
    rows = []
    for person in people:
        app, badge = apps[app_state(person)]
        age, met = age_on(person.birth_date, today), person.household__last_met_on
        rows.append(
            {
                "pk": str(person.pk),
                "name": person.name,
                "away": person.is_migrant,
                "quiet": person.do_not_contact,
                "url": homes[person.household_id],
                "head": person.household__head_name,
                "relation": str(relations[person.relation]),
                "grid": person.household__grid__name,
                "age": None if age is None else str(age),
                "phone": mask(person.phone),
                "app": app,
                "badge": badge,
                "completeness": str(person.household__completeness),
                "last_met": met.isoformat() if met else "",
            }
        )
    return rows
