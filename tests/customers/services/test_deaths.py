"""Somebody dies: who follows him as head, what ends, what isn't counted from then on, and how a wrong one is undone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import selectors, services
from customers.conditions import Wanted
from customers.services import death_record, death_undo
from gridbank.scoping import waive_scope
from performance import facts
from performance import services as months
from performance.models import LateChange
from tests.customers.filling import refused
from tests.factories import CustomerFactory, HouseholdFactory, NeedFactory
from tests.performance.world import MONTH, customer, household, visit
from visits.presenting.today import today_list
from visits.services import visit_log

TODAY = timezone.localdate


@pytest.fixture
def family(cast, home):
    """A head, his wife, his grown son and a child."""
    return [
        CustomerFactory(household=home, name=name, relation=relation, birth_date=born)
        for name, relation, born in (
            ("曾小明", "head", date(1950, 5, 17)), ("李桂花", "spouse", date(1955, 3, 2)),
            ("曾大", "child", date(1980, 1, 9)), ("曾小", "grandchild", date(2020, 1, 9)),
        )
    ]  # fmt: skip


def again(*rows):
    for row in rows:
        row.refresh_from_db()
    return rows


def test_a_living_adult_follows_the_head(cast, home, family):
    head, wife, son, child = family
    for wrong in (None, child, head, CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))):
        refused("successor", death_record, actor=cast.li, customer=head, day=TODAY(), successor=wrong)
    death_record(actor=cast.li, customer=head, day=TODAY(), successor=wife)
    again(home, *family)
    assert [one.relation for one in family] == ["other", "head", "child", "grandchild"]
    assert (head.died_on, home.head_name, home.ended_on) == (TODAY(), "李桂花", None)
    event = AuditEvent.objects.last()
    assert (event.action, event.details["successor"]) == ("customer.died", wife.pk)
    # the one who died is no choice the next time
    refused("successor", death_record, actor=cast.li, customer=wife, day=TODAY(), successor=head)
    death_record(actor=cast.li, customer=wife, day=TODAY(), successor=son)
    assert again(son)[0].relation == "head"


def test_who_was_not_the_head_has_no_successor(cast, family):
    _head, wife, son, _child = family
    refused("successor", death_record, actor=cast.li, customer=wife, day=TODAY(), successor=son)
    death_record(actor=cast.li, customer=wife, day=TODAY())
    refused("day", death_record, actor=cast.li, customer=wife, day=TODAY())


def test_of_whom_only_children_are_left_the_household_says_so(li, cast, home):
    head = CustomerFactory(household=home, name="曾小明", relation="head", birth_date=date(1950, 5, 17))
    child = CustomerFactory(household=home, birth_date=date(2020, 1, 9), guardian=head)
    death_record(actor=cast.li, customer=head, day=TODAY())
    again(home, head, child)
    assert (home.head_name, home.ended_on, head.relation, child.relation) == (
        "曾小明",
        None,
        "other",
        "other",
    )
    page = li.get(home.get_absolute_url()).text
    assert ("没有登记在册、可接任户主的在世成年人" in page, "已故，请另选监护人" in page) == (True, True)
    refused(
        "guardian", services.customer_update, actor=cast.li, customer=child, version=1, data={"name": "曾小"}
    )


@pytest.mark.parametrize(
    ("days", "fields"),
    [(1, {}), (-365 * 90, {}), (-9, {"customer_since": 3}), (-9, {"app_downloaded_on": 3})],
)
def test_the_day_must_be_one_he_could_have_died_on(cast, home, days, fields):
    reached = {name: TODAY() - timedelta(days=ago) for name, ago in fields.items()}
    person = CustomerFactory(household=home, birth_date=date(1950, 5, 17), **reached)
    refused("day", death_record, actor=cast.li, customer=person, day=TODAY() + timedelta(days=days))


def test_consents_end_and_no_new_one_is_given_nor_anything_reached(cast, family):
    wife = family[1]
    old = services.consent_give(actor=cast.li, customer=wife, purpose="account", channel="paper")
    death_record(actor=cast.li, customer=wife, day=TODAY() - timedelta(days=1))
    assert again(old)[0].withdrawn_at is not None
    wife = again(wife)[0]
    call = {"actor": cast.li, "customer": wife}
    refused("purpose", services.consent_give, **call, purpose="marketing", channel="paper")
    refused("day", services.customer_account_opened, **call, day=TODAY())
    services.customer_account_opened(**call, day=TODAY() - timedelta(days=1))
    refused("relation", services.customer_update, **call, version=3, data={"relation": "head"})


def test_a_wrong_one_is_undone_and_all_is_as_before(cast, home, family):
    head, wife, _son, _child = family
    kept = services.consent_give(actor=cast.li, customer=head, purpose="account", channel="paper")
    gone = services.consent_give(actor=cast.li, customer=head, purpose="location", channel="paper")
    services.consent_withdraw(actor=cast.li, consent=gone)
    death_record(actor=cast.li, customer=head, day=TODAY(), successor=wife)
    with pytest.raises(PermissionDenied, match="陈刚"):
        death_undo(actor=cast.li, customer=head, reason="同名")
    refused("reason", death_undo, actor=cast.chen, customer=head, reason=" ")
    death = death_undo(actor=cast.chen, customer=head, reason="同名误登记")
    again(home, kept, gone, *family)
    assert [one.relation for one in family] == ["head", "spouse", "child", "grandchild"]
    assert (head.died_on, home.head_name) == (None, "曾小明")
    assert (kept.withdrawn_at, gone.withdrawn_at is None) == (None, False)
    assert (death.undone_by, death.undone_because) == (cast.chen, "同名误登记")
    refused("reason", death_undo, actor=cast.chen, customer=head, reason="同名误登记")
    death_record(actor=cast.li, customer=head, day=TODAY(), successor=wife)


def test_who_became_head_meanwhile_stays_it(cast, home, family):
    head, wife, son, _child = family
    death_record(actor=cast.li, customer=head, day=TODAY(), successor=wife)
    death_record(actor=cast.li, customer=again(wife)[0], day=TODAY(), successor=son)
    death_undo(actor=cast.chen, customer=head, reason="同名误登记")
    again(home, head, son)
    assert (head.relation, son.relation, home.head_name) == ("other", "head", "曾大")


def test_nobody_tells_of_people_out_of_his_sight_or_ground(cast, home, family):
    theirs = CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu))
    for actor in (cast.li, cast.chen, cast.sun):
        with pytest.raises(Http404):
            death_record(actor=actor, customer=theirs, day=TODAY())
        with pytest.raises(Http404):
            death_undo(actor=actor, customer=theirs, reason="同名误登记")


def test_whose_people_have_all_died_is_in_no_plan_and_in_no_list(cast, home):
    person = CustomerFactory(household=home, relation="head", birth_date=date(1950, 5, 17))
    other = CustomerFactory(household=home, birth_date=date(1950, 5, 17))
    NeedFactory(household=home, due_on=TODAY() - timedelta(days=3))
    due = lambda: [row.household.pk for row in today_list(actor=cast.li, day=TODAY()).rows]
    assert due() == [home.pk]
    death_record(actor=cast.li, customer=person, day=TODAY() - timedelta(days=2), successor=other)
    assert due() == [home.pk]
    death_record(actor=cast.li, customer=again(other)[0], day=TODAY() - timedelta(days=9))
    assert (due(), again(home)[0].ended_on) == ([], TODAY() - timedelta(days=2))
    assert list(selectors.people_wanted(actor=cast.li, wanted=Wanted())) == []
    services.customer_create(actor=cast.li, household=home, data={"name": "曾大"})
    assert (due(), again(home)[0].ended_on) == ([home.pk], None)


def test_the_dead_are_not_visited_after_their_day(cast, home):
    person = CustomerFactory(household=home, died_on=TODAY() - timedelta(days=1))
    body = {
        "id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "customer": person.pk,
        "started_at": timezone.now().isoformat(), "mode": "door", "met": True,
    }  # fmt: skip
    found = visit_log(actor=cast.li, body=body)
    assert (found.status, found.errors) == ("rejected", {"customer": ["此人当时已去世。"]})


def sums(cast):
    run = months.run_compute(bank=cast.root, month=MONTH, again=True)
    return {
        row.indicator: (row.numerator, row.denominator)
        for row in facts.sums_of(run.pk)
        if row.staff_id == cast.li.pk
    }


@pytest.mark.parametrize(("day", "adults"), [(date(2026, 9, 30), 1), (date(2026, 10, 1), 2)])
def test_from_that_day_on_nobody_counts_him(cast, day, adults):
    home = household(cast.grid_li)
    person, other = customer(home), customer(home)
    visit(cast.li, person, 5)
    death_record(actor=cast.li, customer=person, day=day)
    found = sums(cast)
    assert (found["app_activation"], found["visit_coverage"]) == ((0, adults), (1, 1))
    death_record(actor=cast.li, customer=other, day=day)
    assert sums(cast).get("visit_coverage", 0) == ((1, 1) if adults == 2 else 0)


def test_a_final_month_stays_and_lists_it(cast):
    home = household(cast.grid_li)
    person = customer(home)
    customer(home)
    period = months.run_compute(bank=cast.root, month=MONTH).period
    months.period_publish(actor=cast.zhao, period=period)
    death_record(actor=cast.li, customer=person, day=date(2026, 9, 20))
    death_undo(actor=cast.chen, customer=person, reason="同名误登记")
    with waive_scope("test"):
        changes = [change.changes for change in LateChange.objects.order_by("pk")]
    assert changes == [{"died_on": [None, "2026-09-20"]}, {"died_on": ["2026-09-20", None]}]


def test_pages_record_and_take_back(li, client, cast, home, family):
    head, wife, son, child = family
    address = f"/customers/{head.pk}/death/"
    page = li.get(home.get_absolute_url()).text
    assert address in page
    form = li.get(address).text
    assert (f'value="{wife.pk}"' in form, f'value="{child.pk}"' in form) == (True, False)
    assert li.post(address, {"day": TODAY().isoformat()}).status_code == 422
    assert "successor" not in li.get(f"/customers/{wife.pk}/death/").text
    done = li.post(address, {"day": TODAY().isoformat(), "successor": son.pk}, follow=True).text
    assert (f"{TODAY():%Y-%m-%d} 去世" in done, f"{address}undo/" in done) == (True, False)
    assert li.get(f"{address}undo/").status_code == 403
    client.force_login(cast.chen)
    assert f"{address}undo/" in client.get(home.get_absolute_url()).text
    assert client.post(f"{address}undo/", {"reason": "同名误登记"}).status_code == 302
    assert again(head)[0].relation == "head"
