"""The night's look for two archives of one person, and the word that they are two."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import IdentitySpan, Likeness
from customers.pinyin import spell
from customers.selectors import likeness_list
from customers.services import customer_update, twins_deny, twins_reconsider
from customers.services.likening import twins_scan
from customers.tasks import find_twins
from tests.customers.filling import ADULT, refused
from tests.factories import AreaFactory, CustomerFactory, HouseholdFactory

BORN = date(1970, 5, 5)


def pairs():
    rows = models.QuerySet(Likeness).order_by("one_id", "other_id")
    return [(row.one_id, row.other_id) for row in rows]


def one_of(grid, name="曾小明", born=BORN, **more):
    return CustomerFactory(household__grid=grid, name=name, birth_date=born, **more)


@pytest.fixture
def two(cast):
    return one_of(cast.grid_li), one_of(cast.grid_wang)


@pytest.fixture
def pair(two):
    twins_scan(actor=None)
    return models.QuerySet(Likeness).get()


def test_a_pair_is_shown_to_somebody_else_than_who_opened_one_of_its_archives(cast, two):
    """He may have opened it to learn whose day of birth or phone it is; who holds the bank's records knows it anyhow."""
    twins_scan(actor=None)
    seen = {who: likeness_list(actor=who).count() for who in (cast.zhao, cast.chen)}
    assert seen == {cast.zhao: 1, cast.chen: 1}
    two[1].created_by = cast.chen
    two[1].save()
    assert [likeness_list(actor=who).count() for who in (cast.zhao, cast.chen)] == [1, 0]
    two[1].created_by = cast.zhao
    two[1].save()
    assert [likeness_list(actor=who).count() for who in (cast.zhao, cast.chen)] == [1, 1]


def test_the_same_name_and_day_of_birth_are_found_wherever_in_the_bank(two):
    one_of(two[0].household.grid, born=date(1971, 5, 6))
    assert twins_scan(actor=None) == 1
    assert pairs() == [(two[0].pk, two[1].pk)]
    event = AuditEvent.objects.get(action="twins.scanned")
    assert event.details == {"pairs": 1, "gone": 0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "张三", "phone": "13800138000", "born": None}, {"name": "章三", "phone": "13800138000", "born": None}),
        ({"name": "李巳"}, {"name": "李己"}),
        ({"name": "曾明", "phone": "13800138000"}, {"name": "曾小明", "phone": "13800138000"}),
    ],
)  # fmt: skip
def test_other_things_than_name_and_birth_speak_for_one_person(cast, one, other):
    made = [one_of(cast.grid_li, **one), one_of(cast.grid_li, **other)]
    for person in made:
        customer_update(
            actor=cast.li, customer=person, version=1, data={"phone": person.phone, "occupation": "农民"}
        )
    twins_scan(actor=None)
    found = len(pairs())
    # names alone say too little
    assert found == 1 if one["name"] != "张三" else found == 0


def test_in_a_village_a_figure_of_the_birth_may_differ_and_at_home_a_sound(cast):
    village = AreaFactory()
    for born in (BORN, date(1970, 5, 6)):
        one_of(cast.grid_li, born=born, household__area=village)
    home = HouseholdFactory(grid=cast.grid_li)
    for name in ("龙海", "农海"):
        CustomerFactory(household=home, name=name, birth_date=date(1999, 1, 1), pinyin=spell(name)[0])
    twins_scan(actor=None)
    assert len(pairs()) == 2


def test_two_numbers_say_that_they_are_two(cast, two):
    for place, person in enumerate(two):
        person.id_digest = f"{place:064}"
        person.save()
    assert twins_scan(actor=None) == 0


def test_a_document_that_was_another_ones_before_is_certain(cast, two):
    today = timezone.localdate()
    first, second = (
        one_of(cast.grid_li, name="甲", id_digest="a" * 64),
        one_of(cast.grid_wu, name="乙", born=None),
    )
    IdentitySpan(
        customer=second, id_digest="a" * 64, valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1),
        changed_by=cast.wu, changed_at=timezone.now(),
    ).save()  # fmt: skip
    twins_scan(actor=None)
    row = models.QuerySet(Likeness).get(exact=True)
    assert (row.one_id, row.other_id, row.score) == (first.pk, second.pk, 100)


def test_who_died_or_is_only_kept_is_in_no_pair(two):
    two[0].died_on = date(2026, 1, 1)
    two[0].save()
    assert twins_scan(actor=None) == 0


def test_two_banks_hear_nothing_of_each_other(two, cast):
    stranger = CustomerFactory(name="曾小明", birth_date=BORN)
    assert stranger.household.grid.root_id != cast.root.pk
    twins_scan(actor=None)
    assert pairs() == [(two[0].pk, two[1].pk)]


def test_the_score_tells_no_day_of_birth(cast, two, pair):
    # 40 for the name, 20 for the age; 70 would say that they were born on one day
    assert pair.score == 60


def test_a_second_night_changes_nothing_and_what_is_not_likely_any_more_goes(two, pair):
    find_twins()
    assert models.QuerySet(Likeness).get().found_at == pair.found_at
    two[1].name = "王大"
    two[1].save()
    find_twins()
    assert pairs() == []


def test_denied_it_stays_denied_with_who_and_why(cast, two, pair):
    twins_deny(actor=cast.chen, likeness=pair, reason="同名同日，父母不同")
    twins_scan(actor=None)
    pair.refresh_from_db()
    assert (pair.denied_by, pair.denied_because) == (cast.chen, "同名同日，父母不同")
    two[1].name = "王大"
    two[1].save()
    twins_scan(actor=None)
    assert pairs() == [(two[0].pk, two[1].pk)]
    said = {"actor": cast.chen, "likeness": pair}
    assert "已确认" in refused("reason", twins_deny, **said, reason="再说一次")


def test_the_word_is_taken_back(cast, pair):
    assert "没有人" in refused(None, twins_reconsider, actor=cast.chen, likeness=pair)
    twins_deny(actor=cast.chen, likeness=pair, reason="看错了")
    twins_reconsider(actor=cast.zhao, likeness=pair)
    pair.refresh_from_db()
    assert (pair.denied_at, pair.denied_by, pair.denied_because) == (None, None, "")
    event = AuditEvent.objects.last()
    assert (event.action, event.details["denied_by"], event.details["reason"]) == (
        "twins.reconsidered", cast.chen.pk, "看错了",
    )  # fmt: skip


@pytest.mark.parametrize("reason", ["", "  ", f"他的号码是{ADULT}"])
def test_it_wants_a_reason_without_numbers(cast, pair, reason):
    refused("reason", twins_deny, actor=cast.chen, likeness=pair, reason=reason)


def test_an_account_manager_decides_of_nobody(cast, two):
    other = one_of(cast.grid_li)
    assert other
    twins_scan(actor=None)
    own = models.QuerySet(Likeness).get(one=two[0], other=other)
    with pytest.raises(PermissionDenied):
        twins_deny(actor=cast.li, likeness=own, reason="不是")


def test_of_two_branches_head_office_decides(cast):
    one_of(cast.grid_li)
    one_of(cast.grid_wu)
    twins_scan(actor=None)
    pair = models.QuerySet(Likeness).get()
    with pytest.raises(Http404):
        twins_deny(actor=cast.chen, likeness=pair, reason="不是")
    twins_deny(actor=cast.zhao, likeness=pair, reason="不是")


@pytest.mark.parametrize("count", [3, 1000])
def test_a_thousand_people_cost_as_many_queries_as_three(cast, django_assert_max_num_queries, count):
    home = HouseholdFactory(grid=cast.grid_li)
    model = type(CustomerFactory(household=home, name="王芳", birth_date=BORN))
    model.objects.bulk_create(
        model(
            household=home, name=f"王{chr(0x4E00 + place)}芳", birth_date=BORN + timedelta(days=place % 300)
        )
        for place in range(count - 1)
    )
    with django_assert_max_num_queries(22):
        twins_scan(actor=None)
