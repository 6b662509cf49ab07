import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.models import Customer, Household
from gridbank.scoping import waive_scope
from needs.models import Need
from tests.customers.numbers import id_number
from tests.factories import AreaFactory, CustomerFactory, HouseholdFactory, NeedFactory

ADULT = id_number()
PHONE = "13800138000"


def full_person(cast, household, **more):
    data = {"name": "曾小明", "relation": "head", "id_type": "resident", "id_number": ADULT, "phone": PHONE}
    return services.customer_create(actor=cast.li, household=household, data={**data, **more})


def as_user(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, area=AreaFactory(), head_name="曾小明")


@pytest.fixture
def li(client, cast):
    return as_user(client, cast.li)


def ids(response):
    return re.findall(r'id="customer-(\d+)"', response.text)


def listed(client, **query):
    response = client.get(reverse("customers:list"), query)
    assert response.status_code == 200
    return ids(response)


def test_the_list_shows_own_people_masked(li, cast, home):
    mine = full_person(cast, home)
    CustomerFactory(household__grid=cast.grid_wang)
    CustomerFactory(household__grid=cast.grid_wu)
    response = li.get(reverse("customers:list"))
    assert ids(response) == [str(mine.pk)]
    assert "138****8000" in response.text
    assert PHONE not in response.text
    assert ADULT not in response.text
    assert "no-store" in response["Cache-Control"]


def test_people_are_found_by_name_pinyin_initials_and_phone_tail(li, cast, home):
    mine = [str(full_person(cast, home).pk)]
    CustomerFactory(household=home, name="李梅", pinyin="limei", initials="lm")
    for text in ("曾小", "zengxiao", "ZXM", "Zeng Xiaoming", "8000", "８０００"):
        assert listed(li, q=text) == mine, text
    for text in ("小明", "%", "_", "曾%", "' or 1=1", "eng", "1380"):
        assert listed(li, q=text) == [], text


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("王\u3000芳", ["王芳", "王 芳", "王\u3000芳", "wangfang", "wf"]),
        ("\u2f6f\u2f5f梅", ["石玉梅", "\u2f6f\u2f5f梅", "石 玉", "shiyumei", "sym"]),
        ("阿依古丽•买买提", ["阿依古丽·买", "阿依古丽・买买提", "阿依古丽.买买提"]),
        ("\u202d李\u200b梅\u202c", ["李梅", "\u200b李梅", "limei"]),
        ("单雄信", ["单雄", "shanxiong", "danxiong", "chanxiongxin", "dan", "sxx", "dxx"]),
        ("仇小红", ["qiuxiao", "chouxiao", "qxh", "cxh"]),
        ("卜凡", ["bufan", "bofan", "bf"]),
    ],
)
def test_a_name_is_found_however_it_was_written(li, cast, home, name, terms):
    """P7, P16."""
    other = services.customer_create(actor=cast.li, household=home, data={"name": "赵大明"})
    mine = services.customer_create(actor=cast.li, household=home, data={"name": name})
    for text in terms:
        assert listed(li, q=text) == [str(mine.pk)], text
    assert listed(li, q="赵") == [str(other.pk)]
    services.customer_update(actor=cast.li, customer=mine, version=1, data={"name": "钱一"})
    assert listed(li, q=terms[0]) == []
    assert listed(li, q="钱一") == [str(mine.pk)]


def test_a_pasted_phone_and_note_are_stored(li, cast, home):
    """P10, P11."""
    url = reverse("customers:customer-new", args=[home.pk])
    pasted = "\u202d13985400123\u202c"
    assert (
        li.post(
            url, {"name": "李\u200b梅", "relation": "head", "id_type": "none", "phone": pasted}
        ).status_code
        == 302
    )
    with waive_scope("test"):
        person = Customer.objects.get()
    assert (person.phone, person.name) == ("13985400123", "李梅")
    assert listed(li, q="\u202d0123\u202c") == [str(person.pk)]
    note = household_form(home, soft_information="生于1958-7-21 1960-3-4")
    home.refresh_from_db()
    response = li.post(reverse("customers:household-edit", args=[home.pk]), {**note, "version": home.version})
    assert response.status_code == 302


def test_a_whole_number_in_the_address_is_refused_and_not_repeated(li, cast, home):
    full_person(cast, home)
    for number in (ADULT, PHONE):
        response = li.get(reverse("customers:list"), {"q": number})
        assert response["Location"] == reverse("customers:list")
        assert "alert--bad" in li.get(response["Location"]).text


def test_another_branchs_people_are_never_found(li, cast):
    theirs = HouseholdFactory(grid=cast.grid_wu)
    services.customer_create(
        actor=cast.wu, household=theirs,
        data={"name": "曾小明", "id_type": "resident", "id_number": ADULT, "phone": PHONE},
    )  # fmt: skip
    for text in ("曾小明", "zengxiaoming", "8000"):
        assert listed(li, q=text) == []
    for number in (ADULT, PHONE):
        response = li.post(reverse("customers:search"), {"number": number})
        assert (response.status_code, ids(response)) == (200, [])
        assert number not in response.text
    response = li.get(reverse("customers:list"), {"grid": cast.grid_wu.pk})
    assert (ids(response), "丙村" in response.text) == ([], False)


def test_an_exact_number_opens_the_household(li, cast, home):
    person = full_person(cast, home)
    for number in (ADULT, ADULT.lower(), f" {ADULT[:6]} {ADULT[6:]}", PHONE, "+86 138-0013-8000"):
        response = li.post(reverse("customers:search"), {"number": number})
        assert response["Location"] == f"{home.get_absolute_url()}#customer-{person.pk}"
    assert li.get(reverse("customers:search")).status_code == 405


def test_a_wrong_number_is_explained_and_not_repeated(li, caplog):
    wrong = ADULT[:-1] + ("1" if ADULT[-1] != "1" else "2")
    response = li.post(reverse("customers:search"), {"number": wrong})
    assert response.status_code == 422
    assert wrong not in response.text
    assert wrong not in caplog.text


def test_filters_narrow_the_list(client, cast, home):
    client = as_user(client, cast.chen)
    today = timezone.localdate()
    full = HouseholdFactory(grid=cast.grid_wang, completeness=100, last_met_on=today, policy_tags=["veteran"])
    a = str(CustomerFactory(household=home, birth_date=date(2020, 1, 1)).pk)
    b = str(CustomerFactory(
        household=full, birth_date=date(1980, 1, 1), is_migrant=True, app_downloaded_on=today, app_verified_on=today
    ).pk)  # fmt: skip
    for query, expected in (
        ({"grid": cast.grid_li.pk}, [a]),
        ({"branch": cast.east.pk}, [a, b]),
        ({"archive": "complete"}, [b]),
        ({"archive": "poor"}, [a]),
        ({"met": "never"}, [a]),
        ({"met": "recent"}, [b]),
        ({"met": "long_ago"}, []),
        ({"migrant": "on"}, [b]),
        ({"app": "verified"}, [b]),
        ({"app": "none"}, [a]),
        ({"tag": "veteran"}, [b]),
        ({"age": "0-17"}, [a]),
        ({"age": "36-59"}, [b]),
        ({"age": "60-"}, []),
    ):
        assert listed(client, **query) == expected, query


def test_unknown_filter_values_are_an_error_and_not_everybody(li, cast, home):
    CustomerFactory(household=home)
    for query in (
        {"met": "x"},
        {"tag": "' or 1"},
        {"grid": "abc"},
        {"grid": cast.grid_wang.pk},
        {"after": "-1"},
    ):
        response = li.get(reverse("customers:list"), query)
        assert (ids(response), "field__error" in response.text or "alert--bad" in response.text) == (
            [],
            True,
        ), query


def test_pages_by_key_reach_everybody_once(li, cast, home):
    everybody = [str(person.pk) for person in CustomerFactory.create_batch(120, household=home)]
    seen, url = [], reverse("customers:list")
    while url:
        text = li.get(url, headers={"HX-Request": "true"}).text
        seen += re.findall(r'id="customer-(\d+)"', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = reverse("customers:list") + found[1].replace("&amp;", "&") if found else None
    assert seen == everybody
    back = re.search(r'rel="prev" href="([^"]+)"', text)[1]
    assert ids(li.get(reverse("customers:list") + back)) == everybody[50:100]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(li, cast, home, count, django_assert_num_queries):
    for _ in range(count):
        CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))
    li.get(reverse("customers:list"))
    with django_assert_num_queries(6):
        response = li.get(reverse("customers:list"), headers={"HX-Request": "true"})
    assert len(ids(response)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_households_page_asks_the_same_number_of_queries(
    li, cast, home, count, django_assert_num_queries
):
    for _ in range(count):
        person = CustomerFactory(household=home)
        NeedFactory(household=home, customer=person)
        services.consent_give(actor=cast.li, customer=person, purpose="marketing", channel="paper")
    li.get(home.get_absolute_url())
    with django_assert_num_queries(17):
        response = li.get(home.get_absolute_url())
    assert len(ids(response)) == count


def test_the_households_page_shows_everything_masked_and_leaves_a_trace(li, cast, home):
    full_person(cast, home, occupation="务农")
    NeedFactory(household=home, text="想贷款买牛", due_on=date(2026, 1, 9))
    before = AuditEvent.objects.count()
    response = li.get(home.get_absolute_url())
    for text in ("曾小明", "138****8000", f"{ADULT[:6]}********{ADULT[-4:]}", "想贷款买牛", "李娜", "务农"):
        assert text in response.text, text
    assert PHONE not in response.text
    assert ADULT not in response.text
    event = AuditEvent.objects.last()
    assert (AuditEvent.objects.count(), event.action, event.subject_id) == (
        before + 1, "customer.opened", str(home.pk)
    )  # fmt: skip


def test_hostile_names_are_inert(li, cast, home):
    hostile = '<img src=x onerror=alert(1)>"{{7*7}}'
    home.head_name = hostile
    home.soft_information = home.livestock = hostile
    home.save()
    CustomerFactory(household=home, name=hostile, occupation=hostile)
    for url in (home.get_absolute_url(), reverse("customers:list")):
        text = li.get(url).text
        assert "<img src=x" not in text
        assert "{{7*7}}" in text


def row_urls(person, need, consent):
    home = person.household_id
    return [
        ("customers:household", home), ("customers:household-edit", home), ("customers:customer-new", home),
        ("needs:new", home), ("customers:customer-edit", person.pk), ("customers:reveal", person.pk),
        ("customers:app-milestone", person.pk), ("customers:account-opened", person.pk),
        ("customers:consent-give", person.pk), ("customers:consent-withdraw", consent.pk),
        ("needs:close", need.pk),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["wang", "wu", "sun"])
def test_another_grids_rows_look_absent_on_every_route(client, cast, home, who):
    person = CustomerFactory(household=home)
    need = NeedFactory(household=home)
    consent = services.consent_give(actor=cast.li, customer=person, purpose="marketing", channel="paper")
    as_user(client, getattr(cast, who))
    for route, pk in row_urls(person, need, consent):
        for method in ("get", "head", "post", "put", "patch", "delete", "options"):
            response = getattr(client, method)(reverse(route, args=[pk]))
            assert response.status_code in {404, 405}, (route, method)
        assert client.get(reverse(route, args=[999999])).status_code in {404, 405}
    assert AuditEvent.objects.filter(action="scope.denied", actor=getattr(cast, who)).exists()


@pytest.mark.parametrize("role", ["sysadmin", "secadmin", "auditor"])
def test_the_three_officers_see_no_customer(client, cast, home, role):
    from tests.factories import UserFactory

    person = CustomerFactory(household=home)
    need = NeedFactory(household=home)
    consent = services.consent_give(actor=cast.li, customer=person, purpose="marketing", channel="paper")
    as_user(client, UserFactory(role=role))
    for route, pk in row_urls(person, need, consent):
        assert client.get(reverse(route, args=[pk])).status_code == 403, route
    for route in ("customers:list", "customers:household-new", "needs:list"):
        assert client.get(reverse(route)).status_code == 403, route


def household_form(home, **more):
    return {"version": home.version, "grid": home.grid_id, "area": home.area_id or "", **more}


def test_a_household_is_edited(li, cast, home):
    data = household_form(
        home, livestock="三头牛", policy_tags=["veteran"], completeness="100", archived_on="2026-01-01"
    )
    response = li.post(reverse("customers:household-edit", args=[home.pk]), data)
    assert response["Location"] == home.get_absolute_url()
    home.refresh_from_db()
    assert (home.livestock, home.policy_tags, home.completeness, home.archived_on) == (
        "三头牛", ["veteran"], 100 // 11, None
    )  # fmt: skip


def test_a_foreign_grid_in_the_form_is_an_error_and_no_link(li, cast, home):
    for grid in (cast.grid_wang, cast.grid_wu, cast.east):
        response = li.post(
            reverse("customers:household-edit", args=[home.pk]),
            household_form(home, grid=grid.pk, livestock="牛"),
        )
        assert response.status_code == 422
        assert "field__error" in response.text
        home.refresh_from_db()
        assert (home.grid, home.livestock) == (cast.grid_li, "")


def test_a_stale_form_keeps_what_was_typed_and_says_what_changed(li, cast, home):
    services.household_update(actor=cast.chen, household=home, version=1, data={"vehicles": "货车"})
    url = reverse("customers:household-edit", args=[home.pk])
    response = li.post(url, household_form(home, livestock="三头牛"))
    assert response.status_code == 422
    assert "陈刚" in response.text
    assert 'value="三头牛"' in response.text
    assert 'name="version" value="2"' in response.text
    assert li.post(url, {**household_form(home, livestock="三头牛"), "version": 2}).status_code == 302


def test_a_new_household_with_its_head(li, cast, home):
    data = {
        "grid": cast.grid_li.pk, "head-name": "李梅", "head-id_type": "resident", "head-id_number": ADULT,
        "head-phone": PHONE, "address": "一号",
    }  # fmt: skip
    response = li.post(reverse("customers:household-new"), data)
    with waive_scope("test"):
        made = Household.objects.get(head_name="李梅")
        head = Customer.objects.get(household=made)
    assert response["Location"] == made.get_absolute_url()
    assert (head.id_number, head.phone, head.birth_date, head.relation) == (
        ADULT,
        PHONE,
        date(1980, 5, 17),
        "head",
    )


def test_a_wrong_new_household_loses_nothing_but_the_number_and_stores_nothing(li, cast, home):
    wrong = ADULT[:-1] + ("1" if ADULT[-1] != "1" else "2")
    data = {
        "grid": cast.grid_li.pk, "head-name": "李梅", "head-id_type": "resident", "head-id_number": wrong,
        "address": "一号",
    }  # fmt: skip
    response = li.post(reverse("customers:household-new"), data)
    assert response.status_code == 422
    assert 'value="一号"' in response.text
    assert 'value="李梅"' in response.text
    assert wrong not in response.text
    with waive_scope("test"):
        assert Household.objects.count() == 1


def test_everything_wrong_is_said_at_once_and_a_right_number_stays_typed(li, cast, home):
    data = {
        "grid": cast.grid_li.pk, "head-name": "李梅", "head-id_type": "resident", "head-id_number": ADULT,
        "head-phone": "123", "soft_information": "打 13900139000", "business": f"证 {ADULT}",
    }  # fmt: skip
    response = li.post(reverse("customers:household-new"), data)
    assert response.status_code == 422
    assert response.text.count('class="field__error"') == 3
    assert f'value="{ADULT}"' in response.text


def person_form(**more):
    return {"version": 1, "name": "曾小明", "relation": "head", "id_type": "resident", **more}


def test_blank_numbers_stay_and_are_never_sent_back(li, cast, home):
    person = full_person(cast, home)
    url = reverse("customers:customer-edit", args=[person.pk])
    page = li.get(url).text
    assert ADULT not in page
    assert PHONE not in page
    assert (
        li.post(url, person_form(occupation="教师", birth_date="1980-05-17", gender="male")).status_code
        == 302
    )
    person.refresh_from_db()
    assert (person.id_number, person.phone, person.occupation, person.version) == (ADULT, PHONE, "教师", 2)
    data = person_form(forget_phone="on", birth_date="1980-05-17", gender="male", occupation="教师")
    assert li.post(url, {**data, "version": 2}).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.phone_digest) == ("", "")


def test_a_new_number_brings_its_own_birth_date(li, cast, home):
    person = full_person(cast, home)
    other = id_number(date(1981, 6, 7), 102)
    url = reverse("customers:customer-edit", args=[person.pk])
    data = person_form(id_number=other, birth_date="1980-05-17", gender="male")
    assert li.post(url, data).status_code == 302
    person.refresh_from_db()
    assert (person.birth_date, person.gender) == (date(1981, 6, 7), "female")


def test_mass_assignment_changes_nothing_else(li, cast, home):
    person = full_person(cast, home)
    theirs = HouseholdFactory(grid=cast.grid_wu)
    url = reverse("customers:customer-edit", args=[person.pk])
    more = {
        "household": theirs.pk, "customer_since": "2026-01-01", "opened_by": cast.wu.pk, "id_digest": "x",
        "app_verified_on": "2026-01-01", "birth_date": "1980-05-17", "gender": "male", "pinyin": "x",
    }  # fmt: skip
    assert li.post(url, person_form(**more)).status_code == 302
    person.refresh_from_db()
    assert (person.household_id, person.customer_since, person.app_verified_on, person.pinyin) == (
        home.pk, None, None, "zengxiaoming"
    )  # fmt: skip


def test_the_same_person_is_linked_to(li, cast, home):
    there = full_person(cast, home)
    url = reverse("customers:customer-new", args=[home.pk])
    response = li.post(url, person_form(relation="other", id_number=ADULT))
    assert response.status_code == 422
    assert f"{home.get_absolute_url()}#customer-{there.pk}" in response.text


def test_a_guardian_from_elsewhere_is_no_choice(li, cast, home):
    stranger = CustomerFactory(birth_date=date(1980, 1, 1))
    url = reverse("customers:customer-new", args=[home.pk])
    response = li.post(
        url,
        {
            "name": "宝",
            "relation": "child",
            "id_type": "none",
            "birth_date": "2022-01-01",
            "guardian": stranger.pk,
        },
    )
    assert response.status_code == 422
    assert stranger.name not in response.text


def test_a_number_is_shown_once_for_a_reason(li, cast, home):
    person = full_person(cast, home)
    url = reverse("customers:reveal", args=[person.pk])
    assert li.get(url).status_code == 405
    assert li.post(url, {"field": "phone", "reason": "x"}).status_code == 422
    assert li.post(url, {"field": "address", "reason": "电话回访"}).status_code == 422
    part = li.post(url, {"field": "phone", "reason": "电话回访"}, headers={"HX-Request": "true"})
    assert PHONE in part.text
    assert "<html" not in part.text
    whole = li.post(url, {"field": "id_number", "reason": "核对身份"})
    assert ADULT in whole.text
    assert "no-store" in whole["Cache-Control"]
    assert AuditEvent.objects.filter(action="customer.revealed", actor=cast.li).count() == 2


def test_steps_consents_and_needs_are_recorded_from_the_page(li, cast, home):
    person = full_person(cast, home)
    today = timezone.localdate().isoformat()
    for route, data in (
        ("app-milestone", {"step": "downloaded", "day": today}),
        ("account-opened", {"day": today}),
        ("consent-give", {"purpose": "marketing", "channel": "paper"}),
    ):
        response = li.post(reverse(f"customers:{route}", args=[person.pk]), data)
        assert response["Location"] == f"{home.get_absolute_url()}#customer-{person.pk}", route
    assert li.post(reverse("needs:new", args=[home.pk]), {"text": "买牛"}).status_code == 302
    person.refresh_from_db()
    assert (person.customer_since, person.opened_by) == (timezone.localdate(), cast.li)
    with waive_scope("test"):
        consent, need = person.consents.get(), Need.objects.get()
    assert li.post(reverse("customers:consent-withdraw", args=[consent.pk])).status_code == 302
    close = reverse("needs:close", args=[need.pk])
    assert li.get(close).status_code == 200
    assert li.post(close, {"status": "done", "outcome": ""}).status_code == 422
    assert li.post(close, {"status": "done", "outcome": "已办"}).status_code == 302
    assert li.post(close, {"status": "done", "outcome": "已办"}).status_code == 409


def test_what_is_wrong_with_a_step_or_a_consent_is_said_beside_what_was_typed(li, cast, home):
    person = full_person(cast, home)
    tomorrow = timezone.localdate() + timedelta(days=1)
    wrong = (
        ("app-milestone", {"step": "x", "day": "y"}, ["field__error"]),
        ("app-milestone", {"step": "informed", "day": tomorrow.isoformat()}, [f'value="{tomorrow}"']),
        (
            "app-milestone",
            {"step": "verified", "day": "2026-01-05"},
            ['value="verified" selected', "2026-01-05"],
        ),
        ("account-opened", {"day": "1979-01-01"}, ['value="1979-01-01"']),
        ("account-opened", {"day": ""}, ["field__error"]),
        ("consent-give", {"purpose": "marketing"}, ['value="marketing" selected']),
    )
    for route, data, kept in wrong:
        response = li.post(reverse(f"customers:{route}", args=[person.pk]), data)
        assert response.status_code == 422, (route, data)
        for text in [*kept, "field__error", person.name]:
            assert text in response.text, (route, data, text)
    before = person.version
    person.refresh_from_db()
    assert (person.version, person.customer_since, person.app_informed_on) == (before, None, None)


def test_what_is_given_already_is_said_with_the_form(li, cast, home):
    person = full_person(cast, home)
    services.consent_give(actor=cast.li, customer=person, purpose="marketing", channel="paper")
    data = {"purpose": "marketing", "channel": "paper"}
    response = li.post(reverse("customers:consent-give", args=[person.pk]), data)
    assert (response.status_code, "field__error" in response.text) == (422, True)


def test_a_head_who_is_there_already_is_refused_in_the_form(li, cast, home):
    full_person(cast, home)
    data = {
        "grid": cast.grid_li.pk, "address": "一号", "head-name": "曾小明", "head-id_type": "resident",
        "head-id_number": ADULT,
    }  # fmt: skip
    response = li.post(reverse("customers:household-new"), data)
    assert (response.status_code, 'value="一号"' in response.text) == (422, True)
    with waive_scope("test"):
        assert Household.objects.count() == 1


def test_a_million_characters_are_refused(li, cast, home):
    response = li.post(
        reverse("customers:household-edit", args=[home.pk]),
        household_form(home, soft_information="1 " * 500_000),
    )
    assert response.status_code in {400, 413, 422}
    home.refresh_from_db()
    assert home.soft_information == ""
