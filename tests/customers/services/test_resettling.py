"""Somebody moves to another household: heads on both sides, what follows him, and where he lived stays said."""

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models, transaction
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers.guards import residence_guards
from customers.models import Residence
from customers.selectors import homes_on
from customers.services import person_resettle
from customers.services.moving import household_move_ask
from gridbank.scoping import waive_scope
from gridbank.triggers import broken
from grids.services import backdating_sign
from performance import facts, services
from products.models import Offer
from tests.customers.filling import refused
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    HouseholdFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    UserFactory,
    VisitFactory,
)
from tests.performance.world import MONTH, customer, household
from tests.visits.bodies import visit_json
from visits.models import Visit
from visits.services import visit_correct, visit_log

TODAY = timezone.localdate


@pytest.fixture
def old(cast):
    return household(cast.grid_li, head_name="曾小明")


@pytest.fixture
def new(cast):
    home = household(cast.grid_wang, head_name="王大")
    customer(home, name="王大", relation="head")
    return home


def go(actor, person, home, relation="other", **more):
    return person_resettle(actor=actor, customer=person, household=home, relation=relation, **more)


def again(*rows):
    for row in rows:
        row.refresh_from_db()
    return rows


def test_where_he_lived_stays_said(cast, old, new):
    person = customer(old)
    opened = timezone.localdate(person.created_at)
    span = go(cast.chen, person, new, "child")
    yesterday = TODAY() - timedelta(days=1)
    assert (span.household, span.valid_from, span.valid_to, span.moved_by) == (
        old,
        opened,
        yesterday,
        cast.chen,
    )
    again(person)
    assert (person.household, person.relation, person.version) == (new, "child", 2)
    days = (opened, yesterday, TODAY())
    found = homes_on(wanted={(person.pk, day) for day in days}, now={person.pk: new.pk})
    assert [found[person.pk, day] for day in days] == [old.pk, old.pk, new.pk]
    event = AuditEvent.objects.last()
    assert event.action == "customer.resettled"
    assert event.details["fields"] == {"household": [old.pk, new.pk], "relation": ["other", "child"]}
    # back on the same day: he never lived there at a day's end
    assert go(cast.chen, person, old) is None


def test_a_head_who_leaves_names_who_follows(cast, old, new):
    head = customer(old, name="曾小明", relation="head")
    son = customer(old, name="曾大", relation="child")
    refused("successor", go, actor=cast.chen, person=head, home=new)
    refused("relation", go, actor=cast.chen, person=head, home=new, relation="head", successor=son)
    go(cast.chen, head, new, "parent", successor=son)
    again(old, new, head, son)
    assert (old.head_name, son.relation, head.relation, new.head_name) == ("曾大", "head", "parent", "王大")
    # the last one leaves an empty house, and heads one that has none
    empty = household(cast.grid_li, head_name="空户")
    go(cast.chen, son, empty, "head")
    again(empty, old)
    assert (empty.head_name, old.ended_on) == ("曾大", TODAY())
    # and it is lived in again
    go(cast.chen, son, old, "head")
    again(empty, old)
    assert (empty.ended_on, old.ended_on) == (TODAY(), None)


def test_a_household_of_the_dead_ends_when_its_last_one_leaves_and_lives_again_with_who_comes(cast, old, new):
    customer(old, died_on=date(2025, 5, 5))
    person = customer(old)
    go(cast.chen, person, new)
    assert again(old)[0].ended_on == TODAY()
    go(cast.chen, person, old)
    assert again(old)[0].ended_on is None


def test_guardians_and_children(cast, old, new):
    mother = customer(old)
    child = customer(old, birth_date=TODAY() - timedelta(days=900), guardian=mother)
    refused("household", go, actor=cast.chen, person=mother, home=new)
    go(cast.chen, child, new, "grandchild")
    assert again(child)[0].guardian.name == "王大"
    go(cast.chen, mother, new)
    headless = household(cast.grid_li)
    refused("guardian", go, actor=cast.chen, person=child, home=headless)


def test_the_dead_stay_where_they_were_and_nobody_moves_to_where_he_is(cast, old, new):
    refused("household", go, actor=cast.chen, person=customer(old, died_on=TODAY()), home=new)
    refused("household", go, actor=cast.chen, person=customer(old), home=old)
    refused("relation", go, actor=cast.chen, person=customer(old), home=new, relation="boss")


def test_both_sides_must_be_ones_own(cast, old, new):
    person = customer(old)
    for actor in (cast.li, cast.wang, cast.zhou, cast.sun):
        with pytest.raises(Http404):
            go(actor, person, new)
    mine = household(cast.grid_li)
    go(cast.li, person, mine)
    for grid in (cast.grid_li, cast.grid_wang):
        AssignmentFactory(grid=grid, user=cast.sun, part="helper")
    with pytest.raises(PermissionDenied):
        go(cast.sun, person, new)


def test_open_needs_go_along_and_visits_stay(cast, old, new):
    person = customer(old)
    need, closed = (NeedFactory(household=old, customer=person, status=status) for status in ("open", "done"))
    others = NeedFactory(household=old)
    paid = VisitFactory(customer=person, staff=cast.li, started_at=timezone.now() - timedelta(days=3))
    go(cast.chen, person, new)
    again(need, closed, others, paid)
    assert [row.household for row in (need, closed, others, paid)] == [new, old, old, old]


def test_a_visit_of_a_day_before_that_comes_in_after_stands_in_the_household_of_its_day(cast, old, new):
    person = customer(old)
    go(cast.chen, person, new)
    for days, home in ((2, old), (0, new)):
        at = timezone.now() - timedelta(days=days)
        body = {
            "id": f"7c9e6679-7425-40de-944b-e07fc1f90ae{days}", "customer": person.pk, "started_at": at.isoformat(),
            "mode": "door", "met": True,
        }  # fmt: skip
        assert visit_log(actor=cast.chen, body=body).status == "created"
        with waive_scope("test"):
            visit = Visit.objects.get(pk=body["id"])
        assert (visit.household, visit.grid) == (home, home.grid)


NOON = timezone.make_aware(datetime.combine(date(2026, 9, 21), time(12)))


@pytest.mark.parametrize("comes", ["before he moves", "after it", "with a wrong time"])
def test_a_visit_of_the_day_on_which_he_moved_stands_where_it_was_paid_whenever_it_comes_in(
    cast, old, new, comes
):
    """He was visited in the morning and moved at noon: whether the laptop was online by then is no matter."""
    with time_machine.travel(NOON - timedelta(days=30), tick=False):
        person, morning = customer(old), NOON - timedelta(hours=3)
    body = visit_json(person, started_at=morning.isoformat())
    with time_machine.travel(NOON - timedelta(hours=2), tick=False):
        if comes == "before he moves":
            visit_log(actor=cast.chen, body=body)
    with time_machine.travel(NOON, tick=False):
        go(cast.chen, person, new)
    with time_machine.travel(NOON + timedelta(hours=4), tick=False):
        evening = {**body, "started_at": (NOON + timedelta(hours=1)).isoformat()}
        visit_log(actor=cast.chen, body=evening if comes == "with a wrong time" else body)
        row = models.QuerySet(Visit).get()
        if comes == "with a wrong time":
            assert (row.household, row.grid) == (new, cast.grid_wang)
            visit_correct(actor=cast.chen, visit=row, body=body, reason="时间写错")
    row = models.QuerySet(Visit).get()
    assert (row.household, row.grid) == (old, cast.grid_li)


def sums(cast):
    run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    return {
        (row.indicator, row.staff_id): (row.numerator, row.denominator) for row in facts.sums_of(run.pk)
    }, run


def test_a_month_that_is_over_counts_him_where_he_lived(cast, old, new):
    person = customer(old, customer_since=date(2026, 9, 9), app_downloaded_on=MONTH, app_verified_on=MONTH)
    before, run = sums(cast)
    assert before["app_activation", cast.li.pk] == (1, 1)
    go(cast.chen, person, new)
    after, later = sums(cast)
    assert (after, later.root_hash) == (before, run.root_hash)


def test_a_visit_that_is_put_right_stands_in_the_household_of_its_day(cast, old, new):
    """He moved on the day before; a visit of today turns out to be one of last week."""
    person, days = customer(old), [timezone.now() - timedelta(days=n, minutes=1) for n in (0, 7)]
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        go(cast.chen, person, new)
    product = ProductFactory()
    body = visit_json(
        person, started_at=days[0].isoformat(), offers=[{"product": product.pk, "result": "refused"}]
    )
    visit_log(actor=cast.chen, body=body)
    row = models.QuerySet(Visit).get()
    assert (row.household, row.grid) == (new, cast.grid_wang)
    visit_correct(
        actor=cast.chen, visit=row, body={**body, "started_at": days[1].isoformat()}, reason="日期写错"
    )
    (row,) = again(models.QuerySet(Visit).get())
    assert (row.household, row.grid) == (old, cast.grid_li)
    assert [offer.grid for offer in models.QuerySet(Offer)] == [cast.grid_li]
    again(old, new)
    assert (old.last_met_on, new.last_met_on) == (timezone.localdate(days[1]), None)
    # and back again, though both are corrections of one household's visit
    visit_correct(actor=cast.chen, visit=row, body=body, reason="没写错")
    assert models.QuerySet(Visit).get().household == new


def test_offers_follow_a_household_that_moved_before_only_of_who_lived_there_then(cast, old, new):
    """A household is said to have moved three days ago; somebody left it and somebody entered it yesterday."""
    left, entered = customer(old), customer(new)
    customer(old), customer(new)
    for person in (left, entered):
        OfferFactory(customer=person, grid=person.household.grid, offered_on=TODAY() - timedelta(days=2))
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        go(cast.chen, left, new)
        go(cast.chen, entered, old)
    asked = household_move_ask(
        actor=cast.zhao, household=old, grid=cast.grid_wu, since=TODAY() - timedelta(days=3), reason="补录"
    )
    second = UserFactory(role="head_office")
    AssignmentFactory(user=second, grid=cast.root, part="deputy")
    backdating_sign(actor=second, backdating=asked)
    assert {offer.customer: offer.grid for offer in models.QuerySet(Offer)} == {
        left: cast.grid_wu, entered: cast.grid_wang,
    }  # fmt: skip


def test_where_people_lived_is_only_added(cast, old, new):
    go(cast.chen, customer(old), new)
    assert broken(connection, residence_guards()) == []
    for sql in ("UPDATE customers_residence SET valid_to = '2030-01-01'", "DELETE FROM customers_residence"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_page_moves_and_both_households_tell(client, cast, old, new):
    head, son = customer(old, relation="head"), customer(old, name="曾大")
    client.force_login(cast.chen)
    address = f"/customers/{head.pk}/move/"
    assert address in client.get(old.get_absolute_url()).text
    body = {"code": new.code, "relation": "parent"}
    assert client.post(address, body).status_code == 422
    unseen = HouseholdFactory(grid=cast.grid_wu)
    assert client.post(address, {**body, "code": unseen.code, "successor": son.pk}).status_code == 422
    assert client.post(address, {**body, "successor": son.pk}).status_code == 302
    for home in (old, new):
        text = client.get(home.get_absolute_url()).text
        assert ("转入转出" in text, old.code in text) == (True, True)
    with waive_scope("test"):
        assert Residence.objects.count() == 1
    # who sees only one side isn't told of the other
    client.force_login(cast.wang)
    assert old.code not in client.get(new.get_absolute_url()).text
    assert client.get(f"/customers/{CustomerFactory(household=unseen).pk}/move/").status_code == 404
