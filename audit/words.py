"""What somebody types to find events: a day, an hour, an act, somebody, a grid, a household's number."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.labels import actions
from audit.subjects import about, found_by
from gridbank.days import day_read
from gridbank.scoping import NOBODY

STAFF = "people.user"
MOST = 8
# the country's own signs for the hour, and the clock's
_HOUR = re.compile(r"([0-9]{1,2})(?::([0-9]{2})|[\u70b9\u65f6\u6642](?:([0-9]{1,2})\u5206?)?|h)")
_HOURS = re.compile(r"([0-9]{1,2})(?::00)?[-\u2013~\u5230\u81f3]([0-9]{1,2})(?::00|[\u70b9\u65f6\u6642]|h)")
LAST_HOUR, LAST_MINUTE = 23, 59
EARLIEST, LATEST = (
    date(2000, 1, 1),
    # the ends of the calendar have no midnight in every zone
    date(9999, 12, 30),
)
NEAR_DAYS = {gettext_lazy("today"): 0, gettext_lazy("yesterday"): 1}


@dataclass(frozen=True)
class Word:
    """A word, and the condition that an event fits it; None when nothing here is called so."""

    text: str
    fits: Q | None


def words(typed: str) -> list[Word]:
    """Sort out what was typed; each word narrows further."""
    return [Word(text, _fits(text)) for text in typed.split()[:MOST]]


def told(found: list[Word]) -> str:
    """Write down what was looked for; what nothing is called by may be a customer's name."""
    return " ".join(word.text if word.fits is not None else "*" for word in found)


def on_days(since: date | None, until: date | None) -> Q:
    """Return the condition that it was in these days, both included."""
    fits = Q()
    if since:
        fits &= Q(at__gte=_midnight(max(since, EARLIEST)))
    if until:
        fits &= Q(at__lt=_midnight(min(until, LATEST) + timedelta(days=1)))
    return fits


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _fits(text: str) -> Q | None:
    if (hours := _hours(text)) is not None:
        return hours
    found, rows = NOBODY, found_by(text)
    day = _day(text)
    if day is not None:
        found |= on_days(day, day)
    acts = [action for action, label in actions().items() if text.casefold() in str(label).casefold()]
    if acts:
        found |= Q(action__in=acts)
    if rows:
        found |= Q(actor_id__in=rows.get(STAFF, ())) | about(rows)
    return found if day or acts or rows else None


def _day(text: str) -> date | None:
    today = timezone.localdate()
    for name, before in NEAR_DAYS.items():
        if text.casefold() == str(name):
            return today - timedelta(days=before)
    try:
        return day_read(text, today)
    except ValueError:
        return None


def _hours(text: str) -> Q | None:
    """Return the condition for an hour of whatever day, a minute of it, or from one hour to another."""
    if found := _HOURS.fullmatch(text):
        first, last = (int(part) for part in found.groups())
        return Q(at__hour__gte=first, at__hour__lt=last) if first < last <= LAST_HOUR + 1 else None
    found = _HOUR.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), found[2] or found[3]
    if hour > LAST_HOUR or int(minute or 0) > LAST_MINUTE:
        return None
    # the whole hour is meant by 14:00 too
    return Q(at__hour=hour, at__minute=int(minute)) if minute and int(minute) else Q(at__hour=hour)


def unknown(found: list[Word]) -> str:
    """Say which words nothing here is called by; empty when there is none."""
    texts = [word.text for word in found if word.fits is None]
    if not texts:
        return ""
    return _("Nothing here is called %(words)s. A household is found by its number, never by a name.") % {
        "words": _(", ").join(texts)
    }
