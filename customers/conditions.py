"""The named filters of people: what each means as a condition, for the list, the API and every selection."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from customers.enums import MET_WITHIN, AgeBand, AppState, Archive, Met, Relation
from customers.models import Customer
from customers.personal import found_q
from customers.pii import phone_digests
from customers.pinyin import other_readings
from customers.searching import Kind, Term
from gridbank.days import born_by
from grids.models import Grid

HALF, FULL = 50, 100


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


def term_q(term: Term) -> Q:
    """Return the condition that a person fits a search term."""
    if term.kind == Kind.PHONE_TAIL:
        return found_q(Customer, "tail_digest", phone_digests(term.value)[1])
    if term.kind == Kind.PINYIN:
        return _pinyin_q(term.value)
    return Q(name_key__startswith=term.value) if term.kind == Kind.NAME else Q()


def _pinyin_q(text: str) -> Q:
    """Return the condition for letters: pinyin or initials, by whichever sound of a surname they were typed."""
    condition = Q(initials__startswith=text) | Q(pinyin__startswith=text)
    for reading in other_readings(text):
        column = "pinyin" if reading.full else "initials"
        condition |= Q(name_key__startswith=reading.head, **{f"{column}__startswith": reading.term})
    return condition


def complete_q(prefix: str = "") -> Q:
    """Return the condition that a household's archive is complete today; `prefix` leads to the household."""
    return Q(**{f"{prefix}completeness": FULL})


def archive_q(archive: str, prefix: str = "household__") -> Q:
    """Return the condition that an archive is so complete; `prefix` leads to the household."""
    column = f"{prefix}completeness"
    return {
        Archive.COMPLETE: complete_q(prefix),
        Archive.PARTIAL: Q(**{f"{column}__gte": HALF, f"{column}__lt": FULL}),
        Archive.POOR: Q(**{f"{column}__lt": HALF}),
    }[Archive(archive)]


APP = {
    AppState.NONE: Q(app_informed_on=None, app_downloaded_on=None),
    AppState.INFORMED: Q(app_informed_on__isnull=False, app_downloaded_on=None),
    AppState.DOWNLOADED: Q(app_downloaded_on__isnull=False, app_verified_on=None),
    AppState.VERIFIED: Q(app_verified_on__isnull=False),
}


def met_q(met: str, today: date, prefix: str = "household__") -> Q:
    """Return the condition that a household was last met then; `prefix` leads to it."""
    edge, column = today - MET_WITHIN, f"{prefix}last_met_on"
    return {
        Met.NEVER: Q(**{column: None}),
        Met.LONG_AGO: Q(**{f"{column}__lt": edge}),
        Met.RECENT: Q(**{f"{column}__gte": edge}),
    }[Met(met)]


def age_q(band: str, today: date) -> Q:
    """Return the condition that a person's age is in a band."""
    youngest, _dash, oldest = AgeBand(band).value.partition("-")
    condition = Q(birth_date__lte=born_by(today, int(youngest)))
    if oldest:
        condition &= Q(birth_date__gt=born_by(today, int(oldest) + 1))
    return condition


def approachable_q() -> Q:
    """Return the condition that nobody breaks a household's wish by going there: its head wants to be contacted."""
    quiet: QuerySet[Customer] = QuerySet(Customer).filter(do_not_contact=True, relation=Relation.HEAD)
    return ~Q(pk__in=quiet.values("household_id"))
