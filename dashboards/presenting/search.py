"""What was found from the box on every page: group by group, each with the way to all of it."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.conditions import Wanted
from customers.pinyin import spell
from customers.presenting import people
from customers.searching import Kind, Term
from customers.selectors import people_wanted
from dashboards import finding
from gridbank.addresses import address
from grids.authority import Act, may
from grids.enums import Part
from people.models import User


@dataclass(frozen=True)
class Hit:
    """Something found: what it is called, what tells it from others, where it is."""

    label: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more` leads to all of it where there is more."""

    title: str
    hits: list[Hit]
    more: str = ""
    words: list[str] = field(default_factory=list)


def everything(*, actor: User, text: str, term: Term, menu: list[dict[str, Any]]) -> list[Group]:
    """Return what there is by a text that is no whole number; groups that hold nothing are left out."""
    groups = [_pages(text, menu)]
    if actor.is_business:
        groups = [
            _people(actor, text, term),
            _households(actor, text),
            _grids(actor, text),
            _staff(actor, text),
            *groups,
        ]
    else:
        groups = [_accounts(actor, text), *groups]
    return [group for group in groups if group.hits]


def by_number(*, actor: User, number: str) -> list[Group]:
    """Return the people with exactly this number. Raises IdentityError, and Refused at the daily cap."""
    hits = [_person(row) for row in people.describe(people.people_by_number(actor=actor, number=number))]
    return [Group(_("People"), hits)] if hits else []


def _person(row: dict[str, Any]) -> Hit:
    about = [row["relation"], row["grid"], row["phone"]]
    return Hit(row["name"], " · ".join(each for each in about if each), f"{row['url']}#customer-{row['pk']}")


def _people(actor: User, text: str, term: Term) -> Group:
    if term.kind in {Kind.NOTHING, Kind.NUMBER, Kind.PRIVATE}:
        return Group(_("People"), [])
    wide = may(actor, Act.BANK_READ)
    # few of a few are sorted; of everybody the first come from the index
    key = F("pk") if wide else F("pk") + 0
    found = people.shown(
        people_wanted(actor=actor, wanted=Wanted(term=term)).order_by(key)[: finding.SHOWN + 1]
    )
    more = address("customers:list", q=text) if len(found) > finding.SHOWN else ""
    return Group(_("People"), [_person(row) for row in people.describe(found[: finding.SHOWN])], more)


def _households(actor: User, text: str) -> Group:
    rows = finding.households_by_place(actor=actor, text=text)[: finding.SHOWN]
    hits = [
        Hit(str(row), f"{row.grid.name} {row.group_name} · {row.code}", row.get_absolute_url())
        for row in rows
    ]
    return Group(pgettext("found", "Households"), hits)


def _grids(actor: User, text: str) -> Group:
    hits = [
        Hit(grid.name, f"{grid.get_tier_display()} · {grid.code}", grid.get_absolute_url())
        for grid in finding.grids_by_name(actor=actor, text=text)
    ]
    return Group(_("Grids"), hits)


def _staff(actor: User, text: str) -> Group:
    hits = [
        Hit(
            one.name,
            f"{one.staff_no} · {one.grid} · {Part(one.part).label}",
            reverse("grids:detail", args=[one.grid_id]),
        )
        for one in finding.staff_by_name(actor=actor, text=text)
    ]
    return Group(_("Staff"), hits)


def _accounts(actor: User, text: str) -> Group:
    hits = [
        Hit(
            user.name,
            f"{user.staff_no} · {user.username} · {user.get_role_display()}",
            user.get_absolute_url(),
        )
        for user in finding.accounts_by_name(actor=actor, text=text)
    ]
    return Group(pgettext("menu", "Accounts"), hits)


def _pages(text: str, menu: list[dict[str, Any]]) -> Group:
    plain = text.strip().casefold()
    hits = []
    for entry in menu:
        label = str(entry["label"])
        full, initials = spell(label)
        if plain and (plain in label.casefold() or full.startswith(plain) or initials.startswith(plain)):
            hits.append(Hit(label, "", entry["url"]))
    return Group(pgettext("found", "Pages"), hits)


def menu_of(request: HttpRequest, menu: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the pages that the menu offers the person, and those that stand at its foot."""
    own = [{"label": _("Password"), "url": reverse("people:password")}]
    if getattr(request.user, "is_business", False):
        own.append({"label": _("API tokens"), "url": reverse("people:tokens")})
        own.append({"label": _("Claims to confirm"), "url": reverse("customers:claims")})
    return [*menu["navigation"], *own]
