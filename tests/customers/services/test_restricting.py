"""What is known of somebody is only kept: where he is found no more, what is refused, and who ends it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from customers import selectors, services
from customers.conditions import Wanted
from customers.models import Restriction
from customers.searching import Kind, Term
from customers.selectors import claim_list, claims_to_decide, people_wanted
from gridbank.errors import Refused
from needs.forms import NeedForm
from needs.selectors import open_needs
from needs.services import need_raise
from tests.customers.filling import ADULT, API, ids, one_event, refused
from tests.factories import CustomerFactory, HouseholdFactory, NeedFactory
from tests.visits.bodies import person_in, visit_json
from visits.enums import Outcome
from visits.presenting.today import today_list
from visits.selectors import households_found, members
from visits.services import visit_log

WHY = {"reason": "本人书面要求"}
TODAY = timezone.localdate


@pytest.fixture
def person(cast):
    return person_in(cast.grid_li)


@pytest.fixture
def wife(cast, person):
    return CustomerFactory(household=person.household, name="李桂花", relation="spouse")


def restrict(cast, person):
    services.restriction_set(actor=cast.li, customer=person, **WHY)
    person.refresh_from_db()
    return person


def test_it_has_a_reason_a_day_and_who_wrote_it_down(cast, person):
    for wrong in ("", "  ", f"身份证{ADULT}"):
        refused("reason", services.restriction_set, actor=cast.li, customer=person, reason=wrong)
    restrict(cast, person)
    assert one_event("customer.restricted")["reason"] == WHY["reason"]
    (kept,) = Restriction.objects.visible_to(cast.li)
    assert (kept.reason, kept.set_by, kept.lifted_at) == (WHY["reason"], cast.li, None)
    refused("reason", services.restriction_set, actor=cast.li, customer=person, **WHY)
    with pytest.raises(Http404):
        services.restriction_set(actor=cast.wu, customer=person, **WHY)


def test_the_branch_ends_it_and_everything_is_as_before(cast, person):
    refused("reason", services.restriction_lift, actor=cast.chen, customer=person, **WHY)
    restrict(cast, person)
    with pytest.raises(PermissionDenied):
        services.restriction_lift(actor=cast.li, customer=person, **WHY)
    refused("reason", services.restriction_lift, actor=cast.chen, customer=person, reason=" ")
    services.restriction_lift(actor=cast.chen, customer=person, reason="本人撤回")
    (kept,) = Restriction.objects.visible_to(cast.li)
    assert (kept.lifted_by, kept.lifted_because) == (cast.chen, "本人撤回")
    restrict(cast, person)
    assert Restriction.objects.visible_to(cast.li).count() == 2


def test_he_is_in_no_plan_no_list_no_suggestion_and_no_count(cast, person, wife):
    other = person_in(cast.grid_li, name="赵一")
    NeedFactory(household=person.household, customer=person, due_on=TODAY())

    def seen():
        people = people_wanted(actor=cast.li, wanted=Wanted())
        found = households_found(actor=cast.li, term=Term(Kind.NAME, person.name))
        return (
            {row.household.pk for row in today_list(actor=cast.li, day=TODAY()).rows},
            {row.pk for row in people},
            people.count(),
            [home.pk for home, _person in found],
            [need.customer_id for need in open_needs(actor=cast.li)],
        )

    assert seen() == (
        {person.household_id, other.household_id}, {person.pk, wife.pk, other.pk}, 3, [person.household_id], [person.pk],
    )  # fmt: skip
    restrict(cast, person)
    assert seen() == ({other.household_id}, {wife.pk, other.pk}, 2, [], [])
    assert list(members(actor=cast.li, household=person.household)) == [wife]


def test_of_a_member_the_household_stays_but_not_what_he_asked_for(cast, person, wife):
    person.household.last_met_on = TODAY()
    person.household.save()
    NeedFactory(household=person.household, customer=wife, due_on=TODAY())
    assert today_list(actor=cast.li, day=TODAY()).rows[0].need is not None
    restrict(cast, wife)
    assert today_list(actor=cast.li, day=TODAY()).rows == []
    own = NeedFactory(household=person.household, customer=None, due_on=TODAY())
    assert today_list(actor=cast.li, day=TODAY()).rows[0].need == own


def test_found_by_name_in_the_list_he_is_marked(cast, person, client):
    restrict(cast, person)
    client.force_login(cast.li)
    assert ids(client.get("/customers/")) == []
    page = client.get("/customers/", {"q": person.name})
    assert (ids(page), "限制处理" in page.text) == ([str(person.pk)], True)


def test_the_api_lists_him_nowhere_and_says_so_of_him(cast, person, client):
    restrict(cast, person)
    client.force_login(cast.li)
    assert client.get(f"{API}/customers/").json()["results"] == []
    assert client.get(f"{API}/customers/", {"household": person.household_id}).json()["results"] == []
    assert client.get(f"{API}/customers/{person.pk}/").json()["restricted_at"] is not None
    assert client.get(f"{API}/needs/", {"status": "open"}).json()["results"] == []


def test_nothing_is_written_of_him(cast, person):
    restrict(cast, person)
    other = HouseholdFactory(grid=cast.grid_li)
    call = {"actor": cast.li, "customer": person}
    for service, more in (
        (services.customer_update, {"version": person.version, "data": {"occupation": "木匠"}}),
        (services.consent_give, {"purpose": "account", "channel": "paper"}),
        (services.app_milestone_set, {"step": "informed", "day": TODAY()}),
        (services.customer_account_opened, {"day": TODAY()}),
        (services.customer_reveal, {"field": "phone", "reason": "电话约定走访时间"}),
        (services.person_resettle, {"household": other, "relation": "other"}),
        (need_raise, {"household": person.household, "text": "贷款", "raised_on": TODAY()}),
    ):
        with pytest.raises(Refused, match="限制处理"):
            service(**call, **more)
    choices = NeedForm(actor=cast.li, household=person.household)
    choices.offer([person])
    assert (list(choices.fields["customer"].queryset), len(choices.fields["customer"].choices)) == ([], 1)


def test_a_visit_of_before_still_arrives_and_one_of_since_does_not(cast, person):
    before = visit_json(person)
    restrict(cast, person)
    assert visit_log(actor=cast.li, body=before).status == Outcome.CREATED
    since = (timezone.now() + timedelta(seconds=1)).isoformat()
    result = visit_log(actor=cast.li, body=visit_json(person, started_at=since))
    assert (result.status, list(result.errors)) == (Outcome.REJECTED, ["customer"])


def test_the_household_says_why_and_offers_what_is_left(cast, person, client):
    services.consent_give(actor=cast.li, customer=person, purpose="marketing", channel="paper")
    client.force_login(cast.li)
    url = f"/customers/{person.pk}/restrict/"
    home = person.household.get_absolute_url()
    assert url in client.get(home).text
    assert client.post(url, WHY, follow=True).status_code == 200
    page = client.get(home).text
    assert (WHY["reason"] in page, cast.li.name in page, url in page) == (True, True, False)
    assert f'<a href="/customers/{person.pk}/edit/">' not in page
    client.force_login(cast.chen)
    assert f"{url}lift/" in client.get(home).text
    client.post(f"{url}lift/", {"reason": "本人撤回"})
    assert selectors.customer_list(actor=cast.li).get(pk=person.pk).restricted_at is None


@pytest.mark.parametrize("state", ["restricted", "child"])
def test_a_consent_is_withdrawn_on_the_page_whatever_else_may_not_be_done(cast, person, client, state):
    """PIPL 15: withdrawing is as easy as agreeing; what is only kept, or is a child's, is no exception."""
    born = timezone.localdate() - timedelta(days=3000 if state == "child" else 12000)
    guardian = person if state == "child" else None
    other = CustomerFactory(household=person.household, name="罗小宝", birth_date=born, guardian=guardian)
    consent = services.consent_give(actor=cast.li, customer=other, purpose="location", channel="paper")
    if state == "restricted":
        services.restriction_set(actor=cast.li, customer=other, **WHY)
    client.force_login(cast.li)
    url = f"/customers/consents/{consent.pk}/withdraw/"
    home = other.household.get_absolute_url()
    assert client.get(home).text.count(f'action="{url}"') == 1
    assert client.post(url, {"sure": "yes"}).status_code == 302
    assert url not in client.get(home).text
    assert selectors.consent_list(actor=cast.li).get(pk=consent.pk).withdrawn_at is not None


def test_no_day_of_his_is_put_right_and_no_claim_decided_meanwhile(cast, person):
    services.customer_account_opened(actor=cast.li, customer=person, day=TODAY())
    claims = list(claim_list(actor=cast.chen).values_list("pk", flat=True))
    decide = {"actor": cast.chen, "claims": claims, "verdict": 2}
    restrict(cast, person)
    assert not claims_to_decide(actor=cast.chen).exists()
    refused("claims", services.claims_decide, **decide)
    correct = {
        "actor": cast.chen,
        "step": "customer_since",
        "day": TODAY() - timedelta(days=1),
        "reason": "写错",
    }
    refused("day", services.step_day_correct, customer=person, version=person.version, **correct)
    services.restriction_lift(actor=cast.chen, customer=person, reason="本人撤回")
    assert services.claims_decide(**decide) == 1
