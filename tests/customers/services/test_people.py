"""People of a household: the rules on identity, heads and minors."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.utils import timezone

from customers import services
from customers.models import Customer
from customers.selectors import customer_list
from customers.services.asking import asked_today
from customers.services.people import NOT_OF_MINORS, AlreadyThere, check_minor
from gridbank.errors import Refused, StaleEdit
from gridbank.scoping import waive_scope
from tests.customers.filling import ADULT, PHONE, full_person, refused
from tests.customers.numbers import id_number
from tests.factories import CustomerFactory, HouseholdFactory

CHILD = date(timezone.localdate().year - 8, 1, 1)


def test_a_household_has_one_head(cast, home):
    CustomerFactory(household=home, relation="head")
    refused(
        "relation", services.customer_create, actor=cast.li, household=home,
        data={"name": "王五", "relation": "head"},
    )  # fmt: skip


def test_what_the_id_number_says_must_agree(cast, home):
    person = {"name": "王五", "id_type": "resident", "id_number": ADULT}
    call = {"actor": cast.li, "household": home}
    refused("birth_date", services.customer_create, **call, data={**person, "birth_date": date(1980, 5, 18)})
    refused("gender", services.customer_create, **call, data={**person, "gender": "female"})
    refused("id_type", services.customer_create, **call, data={**person, "id_type": "none"})
    wrong = ADULT[:-1] + ("1" if ADULT[-1] != "1" else "2")
    assert wrong not in refused(
        "id_number", services.customer_create, **call, data={**person, "id_number": wrong}
    )
    assert not customer_list(actor=cast.li).exists()


def test_the_same_person_in_sight_is_named(cast, home):
    there = services.customer_create(
        actor=cast.li, household=home, data={"name": "曾小明", "id_type": "resident", "id_number": ADULT}
    )
    with pytest.raises(AlreadyThere) as caught:
        services.customer_create(
            actor=cast.chen,
            household=home,
            data={"name": "曾晓明", "id_type": "resident", "id_number": ADULT},
        )
    assert caught.value.customer == there


def test_the_same_person_out_of_sight_is_only_said_to_exist(cast, home):
    services.customer_create(
        actor=cast.li, household=home, data={"name": "曾小明", "id_type": "resident", "id_number": ADULT}
    )
    theirs = HouseholdFactory(grid=cast.grid_wu)
    message = refused(
        "id_number", services.customer_create, actor=cast.wu, household=theirs,
        data={"name": "别名", "id_type": "resident", "id_number": ADULT},
    )  # fmt: skip
    assert "曾小明" not in message
    assert "甲村" not in message
    assert customer_list(actor=cast.wu).count() == 0


def test_the_old_and_the_new_number_are_the_same_person(cast, home):
    new = id_number(date(1970, 3, 4), 123)
    old = new[:6] + new[8:17]
    services.customer_create(
        actor=cast.li, household=home, data={"name": "甲", "id_type": "resident", "id_number": new}
    )
    with pytest.raises(AlreadyThere):
        services.customer_create(
            actor=cast.li, household=home, data={"name": "甲", "id_type": "resident_15", "id_number": old}
        )


def test_a_child_needs_a_guardian_of_the_same_household_and_few_data(cast, home):
    adult = CustomerFactory(household=home, birth_date=date(1980, 1, 1))
    stranger = CustomerFactory(birth_date=date(1980, 1, 1))
    young = CustomerFactory(household=home, birth_date=date(2012, 1, 1))
    child = {"name": "曾小宝", "birth_date": CHILD}
    call = {"actor": cast.li, "household": home}
    for guardian in (None, stranger, young):
        refused("guardian", services.customer_create, **call, data={**child, "guardian": guardian})
    for name, value in (("phone", "13800138000"), ("wechat_added", True), ("occupation", "学生")):
        refused(name, services.customer_create, **call, data={**child, "guardian": adult, name: value})
    made = services.customer_create(actor=cast.li, household=home, data={**child, "guardian": adult})
    assert made.guardian == adult
    refused(
        "birth_date", services.customer_update, actor=cast.li, customer=adult, version=1,
        data={"birth_date": date(2010, 1, 1)},
    )  # fmt: skip


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1799, 5, 17), timezone.localdate() + timedelta(days=1)])
def test_a_day_of_birth_that_cant_be_is_refused_without_a_document_too(cast, home, day):
    """D4."""
    refused(
        "birth_date",
        services.customer_create,
        actor=cast.li,
        household=home,
        data={"name": "甲", "birth_date": day},
    )
    rows = [services.PersonRow(name="甲", relation="head", birth_date=day)]
    with pytest.raises(Refused, match="出生日期"):
        services.households_bulk_create(
            actor=cast.li, rows=[services.HouseholdRow(grid_id=cast.grid_li.pk, members=rows)]
        )


def test_people_are_stored_unreadable(cast, home):
    services.customer_create(
        actor=cast.li, household=home,
        data={"name": "王五", "id_type": "resident", "id_number": ADULT, "phone": "13800138000"},
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select * from customers_customer")
        stored = repr(cursor.fetchall())
    assert ADULT not in stored
    assert "13800138000" not in stored
    with waive_scope("test"):
        assert Customer.objects.get().id_number == ADULT


def test_a_head_names_his_household(cast, home):
    head = services.customer_create(
        actor=cast.li, household=home, data={"name": "曾大明", "relation": "head"}
    )
    home.refresh_from_db()
    assert home.head_name == "曾大明"
    services.customer_update(actor=cast.li, customer=head, version=1, data={"name": "曾大大"})
    services.customer_create(actor=cast.li, household=home, data={"name": "李梅"})
    home.refresh_from_db()
    assert home.head_name == "曾大大"


def test_the_head_may_be_changed_by_making_room_first(cast, home):
    head = services.customer_create(actor=cast.li, household=home, data={"name": "甲", "relation": "head"})
    other = services.customer_create(actor=cast.li, household=home, data={"name": "乙"})
    call = {"actor": cast.li, "customer": other, "version": 1, "data": {"relation": "head"}}
    refused("relation", services.customer_update, **call)
    services.customer_update(actor=cast.li, customer=head, version=1, data={"relation": "parent"})
    services.customer_update(**call)
    home.refresh_from_db()
    assert home.head_name == "乙"


def test_saving_a_person_as_he_is_changes_nothing(cast, home):
    person = full_person(cast, home)
    same = {"name": person.name, "phone": PHONE, "id_number": ADULT, "id_type": "resident"}
    done = services.customer_update(actor=cast.li, customer=person, version=1, data=same)
    assert (done.version, done.birth_date) == (1, date(1980, 5, 17))


def test_a_stale_person_is_refused_before_anything_is_judged(cast, home):
    person = full_person(cast, home)
    services.customer_update(actor=cast.chen, customer=person, version=1, data={"occupation": "教师"})
    with pytest.raises(StaleEdit) as caught:
        services.customer_update(actor=cast.li, customer=person, version=1, data={"phone": "x"})
    assert (caught.value.fields, caught.value.version) == (("occupation",), 2)


def test_a_new_number_wins_over_what_the_old_one_said_but_not_over_what_is_given(cast, home):
    person, new = full_person(cast, home), id_number(date(1981, 6, 7), 102)
    call = {"actor": cast.li, "customer": person}
    wrong = {"id_number": new, "birth_date": date(1980, 5, 17)}
    refused("birth_date", services.customer_update, **call, version=1, data=wrong)
    done = services.customer_update(**call, version=1, data={"id_number": new})
    assert (done.birth_date, done.gender) == (date(1981, 6, 7), "female")
    gone = services.customer_update(**call, version=2, data={"id_number": "", "id_type": "none"})
    assert (gone.id_digest, gone.birth_date) == (None, date(1981, 6, 7))
    # nobody is here by the old number any more
    full_person(cast, home, relation="other", phone="")


def test_what_is_found_by_follows_what_is_changed(cast, home):
    person = full_person(cast, home)
    before = (person.phone_digest, person.phone_tail_digest, person.pinyin)
    services.customer_update(
        actor=cast.li, customer=person, version=1, data={"phone": "13900139000", "name": "李梅"}
    )
    person.refresh_from_db()
    after = (person.phone_digest, person.phone_tail_digest, person.pinyin)
    assert not set(before) & set(after)
    assert (person.pinyin, person.initials) == ("limei", "lm")


def test_a_person_out_of_sight_is_absent(cast, home):
    person = full_person(cast, home)
    for stranger in (cast.wu, cast.wang, cast.sun):
        with pytest.raises(Http404):
            services.customer_update(actor=stranger, customer=person, version=1, data={"name": "甲"})
        with pytest.raises(Http404):
            services.customer_create(actor=stranger, household=home, data={"name": "甲"})


@pytest.mark.parametrize(
    "name", ["household", "version", "id_digest", "customer_since", "pinyin", "created_by"]
)
def test_what_is_worked_out_of_a_person_cant_be_set(cast, home, name):
    person = full_person(cast, home)
    with pytest.raises(TypeError):
        services.customer_update(actor=cast.li, customer=person, version=1, data={name: 1})
    with pytest.raises(TypeError):
        services.customer_create(actor=cast.li, household=home, data={"name": "甲", name: 1})


@pytest.mark.parametrize("name", NOT_OF_MINORS)
def test_of_a_child_nothing_else_is_recorded(name):
    home = HouseholdFactory.build(pk=1, grid=None)
    adult = Customer(pk=1, household=home, birth_date=date(1980, 1, 1))
    child = Customer(household=home, birth_date=CHILD, guardian=adult)
    check_minor(child)
    setattr(child, name, "x")
    refused(name, check_minor, person=child)
    # the same of somebody grown is nobody's matter
    child.birth_date = date(1980, 1, 1)
    check_minor(child)


def test_nobody_guards_himself(cast, home):
    person = CustomerFactory(household=home, birth_date=date(1980, 1, 1))
    refused(
        "guardian", services.customer_update, actor=cast.li, customer=person, version=1,
        data={"guardian": person},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", " ", "名" * 61, "曾 13800138000"])
def test_a_name_that_is_none_is_refused(cast, home, name):
    refused("name", services.customer_create, actor=cast.li, household=home, data={"name": name})


def test_people_come_together_or_not_at_all(cast, home):
    call = {"actor": cast.li, "household": home}
    adult = {"name": "王五", "id_type": "resident", "id_number": ADULT}
    child = {"name": "王六", "relation": "child", "birth_date": CHILD}
    with pytest.raises(Refused) as caught:
        services.customers_create(**call, people=[adult, {**child, "guardian": 7}])
    assert (caught.value.field, caught.value.place) == ("guardian", 1)
    with pytest.raises(Refused) as caught:
        services.customers_create(**call, people=[{"name": "王七"}, adult, adult])
    assert (caught.value.field, caught.value.place) == ("id_number", 2)
    # each waits for the other
    pair = [
        {"name": name, "birth_date": date(1980, 1, 1), "guardian": other}
        for name, other in (("王七", 1), ("王八", 0))
    ]
    refused("guardian", services.customers_create, **call, people=pair)
    refused(
        "relation",
        services.customers_create,
        **call,
        people=[{"name": name, "relation": "head"} for name in "甲乙"],
    )
    assert not customer_list(actor=cast.li).exists()
    made = services.customers_create(**call, people=[{**child, "guardian": 1}, adult])
    assert made[0].guardian == made[1]


def test_a_refusal_counts_as_often_as_numbers_were_compared(cast, home):
    full_person(cast, home)
    fresh = [
        {"name": f"王{serial}", "id_type": "resident", "id_number": id_number(serial=serial)}
        for serial in (201, 203)
    ]
    there = {"name": "王五", "id_type": "resident", "id_number": ADULT}
    with pytest.raises(AlreadyThere) as caught:
        services.customers_create(actor=cast.li, household=home, people=[*fresh, {"name": "王二"}, there])
    assert (caught.value.place, asked_today(cast.li)) == (3, 3)
