"""A person's pages: added, changed, revealed, and what he reached."""

from datetime import timedelta

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from customers import services
from customers.models import Customer
from gridbank.scoping import waive_scope
from needs.models import Need
from tests.customers.filling import ADULT, PHONE, full_person, members_form, opening, person_form
from tests.factories import HouseholdFactory


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
    assert (
        li.post(reverse("customers:consent-withdraw", args=[consent.pk]), {"sure": "yes"}).status_code == 302
    )
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


def stored(person):
    with connection.cursor() as cursor:
        cursor.execute("select id_number, phone from customers_customer where id = %s", [person.pk])
        return cursor.fetchone()


def test_somebody_whose_numbers_are_broken_is_shown_listed_and_changed_like_anybody(li, cast, home):
    person = full_person(cast, home)
    with connection.cursor() as cursor:
        cursor.execute(
            "update customers_customer set id_number = 'broken', phone = 't.aes.k1.AAAA' where id = %s",
            [person.pk],
        )
        cursor.execute("update customers_household set address = 'broken' where id = %s", [home.pk])
    edit = reverse("customers:customer-edit", args=[person.pk])
    for address in (
        home.get_absolute_url(), "/customers/", "/api/v1/customers/", f"/api/v1/customers/{person.pk}/", edit,
        reverse("customers:household-edit", args=[home.pk]),
    ):  # fmt: skip
        response = li.get(address)
        assert response.status_code == 200, address
        assert "不可读" in response.content.decode(), address
    assert li.get("/visits/today/").status_code == 200
    before = stored(person)
    data = person_form(occupation="教师", birth_date="1980-05-17", gender="male")
    assert li.post(edit, data).status_code == 302
    person.refresh_from_db()
    assert (person.occupation, stored(person)) == ("教师", before)
    reveal = reverse("customers:reveal", args=[person.pk])
    assert "不可读" in li.post(reveal, {"field": "phone", "reason": "客户来电核对"}).text


def test_people_are_added_in_a_table_all_or_none(li, cast, home):
    url = reverse("customers:customers-new", args=[home.pk])
    adult = {"name": "李梅", "relation": "spouse", "identity": ADULT}
    child = {"name": "李小宝", "relation": "child", "identity": "20200301"}
    response = li.post(url, members_form(adult, child))
    assert response.status_code == 422
    assert 'id="id_people-1-guardian_error"' in response.text
    assert not Customer.objects.visible_to(cast.li).exists()
    response = li.post(url, members_form(adult, {**child, "guardian": "0"}))
    people = {one.name: one for one in Customer.objects.visible_to(cast.li)}
    assert response["Location"] == people["李梅"].get_absolute_url()
    assert people["李小宝"].guardian == people["李梅"]
    assert AuditEvent.objects.filter(action="customer.created").count() == 2


def test_a_likely_twin_is_shown_and_either_answer_is_taken(li, cast, home):
    there = full_person(cast, home)
    url = reverse("customers:customers-new", args=[home.pk])
    alike = {"name": "曾小明", "relation": "sibling", "phone": PHONE, "identity": "19790101"}
    child = {"name": "曾小宝", "relation": "child", "identity": "20200301", "guardian": "0"}
    page = li.post(url, members_form(alike, child))
    assert page.status_code == 422
    assert f'value="{there.pk}"' in page.text.partition('name="people-0-twin"')[2][:80]
    assert 'value="20200301"' in page.text
    # it is this one: only the child is entered, and he is its guardian
    assert li.post(url, members_form({**alike, "twin": there.pk}, child)).status_code == 302
    names = [one.name for one in Customer.objects.visible_to(cast.li).order_by("pk")]
    assert names == ["曾小明", "曾小宝"]
    assert Customer.objects.visible_to(cast.li).get(name="曾小宝").guardian == there
    assert li.post(url, members_form({**alike, "twin": there.pk})).status_code == 302
    assert li.post(url, members_form({**alike, "twin": "other"})).status_code == 302
    assert Customer.objects.visible_to(cast.li).filter(name="曾小明").count() == 2
    actions = [event.action for event in AuditEvent.objects.filter(action__startswith="customer.twin")]
    assert sorted(actions) == ["customer.twin_denied"] + ["customer.twin_recognised"] * 2


def test_a_head_who_is_here_already_opens_no_second_archive(li, cast, home):
    there = full_person(cast, home)
    url, data = reverse("customers:household-new"), {"name": "曾小明", "phone": PHONE}
    assert li.post(url, opening(cast, data)).status_code == 422
    response = li.post(url, opening(cast, {**data, "twin": there.pk}))
    assert response["Location"] == there.get_absolute_url()
    assert li.post(url, opening(cast, {**data, "twin": 999_999})).status_code == 404
    assert Customer.objects.visible_to(cast.li).count() == 1
