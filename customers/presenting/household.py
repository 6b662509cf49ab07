"""What a household's page shows, read once for the whole page."""

from typing import Any

from django.utils import timezone

from customers import completeness, personal, policies, selectors
from customers.enums import AppState, Evidence, PolicyTag, Relation
from customers.models import Consent, Customer, Household, Restriction
from customers.panels import Opened, panels_for
from customers.presenting.people import app_state
from customers.services.milestones import STEP_DAYS
from gridbank.days import GUARDED_AGE
from grids.authority import Act, may, why_not
from people.models import User

NEXT_STEP = {AppState.NONE: "informed", AppState.INFORMED: "downloaded", AppState.DOWNLOADED: "verified"}


def _numbers(person: Customer) -> list[dict[str, Any]]:
    """Return a person's numbers, masked; the first phone says that it is also the WeChat contact's."""
    phones = personal.names(personal.searchable(Customer))
    note = str(Customer._meta.get_field("wechat_added").verbose_name) if person.wechat_added else ""
    return [
        {
            "name": field.name,
            "label": field.label,
            "masked": field.masked(person),
            "note": note if field.name in phones[:1] else "",
            "revealable": field.revealable and bool(getattr(person, field.name)),
        }
        for field in personal.numbers(Customer)
    ]


def _member(person: Customer, consents: list[Consent], restriction: Restriction | None) -> dict[str, Any]:
    today = timezone.localdate()
    age = person.age_on(today)
    state = app_state(person)
    shown = _numbers(person)
    verified = state == AppState.VERIFIED
    refuted = verified and person.app_evidence == Evidence.REFUTED
    return {
        "person": person,
        "restriction": restriction,
        "numbers": shown,
        "revealable": [number for number in shown if number["revealable"] and restriction is None],
        "age": person.years_on(today),
        "app": state,
        "has_days": any(getattr(person, name) for name in STEP_DAYS),
        "app_evidence": person.get_app_evidence_display() if verified and person.app_evidence else "",
        "account_refuted": person.account_evidence == Evidence.REFUTED,
        # what was refuted may be recorded anew
        "next_step": "verified" if refuted else NEXT_STEP.get(state, ""),
        "consents": [consent for consent in consents if consent.customer_id == person.pk],
        "is_child": age is not None and age < GUARDED_AGE,
    }


def household_context(*, actor: User, household: Household) -> dict[str, Any]:
    """Return what the page's template needs but its forms."""
    today = timezone.localdate()
    people = selectors.household_people(actor=actor, household=household)
    consents = selectors.household_consents(actor=actor, household=household)
    restrictions = selectors.restrictions_of(actor=actor, people=people)
    may_write = policies.may_write(actor=actor, household=household)
    # whoever comes to where nobody lives any more, by its address of before, is led on
    went = (
        [] if people else selectors.merge_list(actor=actor).filter(merged__household=household).defer("kept")
    )
    head = next((person for person in people if person.relation == Relation.HEAD), None)
    head_values = None if head is None else {name: getattr(head, name) for name in selectors.HEAD_FIELDS}
    return {
        "household": household,
        "today": today,
        "days_unmet": (today - household.last_met_on).days if household.last_met_on else None,
        "head": head,
        "members": [_member(person, consents, restrictions.get(person.pk)) for person in people],
        "went": went,
        "residences": list(selectors.residence_list(actor=actor, household=household)),
        "measure": completeness.measure(selectors.household_values(household), head_values),
        "responsible": selectors.responsible_today(household=household),
        "may_write": may_write,
        "may_undo_death": may(actor, Act.DEATH_UNDO, household.grid),
        "may_lift": bool(restrictions) and may(actor, Act.RESTRICTION_LIFT, household.grid),
        "headless": head is None and any(person.died_on for person in people),
        "why_not": "" if may_write else why_not(actor, Act.ARCHIVE_WRITE, household.grid),
        "tags": [PolicyTag(tag).label for tag in household.policy_tags if tag in PolicyTag.values],
        "panels": panels_for(Opened(actor, household, people, may_write)),
    }
