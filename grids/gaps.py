"""What is wanting: grids without a person, with several leads, led for too long, without a duty; people without a grid.

A room above adds what it knows to be wanting of a grid, by `register`.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from gridbank.days import day_before, in_force, months_before
from grids.enums import Part, Tier
from grids.handed import FIELD, to_assign
from grids.models import Assignment, Duty, Grid
from grids.selectors import assignable, lead_names
from people.models import User


@dataclass(frozen=True, slots=True)
class Wanting:
    """A grid or a person of whom something is wanting: who leads, what is to be known, and where it is mended."""

    grid: Grid | None
    person: User | None
    note: str
    url: str
    act: Any


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that may be wanting, and how its rows are found among the grids that the reader decides on."""

    key: str
    label: Any
    find: Callable[[User, Collection[Grid]], list[Wanting]]


_more: list[Gap] = []


def register(gap: Gap) -> None:
    """Add something that may be wanting; called once, when its app is ready."""
    if gap not in _more:
        _more.append(gap)


def all_gaps() -> list[Gap]:
    """Return all that may be wanting, the room's own first."""
    return [*OWN, *_more]


def found(*, actor: User) -> list[tuple[Gap, list[Wanting]]]:
    """Return what is wanting in the grids in which the reader decides who is responsible."""
    grids = list(to_assign(actor=actor).filter(tier__in=(Tier.BRANCH, Tier.MANAGER)))
    return [(gap, gap.find(actor, grids)) for gap in all_gaps()]


def _led(grids: Iterable[Grid]) -> dict[int, User]:
    return lead_names([grid.pk for grid in grids], timezone.localdate())


def _vacant(_actor: User, grids: Collection[Grid]) -> list[Wanting]:
    leads = _led(grids)
    return [
        Wanting(grid, None, "", reverse("grids:assignment-new", args=[grid.pk]), _("Assign a person"))
        for grid in grids
        if grid.pk not in leads
    ]


def _several(_actor: User, grids: Collection[Grid]) -> list[Wanting]:
    by_key, today = {grid.pk: grid for grid in grids}, timezone.localdate()
    rows = Assignment.on(today).filter(grid_id__in=by_key, part=Part.LEAD).order_by()
    counts = rows.values_list("grid_id").annotate(n=Count("pk")).filter(n__gt=1)
    return [
        Wanting(
            by_key[pk],
            None,
            gettext("%(n)s leads") % {"n": n},
            by_key[pk].get_absolute_url(),
            _("Open the grid"),
        )
        for pk, n in counts
    ]


def _too_long(_actor: User, grids: Collection[Grid]) -> list[Wanting]:
    """Return who has led the same grid for longer than the bank wants; parts that follow one another are one."""
    by_key, today = {grid.pk: grid for grid in grids}, timezone.localdate()
    limit = months_before(today, settings.ROTATION_MONTHS)
    rows = Assignment.everywhere().filter(grid_id__in=by_key, part=Part.LEAD, valid_from__lte=today)
    spans: dict[int, tuple[User, date, date | None]] = {}
    for row in rows.select_related("user").order_by("grid_id", "valid_from", "pk"):
        last = spans.get(row.grid_id)
        goes_on = last is not None and last[0].pk == row.user_id and last[2] == day_before(row.valid_from)
        spans[row.grid_id] = (row.user, last[1] if last and goes_on else row.valid_from, row.valid_to)
    return [
        Wanting(
            by_key[pk], user, gettext("since %(day)s") % {"day": date_format(since, "SHORT_DATE_FORMAT")},
            f"{reverse('grids:handover-new')}?giver={user.pk}&kind=grid&grid={pk}", _("Hand over"),
        )
        for pk, (user, since, until) in spans.items()
        if since < limit and (until is None or until >= today)
    ]  # fmt: skip


def _no_duty(actor: User, grids: Collection[Grid]) -> list[Wanting]:
    today, leads = timezone.localdate(), _led(grids)
    owed = Duty.objects.visible_to(actor).filter(in_force(today)).order_by()
    have = set(owed.values_list("grid_id", flat=True))
    return [
        Wanting(grid, leads.get(grid.pk), "", reverse("grids:duty-new", args=[grid.pk]), _("Add a duty"))
        for grid in grids
        if grid.pk not in have
    ]


def _idle(actor: User, _grids: Collection[Grid]) -> list[Wanting]:
    """Return the colleagues who have no part anywhere today."""
    busy = Assignment.on(timezone.localdate()).values("user_id")
    vacant = f"{reverse('grids:list')}?vacant=on"
    people = assignable(actor=actor, roles=FIELD).exclude(pk__in=busy)
    return [Wanting(None, one, one.staff_no, vacant, _("Choose a grid")) for one in people]


OWN = (
    Gap("vacant", _("Nobody leads"), _vacant),
    Gap("several", _("Several lead"), _several),
    Gap("long", _("Led for too long"), _too_long),
    Gap("duty", _("No duty written"), _no_duty),
    Gap("idle", _("People without a grid"), _idle),
)


def limit_said() -> str:
    """Say how long somebody may lead the same grid."""
    months = settings.ROTATION_MONTHS
    return ngettext(
        "Longer than %(n)s month nobody should lead the same grid.",
        "Longer than %(n)s months nobody should lead the same grid.",
        months,
    ) % {"n": months}
