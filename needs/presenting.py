"""The list of open needs."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from gridbank.cells import Text, badge, beside, link, moment, soft
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow, Source, Tick, View
from grids.authority import Act, may
from grids.models import Grid
from needs import selectors
from needs.models import Need
from people.models import User

DUE = Order("due_on", empty="last")


@dataclass(frozen=True)
class Row:
    """A need as a row of the list shows it, and whether the reader may close it."""

    need: Need
    own: bool
    today: date

    @property
    def pk(self) -> int:
        """Return the need's key."""
        return self.need.pk


def read(needs: QuerySet[Need], *, actor: User) -> list[Row]:
    """Read what a page of the list shows."""
    found = list(needs.select_related("household__grid", "customer", "raised_by"))
    own, today = selectors.own_grids(actor=actor, needs=found), timezone.localdate()
    return [Row(need, need.household.grid_id in own, today) for need in found]


def _due(row: Row) -> Text:
    due = row.need.due_on
    if due is None:
        return soft(gettext("no day"))
    if due < row.today:
        return badge(gettext("%(day)s overdue") % {"day": f"{due:%m-%d}"}, "bad")
    return moment(f"{due}")


def _household(row: Row) -> Text:
    home, person = row.need.household, row.need.customer
    beside_it = soft(person.name) if person and person.name != home.head_name else ""
    return beside(link(f"{home.get_absolute_url()}#needs", home.head_name), beside_it)


def _close(row: Row) -> Text:
    return link(reverse("needs:close", args=[row.pk]), pgettext("a need", "Close")) if row.own else ""


NEEDS: Listing[Row] = Listing(
    name="needs",
    title=pgettext_lazy("menu", "Needs"),
    mark=lambda row: f"need-{row.pk}",
    order=DUE,
    sort="due",
    columns=(
        Column("household", _("Household"), _household, lambda row: row.need.household.head_name, narrow=Narrow.NAME),
        Column("text", _("Need"), lambda row: row.need.text, lambda row: row.need.text, style="cell--wide"),
        Column(
            "due", _("Due on"), _due, lambda row: row.need.due_on, DUE, indexed=True, style="nowrap",
            narrow=Narrow.TOP,
        ),
        Column("grid", _("Grid"), lambda row: row.need.household.grid.name, lambda row: row.need.household.grid.name),
        Column(
            "raised", _("Raised"),
            lambda row: beside(moment(f"{row.need.raised_on}"), soft(row.need.raised_by.name if row.need.raised_by else "")),
            lambda row: row.need.raised_on, Order("raised_on"), style="nowrap", narrow=Narrow.HIDDEN,
        ),
        Column("close", _("Next step"), _close, narrow=Narrow.HIDDEN),
    ),
)  # fmt: skip


def source(*, actor: User, grid: Grid | None, due: str) -> Source[Row]:
    """Return the open needs that fit."""
    rows: Any = selectors.needs_wanted(actor=actor, grid=grid, due=due)
    local = grid is not None or not may(actor, Act.BANK_READ)
    return Source(rows, partial(read, actor=actor), selectors.need_list(actor=actor), sortable=local)


def views(*, actor: User, grid: Grid | None) -> list[View]:
    """Return the saved views with how many needs each has."""
    counted = selectors.needs_counted(actor=actor, grid=grid)
    return [
        View(_("All open"), {}, counted["all"]),
        View(pgettext_lazy("need", "Overdue"), {"due": "overdue"}, counted["overdue"]),
        View(_("Within a week"), {"due": "week"}, counted["week"]),
        View(_("No day set"), {"due": "none"}, counted["none"]),
    ]


def tick() -> Tick[Row]:
    """Say how needs are ticked: those that the reader may close."""
    return Tick(
        "needs",
        lambda row: str(row.pk) if row.own else "",
        lambda row: f"{row.need.household.head_name} · {row.need.text}",
    )


def said(count: int, written: str) -> str:
    """Say how many open needs there are."""
    return ngettext("%(n)s open need", "%(n)s open needs", count) % {"n": written}
