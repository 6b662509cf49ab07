"""The list of possible duplicates, and two people side by side."""

from datetime import date

import pytest
from django.db import models
from django.urls import reverse

from audit.models import Reading
from customers.models import Likeness, PersonMerge
from customers.presenting import duplicates as presenting
from customers.services.likening import twins_scan
from tests.factories import CustomerFactory, VisitFactory

URL = reverse("customers:duplicates")
BORN = date(1970, 5, 5)


def two(grid, other, name="曾小明", **more):
    for one in (grid, other):
        CustomerFactory(household__grid=one, name=name, birth_date=BORN, phone="13800138000", **more)


@pytest.fixture
def found(cast):
    two(cast.grid_li, cast.grid_wang)
    two(cast.grid_li, cast.grid_wu, name="王大力")
    twins_scan(actor=None)
    return list(models.QuerySet(Likeness).order_by("pk"))


def page(pair):
    return reverse("customers:twins", args=[pair.pk])


def test_a_branch_sees_its_own_pairs_and_head_office_all(client, cast, found):
    client.force_login(cast.chen)
    text = client.get(URL).text
    assert text.count('id="pair-') == 1
    assert "姓名相同" in text
    assert "138****8000" in text
    assert "13800138000" not in text
    assert "1970" not in text
    client.force_login(cast.zhao)
    assert client.get(URL).text.count('id="pair-') == 2


def test_whoever_reads_the_list_has_read_the_archives(client, cast, found):
    client.force_login(cast.chen)
    client.get(URL)
    row = Reading.objects.get(actor=cast.chen, route="customers:duplicates")
    homes = {found[0].one.household_id, found[0].other.household_id}
    assert (row.kind, row.count, {row.first, row.last}) == ("customers.household", 2, homes)


def test_an_account_manager_does_not_even_call_it(client, cast, found):
    client.force_login(cast.li)
    assert client.get(URL).status_code == 403


def test_the_empty_list_says_so(client, cast):
    client.force_login(cast.chen)
    assert "没有疑似重复" in client.get(URL).text


def test_filters_narrow_it(client, cast, found):
    client.force_login(cast.zhao)
    assert client.get(URL, {"grid": cast.grid_wu.pk}).text.count('id="pair-') == 1
    assert client.get(URL, {"state": "exact"}).text.count('id="pair-') == 0
    assert client.get(URL, {"state": "?"}).text.count('id="pair-') == 0


def test_denied_and_undone_by_the_button(client, cast, found):
    client.force_login(cast.chen)
    pair = next(one for one in found if one.one.name == "曾小明")
    said = client.get(page(pair)).text
    assert said.count("曾小明") >= 2
    assert client.post(page(pair), {"reason": ""}).status_code == 422
    done = client.post(page(pair), {"reason": "父母不同"}, follow=True)
    assert done.text.count('id="pair-') == 0
    kept = client.get(URL, {"state": "denied"}).text
    assert "父母不同" in kept
    assert cast.chen.name in kept
    again = reverse("customers:twins-reconsider", args=[pair.pk])
    assert again in client.get(page(pair)).text
    client.post(again)
    assert client.get(URL).text.count('id="pair-') == 1


def test_hostile_names_stay_text(client, cast):
    two(cast.grid_li, cast.grid_li, name="<b>x</b>")
    twins_scan(actor=None)
    client.force_login(cast.chen)
    pair = models.QuerySet(Likeness).first()
    for url in (URL, page(pair)):
        text = client.get(url).text
        assert "<b>x</b>" not in text
        assert "&lt;b&gt;x" in text


def put_together(client, pair, **more):
    sent = {"keep": "one", "one_version": 1, "other_version": 1, "reason": "身份证核对", **more}
    return client.post(reverse("customers:twins-merge", args=[pair.pk]), sent, follow=True)


def test_put_together_on_the_page_and_taken_apart_by_the_list(client, cast, found):
    client.force_login(cast.chen)
    pair = next(one for one in found if one.one.name == "曾小明")
    text = client.get(page(pair)).text
    assert 'name="keep"' in text
    assert put_together(client, pair, reason="").status_code == 422
    done = put_together(client, pair)
    assert "已合并" in done.text
    assert done.redirect_chain[0][0] == pair.one.get_absolute_url()
    assert client.get(URL).text.count('id="pair-') == 0
    merges = reverse("customers:merges")
    shown = client.get(merges).text
    assert shown.count('id="merge-') == 1
    undo = reverse("customers:merge-undo", args=[models.QuerySet(PersonMerge).get().pk])
    assert undo in shown
    assert client.post(undo, {"reason": ""}).status_code == 422
    client.post(undo, {"reason": "看错了"})
    assert client.get(merges).text.count('id="merge-') == 0
    assert client.get(URL).text.count('id="pair-') == 1


def test_a_choice_is_offered_where_both_say_something_and_the_chosen_is_taken(client, cast):
    one, other = (
        CustomerFactory(household__grid=cast.grid_li, name="曾小明", birth_date=BORN, occupation=what)
        for what in ("木匠", "瓦匠")
    )
    twins_scan(actor=None)
    pair = models.QuerySet(Likeness).get()
    client.force_login(cast.chen)
    text = client.get(page(pair)).text
    assert 'name="take_work"' in text
    assert 'name="take_phone"' not in text
    assert put_together(client, pair, keep="other", take_work="one").status_code == 200
    other.refresh_from_db()
    one.refresh_from_db()
    assert (other.occupation, one.merged_into) == ("木匠", other)


def test_a_page_of_before_a_change_is_told(client, cast, found):
    client.force_login(cast.zhao)
    pair = found[0]
    assert put_together(client, pair, other_version=7).status_code == 422


def test_the_old_number_leads_to_the_archive_that_stayed(client, cast, found):
    client.force_login(cast.chen)
    pair = next(one for one in found if one.one.name == "曾小明")
    put_together(client, pair)
    old = pair.other
    for url in (reverse("customers:customer", args=[old.pk]),):
        assert client.get(url).url == pair.one.get_absolute_url()
    assert client.get(reverse("customers:customer-edit", args=[old.pk])).status_code == 200
    assert client.get(f"/api/v1/customers/{old.pk}/").json()["id"] == pair.one.pk
    home = client.get(reverse("customers:household", args=[old.household_id])).text
    assert pair.one.get_absolute_url() in home
    # whoever doesn't see where he stands now sees nothing
    client.force_login(cast.wang)
    assert client.get(reverse("customers:customer", args=[old.pk])).status_code == 404


def test_a_merge_across_branches_is_not_the_branchs(client, cast, found):
    client.force_login(cast.chen)
    pair = next(one for one in found if one.one.name == "王大力")
    assert put_together(client, pair).status_code == 404
    client.force_login(cast.zhao)
    assert put_together(client, pair).status_code == 200
    assert models.QuerySet(PersonMerge).count() == 1


def test_what_moves_is_counted_before(client, cast, found):
    pair = next(one for one in found if one.one.name == "曾小明")
    VisitFactory(customer=pair.other, staff=cast.wang)
    client.force_login(cast.chen)
    lines = presenting.moving(pair, actor=cast.chen)
    assert [(str(line.label), line.one, line.other) for line in lines] == [("走访", "0", "1")]
    assert "走访" in client.get(page(pair)).text
