"""What a row of the list of people shows, and the exact search."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.enums import AppState, Relation
from customers.models import ARCHIVE, Consent, Customer
from customers.personal import mask_of
from customers.services import people_search
from customers.services.twins import Twin
from gridbank.addresses import pages
from gridbank.context import note_archive
from gridbank.days import years_on
from gridbank.once import FIELD
from gridbank.pages import PAGE_SIZE, Question
from people.models import User

LISTED = (
    "pk", "name", "phone", "relation", "birth_date", "is_migrant", "do_not_contact", "died_on", "restricted_at", "app_informed_on",
    "app_downloaded_on", "app_verified_on", "household_id", "household__head_name", "household__completeness",
    "household__last_met_on", "household__grid__name",
)  # fmt: skip


def shown(people: QuerySet[Customer]) -> list[Any]:
    """Read what a row of the list shows, as named tuples: instances take longer to make than rows to find."""
    rows = list(people.values_list(*LISTED, named=True))
    for row in rows:
        note_archive(ARCHIVE, row.household_id)
    return rows


def people_by_number(*, actor: User, number: str) -> list[Any]:
    """Read the people with exactly this ID number or phone; that it was searched for is recorded.

    Raises IdentityError when it is neither, Refused at the daily cap.
    """
    return shown(people_search(actor=actor, number=number)[:PAGE_SIZE])


def app_state(person: Any) -> AppState:
    """Say how far a person, or a row of `shown`, has come with the app."""
    if person.app_verified_on:
        return AppState.VERIFIED
    if person.app_downloaded_on:
        return AppState.DOWNLOADED
    return AppState.INFORMED if person.app_informed_on else AppState.NONE


def alike(twin: Twin) -> dict[str, Any]:
    """Return whom somebody is like as the form asks it: no more of each than the list shows."""
    today, people = timezone.localdate(), []
    for one in twin.seen:
        age, home = one.years_on(today), one.household
        words = [str(one.get_relation_display()), home.head_name, home.grid.name, one.masked("phone")]
        words[:0] = [] if age is None else [_("age %(age)s") % {"age": age}]
        url = one.get_absolute_url()
        people.append({"pk": one.pk, "name": one.name, "url": url, "words": [each for each in words if each]})
    return {"people": people, "elsewhere": twin.elsewhere}


BADGES = {
    AppState.VERIFIED: "badge--ok",
    AppState.DOWNLOADED: "badge--accent",
    AppState.INFORMED: "badge--warn",
    AppState.NONE: "badge--muted",
}


def describe(people: list[Any]) -> list[dict[str, Any]]:
    """Return what a row of the list shows, masked, numbers as text already: a template writes that fastest."""
    today, mask = timezone.localdate(), mask_of(Customer, "phone")
    relations, apps = dict(Relation.choices), {state: (str(state.label), BADGES[state]) for state in AppState}
    homes = pages("customers:household", {person.household_id for person in people})
    rows = []
    for person in people:
        app, badge = apps[app_state(person)]
        age, met = years_on(person.birth_date, today), person.household__last_met_on
        rows.append(
            {
                "pk": str(person.pk),
                "name": person.name,
                "away": person.is_migrant,
                "quiet": person.do_not_contact,
                "restricted": person.restricted_at is not None,
                "dead": person.died_on is not None,
                "url": homes[person.household_id],
                "head": person.household__head_name,
                "relation": str(relations[person.relation]),
                "grid": person.household__grid__name,
                "age": None if age is None else str(age),
                "phone": mask(person.phone),
                "app": app,
                "badge": badge,
                "completeness": str(person.household__completeness),
                "last_met": met.isoformat() if met else "",
            }
        )
    return rows


def withdrawing(consent: Consent, person: Customer, form_key: str) -> Question:
    """Return what is asked before a consent ends."""
    told = {"name": person.name, "purpose": consent.get_purpose_display()}
    return Question(
        title=_("Withdraw %(name)s's consent: %(purpose)s?") % told,
        consequences=[
            _("It stops counting at once: what rests on it is not offered or counted any more."),
            _("It can't be taken back. To agree again, the person gives a new consent."),
        ],
        button=_("Withdraw"),
        back=f"{person.household.get_absolute_url()}#customer-{person.pk}",
        carried={FIELD: form_key} if form_key else {},
    )
