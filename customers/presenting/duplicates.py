"""The list of pairs that may be one person, and two people side by side."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers import merging, policies, selectors
from customers.enums import IdType
from customers.joining import Group, groups
from customers.matching import SAME_DOCUMENT, Known, Match, compared
from customers.models import Customer, Likeness, PersonMerge
from customers.personal import mask_of
from gridbank.cells import NOTHING, Text, badge, beside, html, link, moment, soft
from gridbank.keyset import Order
from gridbank.listing import Column, Listing, Narrow, Source, View
from grids.models import Grid
from people.models import User

SURE = 80


def known(person: Customer, today: date) -> Known:
    """Return what pages show of a person, for the matcher: an age, and no date of birth."""
    return Known(
        person.name, gender=person.gender, phone_digest=person.phone_digest, home=person.household_id,
        village=person.household.area_id, age=person.years_on(today),
    )  # fmt: skip


def match_of(pair: Likeness, today: date) -> Match:
    """Say why two may be one, by what is shown of both."""
    found = compared(known(pair.one, today), known(pair.other, today))
    return SAME_DOCUMENT.and_also(found) if pair.exact else found


@dataclass(frozen=True)
class Row:
    """A pair as a row of the list shows it, and whether the reader may decide of it."""

    pair: Likeness
    why: str
    may_decide: bool
    today: date

    @property
    def pk(self) -> int:
        """Return the pair's key."""
        return self.pair.pk


def read(pairs: QuerySet[Likeness], *, actor: User) -> list[Row]:
    """Read what a page of the list shows."""
    today = timezone.localdate()
    return [
        Row(pair, match_of(pair, today).in_words(), policies.may_decide_twins(actor, pair.one, pair.other), today)
        for pair in pairs
    ]  # fmt: skip


def _told(person: Customer, today: date) -> list[str]:
    age = person.years_on(today)
    words = ["" if age is None else gettext("age %(age)s") % {"age": age}, person.masked("phone")]
    return [*filter(None, words), str(person.household), person.household.grid.name]


def _person(person: Customer, today: date) -> Text:
    told = " · ".join(_told(person, today))
    return html("{}<br>{}", link(person.get_absolute_url(), person.name), soft(told))


def _score(row: Row) -> Text:
    return badge(str(row.pair.score), "bad" if row.pair.score >= SURE else "warn")


def _next(row: Row) -> Text:
    url = reverse("customers:twins", args=[row.pk])
    if row.pair.denied_at is not None:
        at = timezone.localtime(row.pair.denied_at)
        who = row.pair.denied_by.name if row.pair.denied_by else ""
        return beside(link(url, who), soft(f"{at:%Y-%m-%d}"), soft(row.pair.denied_because))
    return link(url, _("Compare") if row.may_decide else _("Look"))


def _taken(person: Customer, today: date) -> str:
    return " · ".join([person.name, *_told(person, today)])


LIKENESSES: Listing[Row] = Listing(
    name="customers.duplicates",
    title=_("Possible duplicates"),
    mark=lambda row: f"pair-{row.pk}",
    order=Order("score", falling=True),
    sort="score",
    columns=(
        Column("one", _("Person"), lambda row: _person(row.pair.one, row.today), lambda row: _taken(row.pair.one, row.today),
               narrow=Narrow.NAME),
        Column("other", _("May be the same as"), lambda row: _person(row.pair.other, row.today),
               lambda row: _taken(row.pair.other, row.today)),
        Column("score", _("Likely (of 100)"), _score, lambda row: row.pair.score, Order("score", falling=True), falls=True,
               indexed=True, narrow=Narrow.TOP),
        Column("why", _("Why"), lambda row: row.why, lambda row: row.why, style="cell--wide"),
        Column("next", _("Next step"), _next, lambda row: row.pair.denied_because),
    ),
)  # fmt: skip


def source(*, actor: User, state: str, grid: Grid | None) -> Source[Row]:
    """Return the pairs that fit."""
    rows: Any = selectors.likenesses_wanted(
        actor=actor, denied=state == "denied", exact=state == "exact", grid=grid
    )
    return Source(rows, partial(read, actor=actor), selectors.likeness_list(actor=actor))


def views() -> list[View]:
    """Return the saved views."""
    return [
        View(pgettext_lazy("pairs", "To decide"), {}),
        View(_("The same document"), {"state": "exact"}),
        View(_("Not the same person"), {"state": "denied"}),
    ]


def said(count: int, written: str) -> str:
    """Say how many pairs there are."""
    return ngettext("%(n)s pair", "%(n)s pairs", count) % {"n": written}


def _shown(person: Customer, group: Group, today: date) -> str:
    """Return what an archive says in a group, masked, a date of birth as the age."""
    words = []
    for name in group.fields:
        value = getattr(person, name)
        if name == "birth_date":
            age = person.years_on(today)
            words.append("" if age is None else gettext("age %(age)s") % {"age": age})
        elif mask_of(Customer, name) is not None and name != "name":
            words.append(person.masked(name))
        elif isinstance(value, bool):
            words.append(gettext("yes") if value else "")
        elif value and value != IdType.NONE:
            display = getattr(person, f"get_{name}_display", None)
            words.append(str(display() if display else value))
    return " · ".join(word for word in words if word) or NOTHING


@dataclass(frozen=True)
class Line:
    """What both archives say of one thing."""

    label: Text
    one: str
    other: str
    group: str = ""

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.one != self.other


def _own_lines(pair: Likeness) -> list[Line]:
    """Return what isn't chosen: where each lives, and what he reached."""
    days = ("customer_since", "app_informed_on", "app_downloaded_on", "app_verified_on", "restricted_at")
    found = [
        Line(_("Household"), *(f"{person.household} {person.household.code}" for person in _both(pair))),
        Line(_("Grid"), *(person.household.grid.name for person in _both(pair))),
        Line(_("Relation to the head"), *(str(person.get_relation_display()) for person in _both(pair))),
        Line(_("Opened on"), *(f"{timezone.localdate(person.created_at)}" for person in _both(pair))),
    ]
    for name in days:
        told = [getattr(person, name) for person in _both(pair)]
        if any(told):
            label = Customer._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            found.append(Line(str(label), *(f"{day:%Y-%m-%d}" if day else NOTHING for day in told)))
    quiet = [gettext("yes") if person.do_not_contact else NOTHING for person in _both(pair)]
    return [*found, Line(_("does not want contact"), *quiet)]


def _both(pair: Likeness) -> tuple[Customer, Customer]:
    return pair.one, pair.other


def side_by_side(pair: Likeness) -> dict[str, Any]:
    """Return two people side by side, masked: what may be chosen, and what may not."""
    today = timezone.localdate()
    lines = []
    for group in groups():
        one, other = (_shown(person, group, today) for person in _both(pair))
        lines.append(Line(group.label, one, other, group.name))
    match = match_of(pair, today)
    return {"why": match.in_words(), "score": pair.score, "lines": [*lines, *_own_lines(pair)]}


def moving(pair: Likeness, *, actor: User) -> list[Line]:
    """Return how much hangs on each of two archives: it goes along with the one that goes."""
    counts = merging.counted(actor, [pair.one_id, pair.other_id])
    return [Line(label, *(str(count) for count in each)) for label, each in counts if any(each)]


@dataclass(frozen=True)
class Merged:
    """A merge in force as a row of its list shows it."""

    merge: PersonMerge
    may_decide: bool

    @property
    def pk(self) -> int:
        """Return the merge's key."""
        return self.merge.pk


def _merges(rows: QuerySet[PersonMerge], *, actor: User) -> list[Merged]:
    found = rows.defer("kept")
    return [Merged(one, policies.may_decide_twins(actor, one.customer, one.merged)) for one in found]


def _undo(row: Merged) -> Text:
    url = reverse("customers:merge-undo", args=[row.pk])
    return link(url, _("Take apart again")) if row.may_decide else ""


MERGES: Listing[Merged] = Listing(
    name="customers.merges",
    title=_("Archives put together"),
    mark=lambda row: f"merge-{row.pk}",
    order=Order(falling=True),
    columns=(
        Column(
            "stays", _("Person"), lambda row: link(row.merge.customer.get_absolute_url(), row.merge.customer.name),
            lambda row: row.merge.customer.name, narrow=Narrow.NAME,
        ),
        Column("gone", _("Went into it"), lambda row: f"{row.merge.merged.name} · {row.merge.merged.household}",
               lambda row: f"{row.merge.merged.name} · {row.merge.merged.household}"),
        Column("grid", _("Grid"), lambda row: row.merge.customer.household.grid.name,
               lambda row: row.merge.customer.household.grid.name, narrow=Narrow.HIDDEN),
        Column("by", _("By"), lambda row: row.merge.made_by.name, lambda row: row.merge.made_by.name),
        Column("on", _("On"), lambda row: moment(f"{timezone.localdate(row.merge.made_at)}"),
               lambda row: timezone.localdate(row.merge.made_at), style="nowrap", narrow=Narrow.TOP),
        Column("undo", _("Next step"), _undo, narrow=Narrow.HIDDEN),
    ),
)  # fmt: skip


def merges(*, actor: User) -> Source[Merged]:
    """Return the merges in force."""
    rows: Any = selectors.merge_list(actor=actor)
    return Source(rows, partial(_merges, actor=actor), rows)


def merges_said(count: int, written: str) -> str:
    """Say how many merges there are."""
    return ngettext("%(n)s merge", "%(n)s merges", count) % {"n": written}
