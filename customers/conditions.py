"""The named filters of people: what each means as a condition, for the list, the API and every selection."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import ExtractYear, Substr
from django.db.models.lookups import StartsWith

from customers.enums import MET_WITHIN, AgeBand, AppState, Archive, Met, Relation
from customers.models import Customer
from customers.personal import found_q
from customers.pii import phone_digests
from customers.pinyin import cuts, other_readings, surname_and_initials
from customers.searching import Kind, Term
from gridbank.days import month_first
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
    return _name_q(term.value) if term.kind == Kind.NAME else Q()


# A single sign is a surname: somewhere in a name it would be in half of them.
PART_LENGTH = 2


def _part(column: str, start: int, text: str) -> Q:
    """Return the condition that a column goes on with a text from its nth sign on; each such part has an index."""
    return Q(StartsWith(Substr(column, start), Value(text)))


def _name_q(text: str) -> Q:
    """Return the condition for characters: a name that begins with them, or a given name alone."""
    condition = Q(name_key__startswith=text)
    if len(text) >= PART_LENGTH:
        condition |= _part("name_key", 2, text) | _part("name_key", 3, text)
    return condition


def _pinyin_q(text: str) -> Q:
    """Return the condition for letters: pinyin or initials, by whichever sound of a surname they were typed.

    Of a given name alone as well, and of a surname spelt out before initials.
    """
    condition = Q(initials__startswith=text) | Q(pinyin__startswith=text)
    if len(text) >= PART_LENGTH:
        condition |= _part("initials", 2, text)
    for head, initials in surname_and_initials(text):
        condition |= Q(initials__startswith=initials, pinyin__startswith=head)
    for sounds in cuts(text):
        if len(sounds) >= PART_LENGTH:
            firsts = "".join(sound[0] for sound in sounds)
            condition |= _part("initials", 2, firsts) & Q(pinyin__contains=text)
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
        Met.THIS_MONTH: Q(**{f"{column}__gte": month_first(today)}),
    }[Met(met)]


def age_q(band: str, today: date) -> Q:
    """Return the condition that a person's age, as it is shown, is in a band."""
    youngest, _dash, oldest = AgeBand(band).value.partition("-")
    condition = Q(birth_date__lte=date(today.year - int(youngest), 12, 31))
    if oldest:
        condition &= Q(birth_date__gte=date(today.year - int(oldest), 1, 1))
    return condition


def age_year() -> ExtractYear:
    """Return the year from which somebody's age is counted: the same for all of an age, None without a birthday."""
    return ExtractYear("birth_date")


def served_q(prefix: str = "") -> Q:
    """Return the condition that a person lives and that his data may be processed; `prefix` leads to the person."""
    return Q(**{f"{prefix}died_on": None, f"{prefix}restricted_at": None})


def is_served(person: Customer) -> bool:
    """Say of a person who is read already what `served_q` asks of those in the database."""
    return person.died_on is None and person.restricted_at is None


def approachable_q() -> Q:
    """Return the condition that nobody breaks a wish by going to a household: its head may and wants to be contacted."""
    heads: QuerySet[Customer] = QuerySet(Customer).filter(relation=Relation.HEAD).order_by()
    quiet, restricted = heads.filter(do_not_contact=True), heads.filter(restricted_at__isnull=False)
    return ~Q(pk__in=quiet.values("household_id")) & ~Q(pk__in=restricted.values("household_id"))
