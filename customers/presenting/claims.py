"""The list of claims: what was entered, by whom, and what somebody else says of it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from customers import claiming, policies, selectors
from customers.enums import Evidence
from customers.models import Claim
from gridbank.cells import NOTHING, Text, badge, beside, link, moment, soft
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow, Source, Tick, View
from people.models import User

BADGES = {
    Evidence.CLAIMED: "warn",
    Evidence.CONFIRMED: "ok",
    Evidence.REFUTED: "bad",
    Evidence.WITHDRAWN: "muted",
}


@dataclass(frozen=True)
class Row:
    """A claim as a row of the list shows it, and whether the reader may decide on it."""

    claim: Claim
    kind: str | Promise
    what: str
    may_decide: bool
    is_own: bool

    @property
    def pk(self) -> int:
        """Return the claim's key."""
        return self.claim.pk


def waiting_shown(number: int) -> str:
    """Return how many wait as a home says it: beyond what is counted, that there are more."""
    return str(number) if number < selectors.MANY_WAIT else f"{number}+"


def described(claims: Collection[Claim] | QuerySet[Claim], *, actor: User) -> list[Row]:
    """Return each claim with the name of what it is about and whether the reader may decide on it."""
    kinds, sources = claiming.kinds(), defaultdict[str, list[int]](list)
    found = list(claims)
    for claim in found:
        sources[claim.kind].append(claim.source_id)
    own = policies.own_claims(actor, found)
    known = {key: kinds[key].describe(ids) for key, ids in sources.items()}
    return [
        Row(
            claim,
            kinds[claim.kind].label,
            known[claim.kind].get(claim.source_id, ""),
            policies.can_witness(actor, claim, own),
            claim.state == Evidence.CLAIMED and claim.pk in own,
        )
        for claim in found
    ]


def _by(row: Row) -> Text:
    claim = row.claim
    who = claim.entered_by.name if claim.entered_by else NOTHING
    if claim.earner is None or claim.earner == claim.entered_by:
        return who
    return beside(who, soft(pgettext("who earns", "for")), soft(claim.earner.name))


def _state(row: Row) -> Text:
    claim = row.claim
    return badge(claim.get_state_display(), BADGES[Evidence(claim.state)])


def _decided(row: Row) -> Text:
    claim = row.claim
    if claim.decided_at is None:
        return soft(gettext("A second person must.")) if row.is_own else ""
    at = timezone.localtime(claim.decided_at)
    who = claim.decided_by.name if claim.decided_by else ""
    return beside(
        claim.get_witness_display(),
        who,
        soft(f"{at:%Y-%m-%d %H:%M}"),
        soft(claim.reason) if claim.reason else "",
    )


def _person(row: Row) -> Text:
    name = link(row.claim.customer.get_absolute_url(), row.claim.customer.name)
    if not row.claim.is_other_person:
        return name
    return beside(name, badge(gettext("name or document changed"), "warn"))


def _day(row: Row) -> Text:
    day = moment(f"{row.claim.day}")
    return beside(soft(f"{row.claim.was} →"), day) if row.claim.was else day


CLAIMS: Listing[Row] = Listing(
    name="customers.claims",
    title=_("Claims"),
    mark=lambda row: f"claim-{row.pk}",
    columns=(
        Column("person", _("Person"), _person, lambda row: row.claim.customer.name, narrow=Narrow.NAME),
        Column(
            "what", _("What was entered"), lambda row: beside(row.kind, soft(row.what) if row.what else ""),
            lambda row: f"{row.kind} {row.what}".strip(),
        ),
        Column(
            "grid", _("Grid"), lambda row: row.claim.customer.household.grid.name,
            lambda row: row.claim.customer.household.grid.name, narrow=Narrow.HIDDEN,
        ),
        Column("day", _("Day"), _day, lambda row: row.claim.day, Order("day"), style="nowrap"),
        Column("by", _("Entered by"), _by, lambda row: row.claim.entered_by.name if row.claim.entered_by else ""),
        Column("state", _("State"), _state, lambda row: row.claim.get_state_display(), narrow=Narrow.TOP),
        Column("decided", _("Decided"), _decided, lambda row: row.claim.reason, narrow=Narrow.HIDDEN),
    ),
)  # fmt: skip


def source(*, actor: User, state: int, kind: str, month: date | None) -> Source[Row]:
    """Return the claims that fit."""
    rows: Any = selectors.claims_wanted(actor=actor, state=state, kind=kind, month=month)
    return Source(rows, partial(described, actor=actor), selectors.claim_list(actor=actor))


def views(*, actor: User, month: date) -> list[View]:
    """Return the saved views: what waits, and what became of this month's, each counted up to a thousand."""
    counted = selectors.claims_counted(actor=actor, month=month)
    waiting = View(_("All that wait"), {})
    return [
        waiting,
        *(
            View(state.label, {"state": str(state.value), "month": f"{month:%Y-%m}"}, counted[state])
            for state in counted
        ),
    ]


def tick(checked: Collection[str]) -> Tick[Row]:
    """Say how claims are ticked: those that wait for this person's word."""
    return Tick(
        "claims",
        lambda row: str(row.pk) if row.may_decide else "",
        lambda row: f"{row.kind} · {row.claim.customer.name}",
        checked,
    )


def said(count: int, written: str) -> str:
    """Say how many claims there are."""
    return ngettext("%(n)s claim", "%(n)s claims", count) % {"n": written}
