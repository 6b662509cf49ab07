"""The list of customers: households with their people folded in, or the people themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.conditions import Wanted, age_year
from customers.enums import MET_WITHIN, AppState, PolicyTag, Relation
from customers.homes import homes_counted, homes_wanted, people_of
from customers.models import ARCHIVE, Customer, Household
from customers.personal import mask_of
from customers.presenting.people import BADGES, app_state, describe, shown
from customers.searching import Kind
from customers.selectors import customer_list, household_list, people_wanted
from gridbank.addresses import pages
from gridbank.cells import NOTHING, Text, badge, beside, link, meter, moment, pips, soft
from gridbank.context import note_archive
from gridbank.days import years_on
from gridbank.keyset import Order
from gridbank.listing import Below, Column, Listing, Narrow, Source, View
from grids.authority import Act, may
from grids.enums import Tier
from grids.selectors import lead_names
from people.models import User

HOME = (
    "pk", "head_name", "group_name", "grid_id", "grid__name", "completeness", "last_met_on", "policy_tags",
)  # fmt: skip
# of a whole bank's people, whose households are read with them
COUNTED_OF_MANY = 1_000
COMPLETENESS = _("Completeness of the archive")
# by the age that is shown: an order by the day of birth would tell the day, of one person after the other
AGE_YEAR = "age_year"
# worked out once: each is asked for every row
RELATIONS, TAGS = dict(Relation.choices), dict(PolicyTag.choices)


@dataclass(frozen=True)
class Home:
    """A household as a row of the list shows it."""

    row: Any
    people: list[Any]
    lead: str
    url: str
    today: date

    @property
    def pk(self) -> int:
        """Return the household's key."""
        return int(self.row.pk)

    @cached_property
    def days(self) -> int | None:
        """Return for how many days nobody has met it; None when nobody ever did."""
        met = self.row.last_met_on
        return None if met is None else (self.today - met).days


def homes(rows: QuerySet[Household], *, actor: User, searched: bool = False) -> list[Home]:
    """Read what a page of households shows."""
    found = list(rows.values_list(*HOME, named=True))
    today = timezone.localdate()
    people = people_of(actor=actor, homes=[row.pk for row in found], searched=searched)
    leads = lead_names({row.grid_id for row in found}, today)
    urls = pages("customers:household", [row.pk for row in found])
    for row in found:
        note_archive(ARCHIVE, row.pk)
    return [
        Home(
            row, people.get(row.pk, []), leads[row.grid_id].name if row.grid_id in leads else "",
            urls[row.pk], today,
        )
        for row in found
    ]  # fmt: skip


def _head(home: Home) -> Text:
    away = sum(person.is_migrant for person in home.people)
    quiet = any(person.do_not_contact and person.relation == Relation.HEAD for person in home.people)
    return beside(
        link(home.url, home.row.head_name),
        badge(gettext("away %(n)s") % {"n": away}, "muted") if away else "",
        badge(gettext("no contact"), "warn") if quiet else "",
    )


def _others(home: Home) -> Text:
    names = gettext(", ").join(person.name for person in home.people if person.relation != Relation.HEAD)
    count = ngettext("%(n)s person", "%(n)s people", len(home.people)) % {"n": len(home.people)}
    return beside(count, soft(names) if names else "")


def _tail(home: Home) -> str:
    head = next((person for person in home.people if person.relation == Relation.HEAD), None)
    return head.phone[-4:] if head and head.phone else NOTHING


def _app(home: Home) -> Text:
    states = [app_state(person) for person in home.people]
    done = sum(state == AppState.VERIFIED for state in states)
    return pips(((state.value, state.label) for state in states), f"{done}/{len(states)}")


def _days(home: Home) -> Text:
    if home.days is None:
        return badge(gettext("never met"), "bad")
    text = ngettext("%(n)s day", "%(n)s days", home.days) % {"n": home.days}
    return badge(text, "warn") if home.days > MET_WITHIN.days else text


def _met_on(home: Home) -> Text:
    met = home.row.last_met_on
    if met is None:
        return NOTHING
    return moment(f"{met}", f"{met:%m-%d}" if met.year == home.today.year else f"{met}")


def _tags(home: Home) -> str:
    return gettext(", ").join(str(TAGS[tag]) for tag in home.row.policy_tags if tag in TAGS) or NOTHING


def _place(home: Home) -> str:
    return f"{home.row.grid__name} {home.row.group_name}".strip()


def _under(home: Home) -> tuple[str, Sequence[Below]]:
    """Return the household's people in the columns of the household."""
    mask, found = mask_of(Customer, "phone"), []
    for person in home.people:
        app, age = app_state(person), years_on(person.birth_date, home.today)
        cells = {
            "head": beside(
                link(f"{home.url}#customer-{person.pk}", person.name),
                badge(gettext("processing restricted"), "bad") if person.restricted_at else "",
                soft(RELATIONS[person.relation]),
                badge(gettext("away"), "muted") if person.is_migrant else "",
            ),
            "place": "" if age is None else ngettext("%(n)s year", "%(n)s years", age) % {"n": age},
            "members": mask(person.phone) or "",
            "app": badge(app.label, BADGES[app].removeprefix("badge--")),
        }
        found.append(Below(f"customer-{person.pk}", cells))
    return gettext("The people of %(name)s's household") % {"name": home.row.head_name}, found


HOUSEHOLDS: Listing[Home] = Listing(
    name="customers.households",
    title=pgettext_lazy("menu", "Customers"),
    mark=lambda home: f"household-{home.pk}",
    size=25,
    fold=_under,
    columns=(
        Column("head", _("Household"), _head, lambda home: home.row.head_name, narrow=Narrow.NAME),
        Column("place", _("Grid and group"), _place, _place, Order("grid__path")),
        Column("members", _("Household members"), _others, lambda home: len(home.people), style="names", narrow=Narrow.HIDDEN),
        Column("tail", _("Phone ends in"), _tail, _tail, style="num", narrow=Narrow.HIDDEN),
        Column("app", _("App"), _app, lambda home: sum(app_state(one) == AppState.VERIFIED for one in home.people)),
        Column(
            "archive", _("Archive"), lambda home: meter(str(home.row.completeness), COMPLETENESS),
            lambda home: home.row.completeness, Order("completeness"), labelled=True,
        ),
        Column(
            "days", _("Not met for"), _days, lambda home: home.days, Order("last_met_on", empty="first"),
            falls=True, style="num", narrow=Narrow.TOP,
        ),
        Column(
            "met", _("Last met"), _met_on,
            lambda home: home.row.last_met_on, style="num", narrow=Narrow.HIDDEN,
        ),
        Column("lead", _("Account manager"), lambda home: home.lead or NOTHING, lambda home: home.lead, narrow=Narrow.HIDDEN),
        Column("tags", _("Policy groups"), _tags, _tags, narrow=Narrow.HIDDEN, extra=True),
    ),
)  # fmt: skip


def _name(row: dict[str, Any]) -> Text:
    return beside(
        link(f"{row['url']}#customer-{row['pk']}", row["name"]),
        badge(gettext("away"), "muted") if row["away"] else "",
        badge(gettext("deceased"), "bad") if row["dead"] else "",
        badge(gettext("processing restricted"), "bad") if row["restricted"] else "",
        badge(gettext("no contact"), "warn") if row["quiet"] else "",
    )


def _met(row: dict[str, Any]) -> Text:
    return moment(row["last_met"]) if row["last_met"] else badge(gettext("Never met"), "bad")


PEOPLE: Listing[Any] = Listing(
    name="customers.people",
    title=pgettext_lazy("menu", "Customers"),
    mark=lambda row: f"customer-{row['pk']}",
    columns=(
        Column(
            "name", _("Name"), _name, lambda row: row["name"], Order("pinyin"), indexed=True, narrow=Narrow.NAME,
        ),
        Column(
            "household", _("Household"),
            lambda row: beside(link(row["url"], row["head"]), soft(row["relation"])), lambda row: row["head"],
        ),
        Column("grid", _("Grid"), lambda row: row["grid"], lambda row: row["grid"], Order("household__grid__path")),
        Column(
            "age", _("Age"), lambda row: row["age"] or NOTHING, lambda row: row["age"],
            Order(AGE_YEAR, empty="last"), falls=True, style="num", labelled=True,
        ),
        Column("phone", _("Phone"), lambda row: row["phone"] or NOTHING, lambda row: row["phone"], style="nowrap"),
        Column(
            "app", _("App"), lambda row: badge(row["app"], row["badge"].removeprefix("badge--")),
            lambda row: row["app"], narrow=Narrow.TOP,
        ),
        Column(
            "archive", _("Archive"), lambda row: meter(row["completeness"], COMPLETENESS),
            lambda row: int(row["completeness"]), Order("household__completeness"), labelled=True,
            narrow=Narrow.HIDDEN,
        ),
        Column(
            "met", _("Last met"), _met, lambda row: row["last_met"],
            Order("household__last_met_on", empty="first"), style="num", labelled=True,
        ),
    ),
)  # fmt: skip


class Person(dict[str, Any]):
    """A person as a row of the list shows him."""

    @property
    def pk(self) -> int:
        """Return his key."""
        return int(self["pk"])


def persons(rows: QuerySet[Customer]) -> list[Person]:
    """Read what a page of people shows."""
    return [Person(row) for row in describe(shown(rows))]


def source(*, actor: User, wanted: Wanted, people: bool) -> Source[Any]:
    """Return the rows that fit, and what may be done with so many of them."""
    local = wanted.grid is not None and wanted.grid.tier != Tier.HEAD_OFFICE
    wide = may(actor, Act.BANK_READ) and not local
    # Few of a few: sorting them is cheap, walking through everybody in order until a page is full is not.
    few = wanted != Wanted() and not wide
    if people:
        most = COUNTED_OF_MANY if wide else 10 * COUNTED_OF_MANY
        aged = {AGE_YEAR: age_year()}
        found = people_wanted(actor=actor, wanted=wanted).annotate(**aged)
        among = customer_list(actor=actor).annotate(**aged)
        return Source(found, persons, among, few=few, sortable=not wide, most=most)
    rows = homes_wanted(actor=actor, wanted=wanted)
    read = partial(homes, actor=actor, searched=wanted.term.kind != Kind.NOTHING)
    return Source(rows, read, household_list(actor=actor), few=few, sortable=not wide)


def views(*, actor: User, wanted: Wanted, people: bool) -> list[View]:
    """Return the saved views, each with how many households it has; of a whole bank nobody counts them for every page."""
    local = wanted.grid is not None and wanted.grid.tier != Tier.HEAD_OFFICE
    count: dict[str, int] = {}
    if not people and (local or not may(actor, Act.BANK_READ)):
        count = homes_counted(actor=actor, grid=wanted.grid)
    return [
        View(_("All"), {}, count.get("all")),
        View(_("Never met"), {"met": "never"}, count.get("never")),
        View(
            _("Not met for %(days)s days") % {"days": MET_WITHIN.days},
            {"met": "long_ago"},
            count.get("long_ago"),
        ),
        View(_("Somebody works away"), {"migrant": "on"}),
        View(_("Archive less than half"), {"archive": "poor"}, count.get("poor")),
    ]


def homes_said(count: int, written: str) -> str:
    """Say how many households there are."""
    return ngettext("%(n)s household", "%(n)s households", count) % {"n": written}


def people_said(count: int, written: str) -> str:
    """Say how many people there are."""
    return ngettext("%(n)s person", "%(n)s people", count) % {"n": written}
