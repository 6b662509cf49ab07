"""The pages of visits."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.services import person_resettle
from needs.models import Need
from products.models import Offer
from tests.factories import NeedFactory, ProductFactory, UserFactory, VisitFactory
from tests.visits.bodies import agreed, person_in, visit_json
from tests.visits.stored import everything, one
from visits import selectors
from visits.body import REASON_LENGTH
from visits.models import HeldVisit, Visit
from visits.services import visit_log, visits_sync

HX = {"HX-Request": "true"}
HOSTILE = "<img src=x onerror=alert(1)>"


def form_data(person, **changes):
    lines = {
        f"{name}-{key}": value
        for name, count in (("offers", 3), ("needs", 2))
        for key, value in (("TOTAL_FORMS", count), ("INITIAL_FORMS", 0))
    }
    data = {
        "id": str(uuid.uuid4()), "customer": person.pk, "met": "yes", "mode": "door", **lines,
        "started_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return {**data, **changes}


def new_url(person):
    return f"{reverse('visits:new')}?household={person.household_id}"


def shown(response, kind="visit"):
    return set(re.findall(rf'id="{kind}-([0-9a-f-]+)"', response.text)) - {"rows"}


def test_without_a_consent_to_marketing_the_form_and_the_visit_say_so(cast, person, as_):
    li, words = as_(cast.li), "未取得营销授权，不计入"
    assert words in li.get(new_url(person)).text
    data = form_data(person) | {"offers-0-product": ProductFactory().pk, "offers-0-result": "accepted"}
    page = li.post(new_url(person), data, follow=True).text
    # the message and the offer itself
    assert page.count(words) == 2
    assert words in li.get(person.household.get_absolute_url()).text
    agreed(person, "marketing")
    assert words not in li.get(new_url(person)).text


def test_a_visit_is_logged_from_the_form(cast, person, as_):
    product = ProductFactory()
    due = timezone.localdate() + timedelta(days=5)
    data = form_data(person, note="谈到买牛", next_on=due.isoformat())
    data |= {"offers-0-product": product.pk, "offers-0-result": "accepted"}
    data |= {"needs-1-text": "贷款", "needs-1-due_on": due.isoformat()}
    # a double click
    for _click in range(2):
        response = as_(cast.li).post(new_url(person), data)
        assert (response.status_code, response["Location"]) == (302, f"/visits/{data['id']}/")
    visit, offer, need = one(Visit), one(Offer), one(Need)
    assert (str(visit.pk), visit.staff, visit.note, visit.next_on) == (data["id"], cast.li, "谈到买牛", due)
    assert (offer.result, need.text, need.due_on) == ("accepted", "贷款", due)


def test_htmx_is_told_where_to_go_and_gets_the_form_back_when_it_is_wrong(cast, person, as_):
    data = form_data(person)
    response = as_(cast.li).post(new_url(person), data, headers=HX)
    assert (response.status_code, response["HX-Redirect"]) == (204, f"/visits/{data['id']}/")
    response = as_(cast.li).post(new_url(person), {**data, "note": "别的内容"}, headers=HX)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/visits/held/")
    response = as_(cast.li).post(new_url(person), form_data(person, customer=""), headers=HX)
    assert response.status_code == 422
    assert 'id="visit-form"' in response.text


def test_who_is_next_stands_beside_a_visit_of_today_and_only_for_who_made_it(cast, person, as_):
    next_one = person_in(cast.grid_li, "下一户")
    visit = VisitFactory(customer=person, staff=cast.li)
    old = VisitFactory(customer=person, staff=cast.li, started_at=timezone.now() - timedelta(days=2))
    link = f'href="{new_url(next_one)}"'
    assert link in as_(cast.li).get(f"/visits/{visit.pk}/").text
    assert link not in as_(cast.li).get(f"/visits/{old.pk}/").text
    assert link not in as_(cast.chen).get(f"/visits/{visit.pk}/").text


def test_what_was_typed_stays_when_something_is_refused(cast, person, as_):
    product = ProductFactory()
    data = form_data(person, note="电话13800138000", started_at="2999-01-01T00:00")
    data |= {"needs-0-text": "买三头牛", "offers-1-product": product.pk}
    response = as_(cast.li).post(new_url(person), data)
    assert response.status_code == 422
    data |= {"offers-1-result": "offered", "started_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}
    response = as_(cast.li).post(new_url(person), data)
    assert response.status_code == 422
    assert "买三头牛" in response.text
    assert data["id"] in response.text
    assert f'value="{product.pk}" selected' in response.text
    assert everything(Visit) == []
    assert everything(HeldVisit) == []


def test_the_form_knows_only_this_household(cast, person, as_):
    """A7: another household's member, a stranger's household."""
    other, stranger = person_in(cast.grid_li, "别人"), person_in(cast.grid_wu)
    page = as_(cast.li).get(new_url(person))
    assert "罗大勇" in page.text
    assert "别人" not in page.text
    for wrong in (other, stranger):
        response = as_(cast.li).post(new_url(person), form_data(person, customer=wrong.pk))
        assert response.status_code == 422
    assert as_(cast.li).get(new_url(stranger)).status_code == 404
    assert as_(cast.li).post(new_url(stranger), form_data(stranger)).status_code == 404
    assert everything(Visit) == []


def test_another_content_under_the_same_id_waits_and_is_shown(cast, person, as_):
    data = form_data(person, note="一")
    as_(cast.li).post(new_url(person), data)
    response = as_(cast.li).post(new_url(person), {**data, "note": "二"})
    assert response["Location"] == "/visits/held/"
    page = as_(cast.li).get("/visits/held/")
    assert "二" in page.text
    assert shown(page, "held") == {str(one(HeldVisit).pk)}
    assert shown(as_(cast.chen).get("/visits/held/"), "held") == set()


@pytest.mark.parametrize("term", ["罗大", "ldy", "luoda", "8000", "h9000"])
def test_a_household_is_found_in_ones_own_grids_only(cast, as_, term):
    """A6."""
    mine, theirs = person_in(cast.grid_li, code="H90000"), person_in(cast.grid_wu, code="H90001")
    from customers.pii import phone_digests

    for person in (mine, theirs):
        person.phone, person.initials, person.pinyin = "13800138000", "ldy", "luodayong"
        person.phone_digest, person.phone_tail_digest = phone_digests(person.phone)
        person.save()
    url = reverse("visits:household-search")
    for headers in (HX, {}):
        page = as_(cast.li).get(url, {"q": term}, headers=headers)
        assert shown(page, "household") == {str(mine.household_id)}
        assert "13800138000" not in page.text
    assert shown(as_(cast.sun).get(url, {"q": term}), "household") == set()
    assert ("<html" in as_(cast.li).get(url, {"q": term}, headers=HX).text) is False


@pytest.mark.parametrize(
    "term", ["13800138000", "522727198005171018", "%", "_", "' or 1=1 --", "x" * 99, HOSTILE]
)
def test_odd_terms_find_nobody_and_break_nothing(cast, person, as_, term):
    page = as_(cast.li).get(reverse("visits:household-search"), {"q": term}, headers=HX)
    assert page.status_code == 200
    assert shown(page, "household") == set()
    assert "<img" not in page.text


def test_without_a_term_the_most_pressing_households_are_offered(cast, person, as_):
    page = as_(cast.li).get(reverse("visits:new"))
    assert shown(page, "household") == {str(person.household_id)}


def test_the_list_shows_what_may_be_seen(cast, person, as_):
    mine, theirs = (
        VisitFactory(customer=person, staff=cast.li),
        VisitFactory(customer=person_in(cast.grid_wu)),
    )
    for user, wanted in (
        (cast.li, {mine}),
        (cast.chen, {mine}),
        (cast.zhao, {mine, theirs}),
        (cast.wang, set()),
        (cast.sun, set()),
    ):
        assert shown(as_(user).get("/visits/")) == {str(visit.pk) for visit in wanted}


def test_the_list_is_filtered_and_never_widened(cast, person, as_):
    """A3."""
    mine = VisitFactory(customer=person, staff=cast.li, mode="phone", met=False)
    other = VisitFactory(customer=person, staff=cast.chen)
    theirs = VisitFactory(customer=person_in(cast.grid_wu), staff=cast.wu)
    day = timezone.localdate()
    for query, wanted in (
        ("mode=phone", {mine}), ("met=yes", {other}), (f"household={person.household_id}", {mine, other}),
        (f"grid={cast.grid_li.pk}", {mine, other}), (f"since={day}&until={day}", {mine, other}),
        (f"until={day - timedelta(days=1)}", set()), (f"staff={cast.li.pk}", {mine}),
        (f"household={theirs.household_id}", set()), (f"grid={cast.grid_wu.pk}", set()), (f"staff={cast.wu.pk}", set()),
        ("mode=fly", set()), ("since=x", set()), ("after=x", set()), ("after=9999-12-31T23:59:59-12:00_x", set()),
        (f"since={day}&until={day - timedelta(days=1)}", set()), ("household=" + "9" * 40, set()),
    ):  # fmt: skip
        response = as_(cast.li).get(f"/visits/?{query}")
        assert response.status_code == 200
        assert shown(response) == {str(visit.pk) for visit in wanted}, query


def test_the_pages_of_the_list_hold_every_visit_once(cast, person, as_, monkeypatch):
    monkeypatch.setattr("gridbank.listing.SIZES", (2,))
    at = timezone.now()
    made = {str(VisitFactory(customer=person, started_at=at - timedelta(hours=n // 2)).pk) for n in range(5)}
    seen, url = [], "/visits/?mode=door&size=2"
    while url:
        page = as_(cast.li).get(url)
        seen += sorted(shown(page))
        following = re.search(r'rel="next" href="([^"]+)"', page.text)
        url = "/visits/" + following[1].replace("&amp;", "&") if following else ""
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("url", "queries"), [("/visits/", 13), ("/visits/today/", 13), ("timeline", 12)])
def test_lists_ask_the_same_number_of_questions(  # noqa: PLR0917
    cast, as_, count, url, queries, django_assert_num_queries
):
    people = [person_in(cast.grid_li) for _n in range(count)]
    for person in people:
        NeedFactory(household=person.household)
        VisitFactory(customer=people[0], staff=cast.li, started_at=timezone.now() - timedelta(days=1))
    VisitFactory(customer=person_in(cast.grid_wu))
    client = as_(cast.li)
    url = reverse("visits:timeline", args=[people[0].household_id]) if url == "timeline" else url
    with django_assert_num_queries(queries):
        response = client.get(url, headers=HX)
    assert len(shown(response) | shown(response, "household")) == count


def test_a_visit_is_shown_with_everything(cast, person, as_):
    product = ProductFactory()
    body = visit_json(
        person, note=HOSTILE, offers=[{"product": product.pk, "result": "refused"}], needs=[{"text": HOSTILE}],
        latitude=25.81234, longitude=107.3, accuracy_m=35,
    )  # fmt: skip
    agreed(person)
    visits_sync(actor=cast.li, bodies=[body])
    url = f"/visits/{body['id']}/"
    page = as_(cast.li).get(url)
    assert product.name in page.text
    assert "25.81234" in page.text
    # C3
    assert "<img" not in page.text
    assert "&lt;img" in page.text
    for user, status in ((cast.chen, 200), (cast.wang, 404), (cast.wu, 404), (cast.sun, 404)):
        assert as_(user).get(url).status_code == status
        assert as_(user).get(f"{url}correct/").status_code == status
    assert as_(cast.zhao).post(f"{url}correct/").status_code == 403
    assert as_(cast.zhao).get(f"{url}correct/")["Location"] == url
    assert "/correct/" not in as_(cast.zhao).get(url).text


def test_a_correction_from_the_form(cast, person, as_):
    product = ProductFactory()
    body = visit_json(person, note="一", offers=[{"product": product.pk, "result": "offered"}])
    visits_sync(actor=cast.li, bodies=[body])
    url = f"/visits/{body['id']}/correct/"
    page = as_(cast.li).get(url)
    assert "一" in page.text
    visit = one(Visit)
    data = form_data(
        person, id=body["id"], version=1, note="二",
        started_at=timezone.localtime(visit.started_at).strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    data |= {"offers-0-product": product.pk, "offers-0-result": "accepted", "offers-INITIAL_FORMS": 1}
    # no reason
    assert as_(cast.li).post(url, data).status_code == 422
    assert one(Visit).version == 1
    data["reason"] = "记错了"
    for _click in range(2):
        assert as_(cast.li).post(url, data)["Location"] == f"/visits/{body['id']}/"
    assert (one(Visit).version, one(Visit).note, one(Offer).result) == (2, "二", "accepted")
    page = as_(cast.li).get(f"/visits/{body['id']}/")
    assert "记错了" in page.text
    # an old form
    assert as_(cast.li).post(url, {**data, "note": "三"}).status_code == 409


def test_what_was_before_somebody_moved_is_told_where_he_lives(cast, as_):
    """Of the household that he left nothing is told: it is out of sight."""
    person, neighbour = person_in(cast.grid_wu, "曾小明"), person_in(cast.grid_li)
    visit_log(actor=cast.wu, body=visit_json(person, note="屋里有三头牛"))
    person_resettle(actor=cast.zhao, customer=person, household=neighbour.household, relation="other")
    text = as_(cast.li).get(reverse("visits:timeline", args=[neighbour.household_id])).text
    assert "家庭成员迁入前的走访" in text
    assert "曾小明" in text
    assert "吴峰" in text
    assert "三头牛" not in text
    assert person.household.code not in text
    left = as_(cast.wu).get(reverse("visits:timeline", args=[person.household_id])).text
    assert "三头牛" in left
    assert "家庭成员迁入前的走访" not in left


def test_the_timeline_is_a_part_and_a_page(cast, person, as_):
    made = {str(VisitFactory(customer=person).pk) for _n in range(12)}
    VisitFactory(customer=person_in(cast.grid_li, "别家"))
    url = reverse("visits:timeline", args=[person.household_id])
    part = as_(cast.li).get(url, headers=HX)
    assert "<html" not in part.text
    assert len(shown(part)) == 10
    assert shown(as_(cast.li).get(url, {"all": "1"})) == made
    for user in (cast.wang, cast.sun):
        assert as_(user).get(url).status_code == 404


def test_today_offers_one_click_to_log(cast, person, as_):
    page = as_(cast.li).get("/visits/today/")
    assert f"/visits/new/?household={person.household_id}" in page.text
    VisitFactory(customer=person, staff=cast.li)
    page = as_(cast.li).get("/visits/today/")
    assert shown(page, "household") == set()
    assert "<del>" in page.text
    assert as_(cast.li).get("/visits/today/?why=x").status_code == 200


def test_today_goes_along_the_way_too_and_keeps_the_reason(cast, person, as_):
    page = as_(cast.li).get("/visits/today/?sort=route&why=never")
    assert '<th scope="rowgroup" colspan="7">' in page.text
    assert shown(page, "household") == {str(person.household_id)}
    assert page.text.count('data-key="d"') == 1
    assert "?why=promised&amp;sort=route" in page.text
    assert 'scope="rowgroup"' not in as_(cast.li).get("/visits/today/?sort=x").text


def test_a_huge_note_is_refused_quickly(cast, person, as_):
    """D10."""
    response = as_(cast.li).post(new_url(person), form_data(person, note="字" * 10**6))
    assert response.status_code == 422
    assert everything(Visit) == []
    assert not selectors.held_list(actor=cast.li).exists()


@pytest.mark.parametrize(("ahead", "status"), [(4, 302), (7, 422), (59, 422)])
def test_the_form_bears_a_clock_as_far_ahead_as_the_store_does(cast, person, as_, ahead, status):
    """What the form lets through and the store parks is no longer in the hands of who typed it."""
    at = timezone.localtime() + timedelta(minutes=ahead)
    response = as_(cast.li).post(new_url(person), form_data(person, started_at=at.strftime("%Y-%m-%dT%H:%M")))
    assert response.status_code == status
    assert len(everything(Visit)) == (status == 302)
    assert everything(HeldVisit) == []


@pytest.mark.parametrize(
    "wrong", [{"offers-0-result": "offered"}, {"needs-1-due_on": "2999-01-01"}, {"needs-TOTAL_FORMS": "99"}]
)
def test_a_wrong_line_alone_is_a_wrong_form(cast, person, as_, wrong):
    assert as_(cast.li).post(new_url(person), form_data(person, **wrong)).status_code == 422
    assert everything(Visit) == []


def test_the_list_of_held_visits_asks_for_a_reason_as_long_as_is_kept(cast, parked, client):
    client.force_login(cast.li)
    assert f'maxlength="{REASON_LENGTH}"' in client.get("/visits/held/").text


def test_a_held_visits_page_asks_why_and_takes_it_off_the_list(cast, parked, client):
    client.force_login(cast.li)
    address = f"/visits/held/{one(HeldVisit).pk}/aside/"
    page = client.get("/visits/held/").text
    assert f'action="{address}"' in page
    assert "csrfmiddlewaretoken" in page.split(f'action="{address}"')[1].split("</form>")[0]
    assert client.get(address).status_code == 405
    wrong = client.post(address, {"reason": "打电话13800138000"})
    assert wrong.status_code == 422
    assert {"打电话13800138000" in wrong.text, "罗大勇" in wrong.text} == {True}
    for _again in range(2):
        done = client.post(address, {"reason": "已另行登记"})
        assert (done.status_code, done["Location"]) == (302, "/visits/held/")
    assert "罗大勇" not in client.get("/visits/held/").text
    assert everything(Visit) == []
    client.force_login(cast.chen)
    assert client.post(address, {"reason": "不是我的"}).status_code == 404


def test_the_page_shows_the_visits_of_somebody_who_left_as_the_interface_does(cast, client):
    gone = UserFactory(name="离岗")
    visits = [VisitFactory(customer=person_in(cast.grid_li), staff=gone) for _ in range(2)]
    VisitFactory(customer=person_in(cast.grid_li), staff=cast.li)
    client.force_login(cast.chen)
    page = client.get("/visits/", {"staff": gone.pk})
    assert {f'id="visit-{visit.pk}"' in page.text for visit in visits} == {True}
    assert page.text.count('<tr id="visit-') == 2
    (chosen,) = re.findall(r"<option value=\"(\d+)\"[^>]* selected[^>]*>\s*离岗", page.text)
    assert int(chosen) == gone.pk
    found = client.get("/api/v1/visits/", {"staff": gone.pk}).json()["results"]
    assert {row["id"] for row in found} == {str(visit.pk) for visit in visits}
    client.force_login(cast.wu)
    assert "离岗" not in client.get("/visits/", {"staff": gone.pk}).text


def test_whoever_logs_a_visit_is_told_that_its_place_was_not_kept(cast, person, as_):
    place = {"latitude": "25.8", "longitude": "107.3", "accuracy_m": "9"}
    client = as_(cast.li)
    page = client.post(new_url(person), form_data(person, **place), follow=True)
    assert "未保存定位" in page.text
    assert one(Visit).latitude is None
    agreed(person)
    page = client.post(new_url(person), form_data(person, **place), follow=True)
    assert "未保存定位" not in page.text
    assert sorted(visit.latitude or 0 for visit in everything(Visit)) == [0, 25.8]
