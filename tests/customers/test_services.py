from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.catalogue import CATALOGUE
from customers.models import Customer, SpecialMembership
from customers.selectors import customer_list, household_list
from customers.services.people import AlreadyThere
from gridbank.errors import Refused, StaleEdit
from gridbank.scoping import waive_scope
from tests.customers.numbers import id_number
from tests.factories import (
    AreaFactory,
    AssignmentFactory,
    CustomerFactory,
    GridFactory,
    HouseholdFactory,
)

ADULT = id_number()
CHILD = date(timezone.localdate().year - 8, 1, 1)


def one_event(action):
    event = AuditEvent.objects.get()
    assert event.action == action
    return event.details


def refused(about, call, /, **kwargs):
    with pytest.raises(Refused) as caught:
        call(**kwargs)
    assert caught.value.field == about
    return str(caught.value)


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, head_name="曾小明")


def test_a_household_is_made_with_its_head(cast):
    made = services.household_create(
        actor=cast.li,
        data={"grid": cast.grid_li, "area": AreaFactory(), "address": "一号"},
        head={"name": "曾小明", "id_type": "resident", "id_number": ADULT, "phone": "+86 138 0013 8000"},
    )
    head = customer_list(actor=cast.li).get()
    assert (head.household, head.relation, head.gender, head.birth_date) == (
        made, "head", "male", date(1980, 5, 17)
    )  # fmt: skip
    assert (head.phone, head.pinyin, head.initials) == ("13800138000", "zengxiaoming", "zxm")
    assert made.head_name == "曾小明"
    assert made.completeness == 100 * 5 // 11
    assert one_event("household.created")["grid"] == cast.grid_li.pk


def test_a_foreign_grid_is_refused_and_nothing_is_made(cast):
    for grid in (cast.grid_wang, cast.grid_wu, cast.east, None):
        refused("grid", services.household_create, actor=cast.li, data={"grid": grid, "head_name": "某人"})
    assert not household_list(actor=cast.zhao).exists()


def test_a_household_cant_be_moved_to_a_foreign_grid(cast, home):
    refused(
        "grid",
        services.household_update,
        actor=cast.li,
        household=home,
        version=1,
        data={"grid": cast.grid_wu},
    )
    assert household_list(actor=cast.li).get().grid == cast.grid_li


def test_fields_that_are_worked_out_cant_be_set(cast, home):
    for name in ("version", "completeness", "archived_on", "last_met_on", "created_by", "grid_id"):
        with pytest.raises(TypeError):
            services.household_update(actor=cast.li, household=home, version=1, data={name: 1})


def test_a_stranger_finds_no_household_to_change(cast, home):
    for stranger in (cast.wang, cast.wu, cast.sun):
        with pytest.raises(Http404):
            services.household_update(actor=stranger, household=home, version=1, data={"livestock": "牛"})


def test_a_member_of_a_special_grid_is_read_and_not_written(cast, home):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    trader = AssignmentFactory(grid=market).user
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    assert household_list(actor=trader).get() == home
    person = CustomerFactory(household=home)
    today = timezone.localdate()
    consent = services.consent_give(actor=cast.li, customer=person, purpose="location", channel="paper")
    given = {"purpose": "marketing", "channel": "paper"}
    for call in (
        lambda: services.consent_give(actor=trader, customer=person, **given),
        lambda: services.consent_withdraw(actor=trader, consent=consent),
        lambda: services.household_update(actor=trader, household=home, version=1, data={"livestock": "牛"}),
        lambda: services.customer_create(actor=trader, household=home, data={"name": "王五"}),
        lambda: services.customer_update(
            actor=trader, customer=person, version=1, data={"occupation": "木匠"}
        ),
        lambda: services.app_milestone_set(actor=trader, customer=person, step="informed", day=today),
        lambda: services.customer_account_opened(actor=trader, customer=person, day=today),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_a_stale_edit_says_who_changed_what_and_stores_nothing(cast, home):
    services.household_update(actor=cast.chen, household=home, version=1, data={"livestock": "三头牛"})
    with pytest.raises(StaleEdit) as caught:
        services.household_update(actor=cast.li, household=home, version=1, data={"vehicles": "摩托车"})
    assert caught.value.fields == ("livestock",)
    assert caught.value.version == 2
    assert "陈刚" in str(caught.value)
    home.refresh_from_db()
    assert (home.livestock, home.vehicles, home.version) == ("三头牛", "", 2)


def test_the_address_never_reaches_the_audit_log(cast, home):
    services.household_update(actor=cast.li, household=home, version=1, data={"address": "秘密路1号"})
    assert "秘密" not in AuditEvent.objects.get().changes
    assert one_event("household.updated")["fields"] == {"address": ["", "***"]}


HOME_DATA = {
    "group_name": "三组", "address": "秘密路1号", "house_type": "brick", "land_mu": Decimal("3.25"), "livestock": "三头牛",
    "vehicles": "摩托车", "business": "小卖部", "income_band": "to_50k", "income_source": "外出务工", "other_banks": "邮储存款",
    "soft_information": "爱喝茶", "policy_tags": ["veteran"], "longitude": 107.321, "latitude": 25.831,
}  # fmt: skip
PERSON_DATA = {
    "name": "曾小明", "gender": "male", "birth_date": date(1980, 5, 17), "id_type": "resident", "id_number": ADULT,
    "phone": "13800138000", "wechat_added": True, "occupation": "木匠", "workplace": "都匀家具厂", "is_migrant": True,
    "back_season": "harvest", "do_not_contact": True, "relation": "sibling",
}  # fmt: skip


def test_the_trail_names_what_changed_and_tells_nothing_of_the_customer(cast, home):
    """The auditor sees no customer, and the trail can't be erased: what is of class C2 isn't in it."""
    person = CustomerFactory(household=home, name="罗大勇")
    services.household_update(actor=cast.li, household=home, version=1, data=HOME_DATA)
    services.customer_update(actor=cast.li, customer=person, version=1, data=PERSON_DATA)
    events = [event.details["fields"] for event in AuditEvent.objects.order_by("pk")]
    for model, data, fields in zip(("Household", "Customer"), (HOME_DATA, PERSON_DATA), events, strict=True):
        assert set(fields) == set(data)
        secret = {name for name in data if CATALOGUE[model][name].data_class == "C2"}
        assert len(secret) > 8
        for name in secret:
            assert str(data[name]) not in str(fields[name])
            assert fields[name][1] in {"***", "曾*明", "522727********1019", "138****8000"}, name
    assert events[0]["group_name"] == ["", "三组"]
    assert events[1]["relation"] == ["other", "sibling"]
    assert events[1]["name"] == ["罗*勇", "曾*明"]


def test_the_day_of_completion_is_kept(cast, home):
    head = CustomerFactory(
        household=home, relation="head", name="曾小明", id_type="resident", id_number=ADULT, phone="13800138000",
        occupation="务农",
    )  # fmt: skip
    filled = {
        "area": AreaFactory(), "group_name": "一组", "address": "1", "house_type": "brick", "land_mu": 0,
        "income_band": "to_50k", "income_source": "务工",
    }  # fmt: skip
    done = services.household_update(actor=cast.li, household=home, version=1, data=filled)
    assert (done.completeness, done.archived_on, done.archived_by) == (100, timezone.localdate(), cast.li)
    services.customer_update(actor=cast.chen, customer=head, version=1, data={"occupation": ""})
    home.refresh_from_db()
    assert (home.completeness, home.archived_by) == (100 * 10 // 11, cast.li)


def test_an_archive_is_complete_since_the_first_time_it_was(cast, home, monkeypatch):
    """Whoever saves it again takes neither the day nor the credit."""
    first = date(2026, 3, 2)
    person = {"id_type": "resident", "id_number": ADULT, "phone": "13800138000", "occupation": "务农"}
    CustomerFactory(household=home, relation="head", name="曾小明", **person)
    filled = {
        "area": AreaFactory(), "group_name": "一组", "address": "1", "house_type": "brick", "land_mu": 0,
        "income_band": "to_50k", "income_source": "务工",
    }  # fmt: skip
    for version, (actor, day) in enumerate(((cast.li, first), (cast.chen, first + timedelta(days=40))), 1):
        monkeypatch.setattr(timezone, "localdate", lambda *_args, day=day: day)
        changes = {**filled, "vehicles": f"货车{version}"}
        services.household_update(actor=actor, household=home, version=version, data=changes)
        home.refresh_from_db()
        assert (home.completeness, home.archived_on, home.archived_by) == (100, first, cast.li)


def test_numbers_in_free_text_are_refused_with_the_place_they_belong_to(cast, home):
    message = refused(
        "soft_information", services.household_update, actor=cast.li, household=home, version=1,
        data={"soft_information": f"身份证{ADULT}"},
    )  # fmt: skip
    assert ADULT not in message
    refused(
        "business", services.household_update, actor=cast.li, household=home, version=1,
        data={"business": "电话 138-0013-8000"},
    )  # fmt: skip


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


def test_nobody_reaches_anything_before_he_was_born(cast, home):
    person = CustomerFactory(household=home, birth_date=date(1980, 5, 17))
    early = date(1980, 5, 16)
    refused("day", services.app_milestone_set, actor=cast.li, customer=person, step="informed", day=early)
    refused("day", services.customer_account_opened, actor=cast.li, customer=person, day=early)


def test_a_number_is_revealed_for_a_reason_and_fifty_times_a_day(cast, home):
    person = CustomerFactory(household=home, phone="13800138000")
    call = {"actor": cast.li, "customer": person}
    refused("reason", services.customer_reveal, **call, field="phone", reason="  a  ")
    refused("field", services.customer_reveal, **call, field="address", reason="核对身份")
    refused("reason", services.customer_reveal, **call, field="phone", reason="打 13900139000 问")
    for _ in range(50):
        shown = services.customer_reveal(actor=cast.li, customer=person, field="phone", reason="电话回访")
        assert shown == "13800138000"
    refused(None, services.customer_reveal, **call, field="phone", reason="电话回访")
    assert "13800138000" not in "".join(AuditEvent.objects.values_list("changes", flat=True))
    assert AuditEvent.objects.filter(action="customer.revealed").count() == 50
    with pytest.raises(Http404):
        services.customer_reveal(actor=cast.wu, customer=person, field="phone", reason="电话回访")


def test_the_app_is_verified_after_its_download_and_credits_the_actor(cast, home):
    person = CustomerFactory(household=home)
    today = timezone.localdate()
    call = {"actor": cast.li, "customer": person}
    refused("day", services.app_milestone_set, **call, step="verified", day=today)
    refused("day", services.app_milestone_set, **call, step="downloaded", day=today + timedelta(days=1))
    refused("step", services.app_milestone_set, **call, step="version", day=today)
    services.app_milestone_set(**call, step="downloaded", day=today)
    done = services.app_milestone_set(**call, step="verified", day=today)
    assert (done.app_verified_on, done.app_activated_by, done.version) == (today, cast.li, 3)
    refused("day", services.app_milestone_set, **call, step="verified", day=today)


def test_an_account_is_opened_once(cast, home):
    person = CustomerFactory(household=home)
    done = services.customer_account_opened(actor=cast.li, customer=person, day=timezone.localdate())
    assert (done.customer_since, done.opened_by) == (timezone.localdate(), cast.li)
    refused(
        "day", services.customer_account_opened, actor=cast.chen, customer=person, day=timezone.localdate()
    )


def test_consent_is_given_once_and_withdrawn_once(cast, home):
    person = CustomerFactory(household=home)
    call = {"actor": cast.li, "customer": person, "purpose": "marketing", "channel": "paper"}
    given = services.consent_give(**call)
    refused("purpose", services.consent_give, **call)
    assert services.consent_withdraw(actor=cast.li, consent=given).withdrawn_at is not None
    refused(None, services.consent_withdraw, actor=cast.li, consent=given)
    services.consent_give(**call)


def test_the_last_meeting_never_moves_back(cast, home):
    services.household_met(household_id=home.pk, day=date(2026, 3, 2))
    services.household_met(household_id=home.pk, day=date(2026, 3, 1))
    home.refresh_from_db()
    assert home.last_met_on == date(2026, 3, 2)


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
