"""The list of people, and the exact search that leaves nothing in an address."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from customers import services
from customers.models import Customer
from gridbank.scoping import waive_scope
from tests.customers.filling import ADULT, PHONE, full_person, household_form, ids
from tests.factories import CustomerFactory, HouseholdFactory


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
    client.force_login(cast.chen)
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
    with django_assert_num_queries(7):
        response = li.get(reverse("customers:list"), headers={"HX-Request": "true"})
    assert len(ids(response)) == count
