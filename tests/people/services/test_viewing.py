"""A list is kept as somebody wants to find it again: his own alone, without what he looked for."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from gridbank.errors import Refused
from people.models import SavedView
from people.services import view_delete, view_save


@pytest.fixture
def as_li(client, cast):
    client.force_login(cast.li, backend="django.contrib.auth.backends.ModelBackend")
    return client


def save(client, name, query, path="/customers/", of="customers.households"):
    return client.post("/views/save/", {"name": name, "list": of, "query": query, "path": path}, follow=True)


def test_a_view_becomes_a_tab_and_goes_again(as_li, cast):
    assert "我的视图" not in as_li.get("/customers/").text
    page = as_li.get("/customers/?met=never&sort=-days").text
    assert 'name="query" value="met=never&amp;sort=-days"' in page
    kept = save(as_li, "外出未见", "met=never&sort=-days&after=x&q=石银芝")
    view = SavedView.objects.get()
    # what was looked for may be somebody's name
    assert (view.query, view.owner) == ("met=never&sort=-days", cast.li)
    assert kept.redirect_chain[-1][0] == "/customers/?met=never&sort=-days"
    tab = kept.text.split('class="sheet__views"')[1].split("</nav>")[0]
    assert tab.count('aria-current="page"') == 1
    assert tab.split('aria-current="page"')[1].lstrip("> \n").startswith("外出未见")
    # another list has its own
    assert "外出未见" not in as_li.get("/visits/").text
    as_li.post(f"/views/{view.pk}/delete/", {"path": "/customers/"})
    cast.li.refresh_from_db()
    assert (SavedView.objects.count(), cast.li.saved_views) == (0, 0)
    told = AuditEvent.objects.filter(action__startswith="view.").values_list("action", flat=True)
    assert sorted(told) == ["view.deleted", "view.saved"]


def test_the_same_name_keeps_the_newer(as_li, cast):
    save(as_li, "未见", "met=never")
    save(as_li, "未见", "met=long_ago")
    cast.li.refresh_from_db()
    assert ([one.query for one in SavedView.objects.all()], cast.li.saved_views) == (["met=long_ago"], 1)


def test_nobody_sees_or_deletes_somebody_elses(as_li, cast):
    theirs = view_save(actor=cast.wang, name="王的", of="customers.households", query="met=never")
    assert "王的" not in as_li.get("/customers/").text
    assert as_li.post(f"/views/{theirs.pk}/delete/", {"path": "/customers/"}).status_code == 404
    with pytest.raises(SavedView.DoesNotExist):
        view_delete(actor=cast.li, view=theirs)


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "met=never"), ("很" * 17, "met=never"), ("空", "q=x"), ("13912345678", "met=never")],
)
def test_what_cannot_be_kept_is_refused(cast, name, query):
    with pytest.raises(Refused):
        view_save(actor=cast.li, name=name, of="customers.households", query=query)


def test_a_view_leads_nowhere_else(as_li):
    assert save(as_li, "外面", "met=never", path="https://elsewhere.example/").status_code == 404
    assert save(as_li, "外面", "met=never", path="//elsewhere.example/").status_code == 404


@pytest.mark.parametrize("value", ["王13812345678", "王小明522727196612279006", "应13812345678"])
def test_no_number_comes_back_in_an_address(as_li, cast, value):
    """Refused or not: the list is gone to by its address again."""
    query = urlencode({"met": "never", "x": value})
    with pytest.raises(Refused):
        view_save(actor=cast.li, name="甲", of="customers.households", query=query)
    told = {"path": reverse("customers:list"), "list": "customers.households", "query": query, "name": "甲"}
    answer = as_li.post(reverse("people:view-save"), told)
    assert answer["Location"] == f"{reverse('customers:list')}?met=never"
