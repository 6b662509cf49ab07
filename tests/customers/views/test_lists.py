"""The list of people, and the exact search that leaves nothing in an address."""

import re
from datetime import date, timedelta

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
    for text in ("明", "%", "_", "曾%", "' or 1=1", "eng", "1380"):
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
    ):
        response = li.get(reverse("customers:list"), query)
        assert (ids(response), "field__error" in response.text or "alert--bad" in response.text) == (
            [],
            True,
        ), query


@pytest.mark.parametrize("key", ["-1", "x", "9" * 19, "1.5", "\u0661"])
def test_a_page_that_nobody_wrote_leads_back_to_the_beginning(li, home, key):
    CustomerFactory(household=home)
    for by in ("person", "household"):
        response = li.get(reverse("customers:list"), {"after": key, "by": by, "met": "never"})
        assert ids(response) == []
        assert f'href="?by={by}&amp;met=never"' in response.text


def test_pages_by_key_reach_everybody_once(li, cast, home):
    everybody = [str(person.pk) for person in CustomerFactory.create_batch(120, household=home)]
    seen, url = [], reverse("customers:list") + "?by=person"
    while url:
        text = li.get(url).text
        seen += re.findall(r'id="customer-(\d+)"', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = reverse("customers:list") + found[1].replace("&amp;", "&") if found else None
    assert seen == everybody
    back = re.search(r'rel="prev" href="([^"]+)"', text)[1].replace("&amp;", "&")
    assert ids(li.get(reverse("customers:list") + back)) == everybody[50:100]


def test_households_are_rows_and_their_people_fold_out(li, cast, home):
    people = [
        CustomerFactory(household=home, relation=relation).pk for relation in ("child", "head", "spouse")
    ]
    CustomerFactory(household__grid=cast.grid_wang)
    text = li.get(reverse("customers:list")).text
    assert re.findall(r'id="household-(\d+)"', text) == [str(home.pk)]
    assert re.findall(r'id="customer-(\d+)"', text) == [str(people[place]) for place in (1, 0, 2)]
    assert "3 人" in text
    assert "1 户" in text


def test_who_is_looked_for_by_name_is_a_person(li, cast, home):
    full_person(cast, home)
    query = {"q": "曾小"}
    assert 'id="household-' not in li.get(reverse("customers:list"), query).text
    assert 'id="household-' in li.get(reverse("customers:list"), {**query, "by": "household"}).text


def test_filters_in_force_are_chips_and_saved_views_are_counted(li, cast, home):
    full = HouseholdFactory(grid=cast.grid_li, completeness=100)
    CustomerFactory(household=full)
    text = li.get(reverse("customers:list"), {"archive": "complete", "met": "never"}).text
    assert 'href="?met=never"' in text
    assert 'href="?archive=complete"' in text
    never = re.search(r'href="\?met=never"[^>]*>\s*(\S+) <span class="sheet__count">(\d+)</span>', text)
    assert never.groups() == ("从未见面", "2")


def test_a_head_sorts_the_list_and_turns_it(li, cast, home):
    today = timezone.localdate()
    recent = HouseholdFactory(grid=cast.grid_li, last_met_on=today)
    long_ago = HouseholdFactory(grid=cast.grid_li, last_met_on=today - timedelta(days=200))

    def homes(sort):
        text = li.get(reverse("customers:list"), {"sort": sort}).text
        return re.findall(r'id="household-(\d+)"', text), re.search(r'aria-sort="(\w+)"', text)

    order = [str(one.pk) for one in (home, long_ago, recent)]
    assert (homes("days")[0], homes("days")[1][1]) == (order, "descending")
    assert (homes("-days")[0], homes("-days")[1][1]) == (order[::-1], "ascending")
    assert homes("x") == ([str(one.pk) for one in (home, recent, long_ago)], None)


def test_a_whole_bank_is_sorted_only_by_what_has_an_index(client, cast, home):
    CustomerFactory(household=home)
    client.force_login(cast.zhao)
    wide = client.get(reverse("customers:list"), {"by": "person"}).text
    assert ("sort=name" in wide, "sort=age" in wide) == (True, False)
    local = client.get(reverse("customers:list"), {"by": "person", "branch": cast.east.pk}).text
    assert "sort=age" in local


def test_columns_are_chosen_and_the_whole_is_printed(li, home):
    person = CustomerFactory(household=home)
    text = li.get(reverse("customers:list"), {"by": "person", "cols": ["age", "x"]}).text
    assert text.count('<th scope="col"') == 2
    printed = li.get(reverse("customers:list"), {"by": "person", "take": "print", "size": 25}).text
    assert f'id="customer-{person.pk}"' in printed
    assert 'class="filters' not in printed


QUERIES = {"household": 10, "person": 7}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("by", QUERIES)
def test_the_list_asks_the_same_number_of_queries(li, cast, count, by, django_assert_num_queries):
    for _ in range(count):
        CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))
    query = {"by": by}
    li.get(reverse("customers:list"), query)
    with django_assert_num_queries(QUERIES[by]):
        response = li.get(reverse("customers:list"), query)
    assert len(ids(response)) == count
