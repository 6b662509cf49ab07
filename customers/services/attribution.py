"""Which grid a household belongs to, day by day: held while somebody writes by it, and changed from a day on."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers import attribution, selectors
from customers.models import Attribution, Household
from gridbank.days import day_after, day_before
from gridbank.errors import Refused
from gridbank.lookups import portions
from gridbank.scoping import waive_scope
from gridbank.turns import locked
from grids import closing
from grids.models import Grid
from people.models import User


def households_hold(ids: Collection[int]) -> dict[int, int]:
    """Hold households until commit, in order of their keys: nobody moves them meanwhile. Hold them before any month.

    Returns the grid of each.
    """
    found = dict[int, int]()
    with waive_scope("the caller has read what he writes to; the households are only held"):
        for some in portions(ids):
            rows = Household.objects.filter(pk__in=some).order_by("pk")
            found.update(locked(rows).values_list("pk", "grid_id"))
    return found


def grids_held(wanted: Collection[tuple[int, date]]) -> dict[tuple[int, date], int]:
    """Return the grid of each household on a day, which nobody changes before commit."""
    now = households_hold({household_id for household_id, _day in wanted})
    return selectors.grids_on(wanted=wanted, now=now)


def household_move(*, actor: User, household: Household, before: Grid, first_day: date) -> None:
    """Keep where a household belonged until a day, now that it belongs to its grid from then on. Raises Refused.

    The caller holds the household and has saved it. What was done there since that day is its new grid's.
    """
    households_move(actor=actor, moved=[(household, before)], first_day=first_day)


def households_move(*, actor: User, moved: Collection[tuple[Household, Grid]], first_day: date) -> None:
    """Do the same for many that move together, each with the grid it left, in order of their keys."""
    for household, before in moved:
        _keep_span(actor, household, before, first_day)
        attribution.tell(attribution.Moved(household, first_day, before.pk), after_months=False)
    for before in {before.root_id: before for _household, before in moved}.values():
        if final := closing.hold(before, closing.months_since(first_day)):
            message = _("%(months)s is published: where households belonged in it stays as it was.")
            raise Refused(message % {"months": closing.show_months(final)}, field="first_day")
    for household, before in moved:
        attribution.tell(attribution.Moved(household, first_day, before.pk), after_months=True)


def _keep_span(actor: User, household: Household, before: Grid, first_day: date) -> None:
    since = belongs_since(household)
    if first_day < since:
        message = _("It has belonged to %(grid)s since %(since)s; it can't have left before that.")
        values = {"grid": before.name, "since": date_format(since, "SHORT_DATE_FORMAT")}
        raise Refused(message % values, field="first_day")
    if since < first_day:
        span = Attribution(household=household, grid=before, valid_from=since, valid_to=day_before(first_day))
        span.moved_by, span.moved_at = actor, timezone.now()
        span.save()


def households_left(grid: Grid, last_day: date) -> str:
    """Say that households belong to a grid, or did after a day; empty when none does. Asked when it is closed."""
    with waive_scope("whether a grid is empty is asked of every household; only how many is told"):
        count = Household.objects.filter(grid=grid).count()
    later = Attribution.everywhere().filter(grid=grid, valid_to__gt=last_day)
    count += later.values("household_id").distinct().count()
    message = ngettext(
        "%(count)s household belongs to it after that day. Move it first.",
        "%(count)s households belong to it after that day. Move them first.",
        count,
    )
    return message % {"count": count} if count else ""


def belongs_since(household: Household) -> date:
    """Return the first day from which a household belongs where it is now."""
    last = Attribution.everywhere().filter(household=household).order_by("-valid_to").first()
    return timezone.localdate(household.created_at) if last is None else day_after(last.valid_to)
