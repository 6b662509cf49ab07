"""The list of visits: plain values, read once for a whole page."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import ARCHIVE
from gridbank.addresses import pages
from gridbank.cells import Text, badge, beside, link, moment, soft
from gridbank.context import note_archive
from gridbank.keyset import Order
from gridbank.listing import COUNTED, Column, Listing, Narrow, Source, View
from people.models import User
from people.policies import walks_grids
from products.enums import OfferResult
from products.models import Offer
from visits import selectors
from visits.enums import Mode
from visits.models import Visit

LISTED = (
    "pk", "started_at", "mode", "met", "is_late", "version", "household_id", "household__head_name",
    "customer__name", "staff__name", "grid__name",
)  # fmt: skip
RESULTS = {OfferResult.ACCEPTED: "ok", OfferResult.REFUSED: "muted"}


@dataclass(frozen=True)
class Row:
    """A visit as a row of the list shows it."""

    visit: Any
    offers: Sequence[Offer]
    url: str

    @property
    def pk(self) -> uuid.UUID:
        """Return the visit's key."""
        key: uuid.UUID = self.visit.pk
        return key

    @property
    def when(self) -> str:
        """Say when it was, by the bank's clock."""
        return f"{timezone.localtime(self.visit.started_at):%Y-%m-%d %H:%M}"


def read(visits: QuerySet[Visit], *, actor: User) -> list[Row]:
    """Read what a page of the list shows, as named tuples: instances take longer to make than rows to find.

    The page is found before anything is joined to it: the plan of a join makes ready for every visit there is.
    """
    keys = list(visits.values_list("pk", flat=True))
    rows = selectors.visit_list(actor=actor).filter(pk__in=keys).order_by().values_list(*LISTED, named=True)
    found = {row.pk: row for row in rows}
    offers: Mapping[uuid.UUID, list[Offer]] = selectors.offers_of(actor=actor, visits=found.values())
    urls = pages("visits:detail", keys)
    for row in found.values():
        note_archive(ARCHIVE, row.household_id)
    return [Row(found[key], offers.get(key, ()), urls[key]) for key in keys if key in found]


def _household(row: Row) -> Text:
    visit = row.visit
    same = visit.customer__name == visit.household__head_name
    return beside(link(row.url, visit.household__head_name), "" if same else soft(visit.customer__name))


def _met(row: Row) -> str:
    return Mode(row.visit.mode).met_label(row.visit.met)


def _outcome(row: Row) -> Text:
    visit = row.visit
    return beside(
        badge(_met(row), "ok" if visit.met else "muted"),
        badge(gettext("Late"), "warn") if visit.is_late else "",
        badge(gettext("Corrected")) if visit.version > 1 else "",
    )


def _offers(row: Row) -> Text:
    return beside(
        *(
            badge(
                f"{offer.product.label} · {offer.get_result_display()}",
                RESULTS.get(OfferResult(offer.result), ""),
            )
            for offer in row.offers
        )
    )


def _offers_said(row: Row) -> str:
    return "; ".join(f"{offer.product.label} · {offer.get_result_display()}" for offer in row.offers)


VISITS: Listing[Row] = Listing(
    name="visits",
    title=pgettext_lazy("menu", "Visits"),
    mark=lambda row: f"visit-{row.pk}",
    order=Order("started_at", falling=True),
    sort="when",
    columns=(
        Column("household", _("Household"), _household, lambda row: row.visit.household__head_name, narrow=Narrow.NAME),
        Column(
            "when", _("When"), lambda row: moment(row.visit.started_at.isoformat(), row.when), lambda row: row.when,
            Order("started_at", falling=True), falls=True, indexed=True, style="nowrap",
        ),
        Column("mode", _("How"), lambda row: str(Mode(row.visit.mode).label), lambda row: str(Mode(row.visit.mode).label)),
        Column(
            "outcome", pgettext_lazy("visit", "Outcome"), _outcome,
            _met, narrow=Narrow.TOP,
        ),
        Column("offers", _("Offers"), _offers, _offers_said, style="cell--wide", narrow=Narrow.HIDDEN),
        Column("who", _("Who"), lambda row: row.visit.staff__name, lambda row: row.visit.staff__name),
        Column("grid", _("Grid"), lambda row: row.visit.grid__name, lambda row: row.visit.grid__name),
    ),
)  # fmt: skip


def source(*, actor: User, wanted: selectors.Wanted) -> Source[Row]:
    """Return the visits that fit. A filter that keeps few of millions is not counted: that takes as long as looking."""
    counted = (
        wanted == selectors.Wanted()
        or walks_grids(actor)
        or wanted.since is not None
        or wanted.household_id is not None
    )
    return Source(
        selectors.visit_list(actor=actor, wanted=wanted),
        partial(read, actor=actor),
        selectors.visit_list(actor=actor),
        sortable=False,
        most=COUNTED if counted else None,
    )


def views() -> list[View]:
    """Return the saved views."""
    today = timezone.localdate()
    return [
        View(_("All"), {}),
        View(_("Today"), {"since": f"{today}"}),
        View(_("The last 7 days"), {"since": f"{today - timedelta(days=6)}"}),
        View(_("No one met or reached"), {"met": "no"}),
        View(_("Late"), {"late": "on"}),
    ]


def moved_along(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the visits paid to people before they moved, under the names that a visit itself has."""
    return [
        {
            "started_at": row["started_at"],
            "get_mode_display": str(Mode(row["mode"]).label),
            "met": row["met"],
            "met_label": Mode(row["mode"]).met_label(row["met"]),
            "customer": {"name": row["customer__name"]},
            "staff": {"name": row["staff__name"]},
        }
        for row in rows
    ]


def said(count: int, written: str) -> str:
    """Say how many visits there are."""
    return ngettext("%(n)s visit", "%(n)s visits", count) % {"n": written}
