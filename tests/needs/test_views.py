import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gridbank.scoping import waive_scope
from needs.models import Need
from tests.factories import NeedFactory


def rows(client, address=None, **query):
    response = client.get(address or reverse("needs:list"), query or None)
    return re.findall(r'<tr id="need-(\d+)"', response.text)


def link(client, rel, address=None):
    text = client.get(address or reverse("needs:list")).text
    found = re.search(rf'rel="{rel}" href="([^"]+)"', text)
    return found and reverse("needs:list") + found[1].replace("&amp;", "&")


def test_open_needs_are_listed_overdue_first(client, cast, home):
    today = timezone.localdate()
    later, late, undated = (
        NeedFactory(household=home, due_on=due) for due in (today + timedelta(3), today - timedelta(3), None)
    )
    NeedFactory(household=home, status="done")
    NeedFactory(household__grid=cast.grid_wu, due_on=today)
    client.force_login(cast.chen)
    assert rows(client) == [str(need.pk) for need in (late, later, undated)]
    assert rows(client, due="overdue") == [str(late.pk)]
    assert rows(client, due="none") == [str(undated.pk)]
    assert rows(client, due="week") == [str(later.pk)]
    assert rows(client, grid=cast.grid_wang.pk) == []
    assert rows(client, due="x") == []
    assert rows(client, grid=cast.grid_wu.pk) == []


def test_closing_needs_of_a_page_skips_none_of_the_next(client, cast, home):
    today = timezone.localdate()
    dues = [today + timedelta(days=number // 20) for number in range(60)] + [None] * 60
    made = [str(NeedFactory(household=home, due_on=due).pk) for due in dues]
    client.force_login(cast.li)
    first = rows(client)
    assert first == made[:50]
    second = link(client, "next")
    with waive_scope("test"):
        Need.objects.filter(pk__in=first[:5]).update(status="done")
    assert rows(client, second) == made[50:100]
    third = link(client, "next", second)
    assert rows(client, third) == made[100:]
    assert (link(client, "next", third), link(client, "prev")) == (None, None)
    assert rows(client, link(client, "prev", third)) == made[50:100]


@pytest.mark.parametrize(
    "after", ["x", "_", "2026-02-30_1", "２０２６-01-01_1", "_" + "9" * 19, "2026-01-01"]
)
def test_a_key_that_nobody_wrote_leads_back_to_the_beginning(client, cast, home, after):
    NeedFactory(household=home)
    client.force_login(cast.li)
    assert rows(client, after=after) == []
    assert "没有这一页" in client.get(reverse("needs:list"), {"after": after}).text


def test_what_is_ticked_is_shown_and_closed_together(client, cast, home):
    one, two, left = (NeedFactory(household=home, text=text) for text in ("买牛", "开店", "存钱"))
    theirs = NeedFactory(household__grid=cast.grid_wu, text="别处")
    client.force_login(cast.li)
    assert client.get(reverse("needs:list")).text.count('name="needs"') == 3
    address = reverse("needs:close-ticked")
    text = client.get(address, {"needs": [one.pk, two.pk, theirs.pk, "x"]}).text
    assert [word in text for word in ("买牛", "开店", "存钱", "别处")] == [True, True, False, False]
    done = {"status": "done", "outcome": "已放款"}
    for wrong in (
        {**done, "needs": [one.pk, theirs.pk]},
        {**done, "needs": []},
        {**done, "needs": ["9" * 40]},
    ):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {**done, "outcome": "", "needs": [one.pk]}).status_code == 422
    with waive_scope("test"):
        assert Need.objects.filter(status="open").count() == 4
    answer = client.post(address, {**done, "needs": [one.pk, two.pk]}, follow=True)
    assert "已办结 2 项需求" in answer.text
    assert rows(client) == [str(left.pk)]


def test_what_was_just_closed_is_opened_again_by_the_same_person_alone(client, cast, home):
    needs = [NeedFactory(household=home) for _ in range(2)]
    client.force_login(cast.li)
    sent = {"needs": [one.pk for one in needs], "status": "done", "outcome": "已放款"}
    page = client.post(reverse("needs:close-ticked"), sent, follow=True).text
    assert rows(client) == []
    (token,) = re.findall(r'name="undo" value="([^"]+)"', page)
    assert client.post("/undo/", {"undo": token}).status_code == 302
    assert rows(client) == [str(one.pk) for one in needs]
    # it was somebody else who closed it last
    client.force_login(cast.chen)
    client.post(reverse("needs:close", args=[needs[0].pk]), {"status": "dropped", "outcome": "不办了"})
    client.force_login(cast.li)
    assert client.post("/undo/", {"undo": token}).status_code == 409
    assert rows(client) == [str(needs[1].pk)]
