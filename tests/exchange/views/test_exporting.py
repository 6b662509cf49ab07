"""The pages of exports: asking, signing, fetching, the limit, and the auditor's view of what left the house."""

import pytest

from audit.models import AuditEvent
from exchange.models import Export, ExportLimit
from tests.exchange.exports import PURPOSE, asked, cells, made, worked
from tests.factories import CustomerFactory, HouseholdFactory, UserFactory


@pytest.fixture
def person(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_li), name="示例甲")


def test_a_list_is_asked_for_as_its_address_has_it(client, cast, person):
    client.force_login(cast.li)
    at = "/exchange/exports/new/customers.people/?by=person&archive=poor"
    page = client.get(at)
    assert page.status_code == 200
    assert 'name="clear" value="phone"' in page.text
    assert "checked" not in page.text
    refused = client.post(at, {"purpose": "x"})
    assert refused.status_code == 422
    answer = client.post(at, {"purpose": PURPOSE, "clear": ["phone"]})
    assert answer.url == "/exchange/exports/"
    export = Export.everywhere().get()
    assert (export.query, export.clear, export.asker) == ("by=person&archive=poor", ["phone"], cast.li)
    assert PURPOSE in client.get("/exchange/exports/").text


def test_wrong_filters_offer_no_form_and_what_is_no_list_is_nowhere(client, cast):
    client.force_login(cast.li)
    assert "<textarea" not in client.get("/exchange/exports/new/customers.people/?archive=x").text
    assert client.get("/exchange/exports/new/nothing/").status_code == 404
    client.force_login(cast.sun)
    assert client.get("/exchange/exports/new/customers.people/").status_code == 403


def test_head_office_signs_on_the_page_and_who_asked_fetches(client, cast, person):
    export = asked(cast.li, query="archive=poor")
    client.force_login(cast.zhao)
    assert "decide" in client.get("/exchange/exports/").text
    assert client.post(f"/exchange/exports/{export.pk}/decide/", {"sign": "x"}).status_code == 422
    assert client.post(f"/exchange/exports/{export.pk}/decide/", {"sign": "no"}).url == "/exchange/exports/"
    ready = made(cast.li, cast.zhao)
    client.force_login(cast.li)
    assert f"/exchange/exports/{ready.pk}/file.xlsx" in client.get("/exchange/exports/").text
    file = client.get(f"/exchange/exports/{ready.pk}/file.xlsx")
    assert file["Content-Type"].endswith("sheet")
    assert "示例甲" in str(cells(file.content))


def test_a_file_with_rows_out_of_sight_is_made_anew_and_the_page_says_so(client, cast, person):
    export = made(cast.li, cast.zhao)
    type(person.household).objects.visible_to(cast.zhao).update(grid=cast.grid_wu)
    client.force_login(cast.li)
    answer = client.get(f"/exchange/exports/{export.pk}/file.xlsx", follow=True)
    assert answer.redirect_chain == [("/exchange/exports/", 302)]


def test_the_limit_is_head_offices(client, cast):
    client.force_login(cast.zhao)
    assert client.get("/exchange/exports/limit/").status_code == 200
    assert client.post("/exchange/exports/limit/", {"rows": "0"}).status_code == 422
    assert client.post("/exchange/exports/limit/", {"rows": "50"}).url == "/exchange/exports/"
    assert ExportLimit.objects.get().rows == 50
    client.force_login(cast.chen)
    assert client.get("/exchange/exports/limit/").status_code == 403


def test_the_auditor_reads_who_took_what_and_nobodys_filters(client, cast, person):
    export = made(cast.li, cast.zhao, query="q=示例甲", clear=["phone"])
    client.force_login(cast.li)
    client.get(f"/exchange/exports/{export.pk}/file.xlsx")
    client.get("/customers/", {"take": "xlsx"})
    client.force_login(UserFactory(role="auditor"))
    text = client.get("/exchange/exports/").text
    assert text.count(PURPOSE) == 2
    assert cast.li.staff_no in text
    assert "示例甲" not in text
    assert "archive" not in text.split("exports-title")[1].split("taken-title")[0]
    assert AuditEvent.objects.filter(action="exports.read").exists()
    assert client.get(f"/exchange/exports/{export.pk}/file.xlsx").status_code == 403


def test_officers_sign_each_others_lists_on_the_same_page(client, cast):
    officers = {role: UserFactory(role=role) for role in ("sysadmin", "secadmin", "auditor")}
    client.force_login(officers["sysadmin"])
    assert "people.accounts" in client.get("/exchange/exports/").text
    answer = client.post("/exchange/exports/new/people.accounts/?state=active", {"purpose": PURPOSE})
    assert answer.url == "/exchange/exports/"
    export = Export.everywhere().get()
    decide = f"/exchange/exports/{export.pk}/decide/"
    assert "decide" not in client.get("/exchange/exports/").text
    assert client.post(decide, {"sign": "yes"}).status_code == 422
    for stranger, status in ((cast.zhao, 404), (officers["auditor"], 403)):
        client.force_login(stranger)
        assert client.post(decide, {"sign": "yes"}).status_code == status
    client.force_login(officers["secadmin"])
    assert "decide" in client.get("/exchange/exports/").text
    assert client.post(decide, {"sign": "yes"}).url == "/exchange/exports/"
    assert worked(export).state == "ready"
    assert client.get(f"/exchange/exports/{export.pk}/file.xlsx").status_code == 403
    client.force_login(officers["sysadmin"])
    book = client.get(f"/exchange/exports/{export.pk}/file.xlsx")
    assert cast.li.staff_no in str(cells(book.content))


def test_many_are_cut_into_pages(client, cast, person, django_assert_num_queries):
    for _each in range(3):
        asked(cast.li)
    client.force_login(cast.li)
    assert client.get("/exchange/exports/?after=1").status_code == 200
