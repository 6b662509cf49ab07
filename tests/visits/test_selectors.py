"""Reading visits: what the list offers to filter by, its pages, and who finds whom."""

import uuid
from datetime import timedelta
from functools import partial

from django.utils import timezone

from customers.models import Customer, Household
from customers.personal import names, sealed
from customers.searching import sort_out
from gridbank.scoping import waive_scope
from tests.factories import AssignmentFactory, CustomerFactory, ProductFactory, UserFactory, VisitFactory
from tests.visits.bodies import person_in, visit_json
from visits import selectors
from visits.services import visits_sync


def keys(choices):
    return [key for key, _name in choices]


def test_a_small_bank_offers_every_grid_and_person(cast):
    offered = keys(selectors.grid_choices(actor=cast.zhao, near=0))
    assert {cast.east.pk, cast.west.pk, cast.grid_li.pk, cast.grid_wang.pk, cast.grid_wu.pk} <= set(offered)
    assert {cast.li.pk, cast.wang.pk} <= set(keys(selectors.staff_choices(actor=cast.zhao)))


def test_a_large_bank_offers_its_branches_once_and_what_lies_beside_the_chosen_grid(large):
    assert sorted(keys(selectors.grid_choices(actor=large.zhao, near=0))) == sorted(
        [large.east.pk, large.west.pk]
    )
    beside = keys(selectors.grid_choices(actor=large.zhao, near=large.grid_li.pk))
    assert len(beside) == len(set(beside))
    assert {large.east.pk, large.west.pk, large.grid_li.pk, large.grid_wang.pk} <= set(beside)
    assert large.grid_wu.pk not in beside
    below = keys(selectors.grid_choices(actor=large.zhao, near=large.west.pk))
    assert large.grid_wu.pk in below
    assert large.grid_li.pk not in below


def test_a_large_bank_offers_the_people_of_the_chosen_grid_and_the_chosen_person(large):
    assert selectors.staff_choices(actor=large.zhao) == []
    assert large.li.pk in keys(selectors.staff_choices(actor=large.zhao, grid_id=large.grid_li.parent_id))
    assert keys(selectors.staff_choices(actor=large.zhao, staff_id=large.wang.pk)) == [large.wang.pk]


def test_somebody_who_left_is_offered_while_there_are_visits_of_his(cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    gone = UserFactory(name="离岗")
    AssignmentFactory(grid=cast.grid_li, user=gone, part="helper", valid_to=yesterday)
    VisitFactory(customer=person_in(cast.grid_li), staff=gone)
    offered = partial(selectors.staff_choices, staff_id=gone.pk)
    assert offered(actor=cast.li)[-1] == (gone.pk, "离岗")
    assert gone.pk not in keys(selectors.staff_choices(actor=cast.li))
    # his visits are out of sight there, and so is he
    assert gone.pk not in keys(offered(actor=cast.wu))


def test_what_is_asked_for_narrows_what_is_seen_and_widens_nothing(cast, person):
    mine = VisitFactory(customer=person, staff=cast.li, mode="phone", met=False, is_late=True)
    VisitFactory(customer=person, staff=cast.wang)
    theirs = VisitFactory(customer=person_in(cast.grid_wu), staff=cast.wu, mode="phone")

    def found(actor, **wanted):
        return set(selectors.visit_list(actor=actor, wanted=selectors.Wanted(**wanted)))

    for wanted in ({"mode": "phone"}, {"met": False}, {"late": True}, {"staff_id": cast.li.pk}):
        assert found(cast.li, **wanted) == {mine}
    assert found(cast.li, grid=cast.root) == found(cast.li)
    for wanted in ({"grid": cast.grid_wu}, {"staff_id": cast.wu.pk}, {"household_id": theirs.household_id}):
        assert found(cast.li, **wanted) == set()
    assert found(cast.zhao, grid=cast.west) == {theirs}
    assert found(cast.zhao, mode="phone") == {mine, theirs}


def test_where_a_visit_took_place_counts_whatever_became_of_the_household(cast, person):
    visit = VisitFactory(customer=person, staff=cast.li)
    with waive_scope("a test moves a household"):
        Household.objects.filter(pk=person.household_id).update(grid=cast.grid_wang)
    there, here = (
        set(selectors.visit_list(actor=cast.chen, wanted=selectors.Wanted(grid=grid)))
        for grid in (cast.grid_li, cast.grid_wang)
    )
    assert (there, here) == ({visit}, set())


def test_a_range_holds_both_its_days(cast, person):
    days = [timezone.localdate() - timedelta(days=age) for age in (3, 2, 1)]
    made = [
        VisitFactory(customer=person, started_at=timezone.now() - timedelta(days=age)) for age in (3, 2, 1)
    ]

    def found(**wanted):
        return list(selectors.visit_list(actor=cast.li, wanted=selectors.Wanted(**wanted)))

    assert found(since=days[1], until=days[1]) == [made[1]]
    assert found(since=days[1]) == [made[2], made[1]]
    assert found(until=days[1]) == [made[1], made[0]]


def test_the_newest_come_first_and_one_more_than_is_shown(cast, person):
    at = timezone.now()
    made = [
        VisitFactory(customer=person, started_at=at - timedelta(hours=number // 2)) for number in range(7)
    ]
    ordered = sorted(made, key=lambda visit: (visit.started_at, visit.pk), reverse=True)
    rows = selectors.visit_list(actor=cast.li)
    assert list(selectors.newest(rows, 2)) == ordered[:3]
    assert list(selectors.newest(rows, 9)) == ordered


def found(actor, term):
    return selectors.households_found(actor=actor, term=sort_out(term))


def test_a_household_is_found_by_its_number_or_by_one_of_its_people(cast):
    person = person_in(cast.grid_li, code="H900001")
    assert found(cast.li, "h9000") == [(person.household, None)]
    assert found(cast.li, "罗大") == [(person.household, person)]
    for term in ("", "H9", "13800138000", "%", "_", "罗%勇"):
        assert found(cast.li, term) == [], term
    for actor in (cast.wu, cast.sun, cast.wang):
        assert found(actor, "h9000") == found(actor, "罗大") == []


def test_a_household_is_found_once_and_few_of_many(cast, person, monkeypatch):
    CustomerFactory(household=person.household, name="罗大妹")
    others = [person_in(cast.grid_li, f"罗大{word}") for word in "甲乙丙"]
    assert len(found(cast.li, "罗大")) == 4
    monkeypatch.setattr(selectors, "FOUND", 2)
    assert [home.pk for home, _who in found(cast.li, "罗大")] == [person.household_id, others[0].household_id]


def test_where_people_live_is_read_for_those_in_sight_however_many(cast, person, monkeypatch):
    monkeypatch.setattr("gridbank.lookups.PORTION", 2)
    people = [person, *(person_in(cast.grid_li) for _n in range(4))]
    stranger = person_in(cast.grid_wu)
    ids = {each.pk for each in (*people, stranger)} | {10**9}
    assert selectors.homes(actor=cast.li, ids=ids) == {each.pk: each.household_id for each in people}
    assert selectors.homes(actor=cast.li, ids=set()) == {}
    assert set(selectors.customers_by_id(actor=cast.li, ids=ids)) == {each.pk for each in people}


def test_that_an_id_is_taken_is_known_of_whatever_is_out_of_sight(cast, person):
    visit = VisitFactory(customer=person, staff=cast.li, body_hash="a" * 64)
    assert selectors.taken_ids([visit.pk, uuid.uuid4()]) == {visit.pk: (cast.li.pk, "a" * 64)}
    assert selectors.taken_ids([]) == {}


def test_the_first_day_of_somebody_is_that_of_his_first_grid(cast):
    today = timezone.localdate()
    assert selectors.first_day(cast.sun) is None
    AssignmentFactory(user=cast.sun, grid=cast.grid_wang, part="helper", valid_from=today)
    AssignmentFactory(
        user=cast.sun, grid=cast.grid_wu, part="helper", valid_from=today - timedelta(days=90),
        valid_to=today - timedelta(days=60),
    )  # fmt: skip
    assert selectors.first_day(cast.sun) == today - timedelta(days=90)


def test_the_last_meeting_is_that_of_a_visit_at_which_somebody_was_met(cast, person):
    assert selectors.last_met_on(household_id=person.household_id) is None
    for age, met in ((9, True), (5, True), (1, False)):
        VisitFactory(customer=person, started_at=timezone.now() - timedelta(days=age), met=met)
    VisitFactory(customer=person_in(cast.grid_li))
    assert selectors.last_met_on(household_id=person.household_id) == timezone.localdate() - timedelta(days=5)


def test_a_product_off_sale_is_named_and_not_offered(db):
    sold, gone = ProductFactory(name="惠农贷"), ProductFactory(name="旧产品", is_active=False)
    assert selectors.products_on_sale({sold.pk, gone.pk, 10**9}) == {sold.pk}
    assert selectors.products_on_sale(set()) == set()
    assert selectors.product_names({sold.pk, gone.pk, 10**9}) == {sold.pk: "惠农贷", gone.pk: "旧产品"}
    offered = [(sold.pk, sold.name)]
    assert selectors.products_with(offered, [gone.pk, sold.pk]) == [*offered, (gone.pk, gone.name)]
    assert selectors.products_with(offered, []) == offered


def test_a_visit_says_what_its_client_would_have_sent(cast, person):
    product = ProductFactory()
    body = visit_json(
        person,
        note="牛",
        offers=[{"product": product.pk, "result": "offered"}],
        needs=[{"text": "棚"}, {"text": "卡"}],
    )
    visits_sync(actor=cast.li, bodies=[body])
    visit = selectors.visit_list(actor=cast.li).get()
    said = selectors.body_of(actor=cast.li, visit=visit)
    assert (said.digest, [line.text for line in said.needs]) == (visit.body_hash, ["棚", "卡"])
    assert list(selectors.offers_of(actor=cast.li, visits=[visit])) == [visit.pk]
    assert selectors.offers_of(actor=cast.wu, visits=[visit]) == {}


def test_nothing_sealed_is_opened_to_say_who_lives_where(cast, person):
    """Every field that the models seal, whichever they are: its opening costs and no list of visits shows it."""
    people, home = names(sealed(Customer)), names(sealed(Household))
    found = [
        selectors.customers_by_id(actor=cast.li, ids={person.pk})[person.pk],
        selectors.members(actor=cast.li, household=person.household).get(),
    ]
    for one in found:
        assert one.get_deferred_fields() >= set(people)
        assert one.household.get_deferred_fields() >= set(home)
    ((household, _nobody),) = selectors.households_found(actor=cast.li, term=sort_out(person.household.code))
    assert household.get_deferred_fields() >= set(home)
