"""A household's page, and opening and changing its archive."""

from datetime import date

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from customers import services
from customers.models import Customer, Household
from gridbank.scoping import waive_scope
from tests.customers.filling import ADULT, PHONE, full_person, household_form, ids, opening
from tests.factories import CustomerFactory, NeedFactory, UserFactory


@pytest.mark.parametrize("count", [1, 3])
def test_the_households_page_asks_the_same_number_of_queries(
    li, cast, home, count, django_assert_num_queries
):
    for _ in range(count):
        person = CustomerFactory(household=home)
        NeedFactory(household=home, customer=person)
        services.consent_give(actor=cast.li, customer=person, purpose="marketing", channel="paper")
    li.get(home.get_absolute_url())
    with django_assert_num_queries(19):
        response = li.get(home.get_absolute_url())
    assert len(ids(response)) == count


def test_the_households_page_shows_everything_masked_and_leaves_a_trace(li, cast, home):
    full_person(cast, home, occupation="务农")
    NeedFactory(household=home, text="想贷款买牛", due_on=date(2026, 1, 9))
    before = AuditEvent.objects.count()
    response = li.get(home.get_absolute_url())
    for text in ("曾小明", "138****8000", f"{'*' * 16}{ADULT[-2:]}", "想贷款买牛", "李娜", "务农"):
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
    client.force_login(getattr(cast, who))
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
    client.force_login(UserFactory(role=role))
    for route, pk in row_urls(person, need, consent):
        assert client.get(reverse(route, args=[pk])).status_code == 403, route
    for route in ("customers:list", "customers:household-new", "needs:list"):
        assert client.get(reverse(route)).status_code == 403, route


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
    data = opening(cast, {"name": "李梅", "identity": ADULT, "phone": PHONE}, address="一号")
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
    data = opening(cast, {"name": "李梅", "identity": wrong}, address="一号")
    response = li.post(reverse("customers:household-new"), data)
    assert response.status_code == 422
    assert 'value="一号"' in response.text
    assert 'value="李梅"' in response.text
    assert wrong not in response.text
    with waive_scope("test"):
        assert Household.objects.count() == 1


def test_a_head_who_is_there_already_is_refused_in_the_form(li, cast, home):
    full_person(cast, home)
    data = opening(cast, {"name": "曾小明", "identity": ADULT}, address="一号")
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


def test_a_head_and_his_people_are_opened_in_one_save(li, cast):
    child = {"name": "李小宝", "relation": "child", "identity": "2020-03-01", "guardian": "0"}
    rows = ({"name": "李梅", "identity": ADULT}, {}, child)
    made = Household.objects.visible_to(cast.li)
    response = li.post(reverse("customers:household-new"), opening(cast, *rows))
    assert response["Location"] == made.get(head_name="李梅").get_absolute_url()
    people = {one.name: one for one in Customer.objects.visible_to(cast.li)}
    assert people["李小宝"].guardian == people["李梅"]
    assert AuditEvent.objects.filter(actor=cast.li).latest("pk").action == "household.created"


def test_one_wrong_person_stores_nobody_and_stands_beside_his_cell(li, cast):
    child = {"name": "李小宝", "relation": "child", "identity": "2020-03-01"}
    response = li.post(
        reverse("customers:household-new"), opening(cast, {"name": "李梅", "identity": ADULT}, child)
    )
    assert response.status_code == 422
    assert 'id="id_people-1-guardian_error"' in response.text
    assert f'value="{ADULT}"' in response.text
    assert not Household.objects.visible_to(cast.li).exists()


def test_more_rows_keep_what_was_typed_and_judge_nothing(li, cast):
    data = opening(cast, {"name": "李梅", "identity": "123"}, address="一号", more="yes")
    response = li.post(reverse("customers:household-new"), data)
    assert response.status_code == 200
    assert "field__error" not in response.text
    assert 'value="123"' in response.text
    assert 'value="一号"' in response.text
    assert response.text.count("data-row") == 6


def test_a_household_goes_out_as_a_workbook_and_that_is_counted(client, cast):
    home = CustomerFactory(household__grid=cast.grid_li, name="示例甲").household
    at = reverse("customers:household-book", args=[home.pk])
    client.force_login(cast.li)
    assert at in client.get(reverse("customers:household", args=[home.pk])).text
    book = client.get(at)
    assert book["Content-Type"].endswith("sheet")
    event = AuditEvent.objects.get(action="household.taken")
    assert (event.actor, event.subject_id, event.details) == (cast.li, str(home.pk), {"rows": 1})
    client.force_login(cast.wu)
    assert client.get(at).status_code == 404
    client.force_login(UserFactory(role="auditor"))
    assert client.get(at).status_code == 403
    taken = client.get("/exchange/exports/").text.rsplit("taken-title", 1)[1]
    assert "户档案导出 Excel" in taken
    assert "示例甲" not in taken
