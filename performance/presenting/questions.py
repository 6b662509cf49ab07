"""What is asked before a month is published or locked: what will happen, in numbers."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.enums import Evidence
from customers.selectors import COUNTED, claims_wanted
from gridbank.days import month_write
from gridbank.pages import Question
from people.models import User
from performance import selectors
from performance.enums import Level
from performance.models import Period


def publishing(actor: User, period: Period, looked_at: str = "") -> Question:
    """Return what is asked of whoever puts his name to a month; what he says he has looked at goes along."""
    words = {"bank": period.grid.name, "month": date_format(period.month, "YEAR_MONTH_FORMAT")}
    people = selectors.ranking(actor=actor, period=period).count()
    branches = selectors.ranking(actor=actor, period=period, level=Level.BRANCH).count()
    counts = {"people": people, "branches": branches}
    said = [
        _("The ranking of %(people)s people and %(branches)s branches is published under your name.")
        % counts,
        _("This can't be taken back: nothing is computed in this month again."),
        _("What is entered or corrected for it from now on is listed on its page and counts in no month."),
    ]
    waiting = (
        claims_wanted(actor=actor, state=Evidence.CLAIMED, month=period.month).order_by()[:COUNTED].count()
    )
    if waiting and period.scheme.confirmed_only:
        sentence = ngettext(
            "%(n)s entry that nobody else has confirmed stays out of it for good.",
            "%(n)s entries that nobody else has confirmed stay out of it for good.",
            waiting,
        )
        said.append(sentence % {"n": waiting})
    return Question(
        title=_("Publish the ranking of %(bank)s, %(month)s?") % words,
        consequences=said,
        button=_("Publish"),
        back=reverse("performance:period", args=[period.month]),
        carried={"looked_at": looked_at} if looked_at else {},
    )


def locking(period: Period) -> Question:
    """Return what is asked of whoever locks a month: the second signature, with the month to be typed."""
    words = {"bank": period.grid.name, "month": date_format(period.month, "YEAR_MONTH_FORMAT")}
    return Question(
        title=_("Lock the ranking of %(bank)s, %(month)s?") % words,
        consequences=[
            _("Your name stands beside that of %(person)s, who published it.")
            % {"person": period.published_by or "–"},
            _("A locked month can be changed or opened by nobody, neither here nor in the database."),
        ],
        button=_("Lock"),
        back=reverse("performance:period", args=[period.month]),
        word=month_write(period.month),
    )
