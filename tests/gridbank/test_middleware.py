"""HTMX follows a header after a form; everybody else is redirected as ever."""

import gzip

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from gridbank.middleware import (
    AddressMiddleware,
    CompressedPageMiddleware,
    HtmxRedirectMiddleware,
    LeavingMiddleware,
    VisibleTextMiddleware,
)


def answer(method, *, htmx, response):
    request = getattr(RequestFactory(), method)("/")
    request.htmx = htmx
    return HtmxRedirectMiddleware(lambda _request: response)(request)


def test_the_redirect_after_a_form_becomes_a_header_for_htmx():
    found = answer("post", htmx=True, response=HttpResponseRedirect("/there/"))
    assert (found.status_code, found["HX-Redirect"], found.get("Location")) == (204, "/there/", None)


@pytest.mark.parametrize(
    ("method", "htmx", "status"), [("post", False, 302), ("get", True, 302), ("post", True, 422)]
)
def test_every_other_answer_stays(method, htmx, status):
    response = HttpResponse(status=status, headers={"Location": "/there/"})
    found = answer(method, htmx=htmx, response=response)
    assert (found.status_code, found["Location"], found.get("HX-Redirect")) == (status, "/there/", None)


def test_what_only_steers_the_drawing_is_taken_out_of_every_form_and_of_no_password(rf):
    """A name that reads backwards, and one with something invisible in it, are what they are written as."""
    seen = {}

    def keep(request):
        seen.update(request.POST.dict())

    sent = {
        "name": "王\u202e小明\u200b",
        "note": "plain",
        "new_password1": "a\u200bb",
        "list": ["\u2066x", "y"],
    }
    request = rf.post("/x/", sent)
    VisibleTextMiddleware(lambda _request: None).process_view(request, None, None, None)
    keep(request)
    assert seen == {"name": "王小明", "note": "plain", "new_password1": "a\u200bb", "list": "y"}
    assert request.POST.getlist("list") == ["x", "y"]


@pytest.mark.parametrize("number", ["13912345678", "１３９ 1234 5678", "522727198005171019"])
def test_an_address_with_a_number_leads_to_the_same_page_without_it(rf, number):
    request = rf.get("/list/", {"q": number, "sort": "name"})
    request.session = {}
    request._messages = FallbackStorage(request)
    answer = AddressMiddleware(lambda _request: None).process_view(request, None, None, None)
    assert (answer.status_code, answer["Location"]) == (302, "/list/?sort=name")
    assert number not in str(next(iter(request._messages)))


@pytest.mark.parametrize(
    "query", ["?q=王小明", "?q=520326101", "?after=12345678901234", "?since=2026-11-01", ""]
)
def test_other_addresses_stay(rf, query):
    assert (
        AddressMiddleware(lambda _request: None).process_view(rf.get(f"/list/{query}"), None, None, None)
        is None
    )


@pytest.mark.parametrize(
    ("method", "kind", "packed"),
    [
        ("get", "text/html; charset=utf-8", True), ("post", "text/html; charset=utf-8", False),
        ("get", "application/json", False), ("get", "application/vnd.ms-excel", False),
    ],
)  # fmt: skip
def test_only_pages_that_were_asked_for_by_get_are_compressed(rf, method, kind, packed):
    request = getattr(rf, method)("/", headers={"accept-encoding": "gzip"})
    response = HttpResponse("户" * 5000, content_type=kind)
    found = CompressedPageMiddleware(lambda _request: response)(request)
    assert found.has_header("Content-Encoding") is packed
    assert (len(found.content) < 2000) is packed


def test_a_list_goes_out_compressed(client, cast):
    client.force_login(cast.zhao, backend="django.contrib.auth.backends.ModelBackend")
    found = client.get("/grids/", headers={"accept-encoding": "gzip"})
    assert found["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in found["Vary"]
    assert cast.east.name in gzip.decompress(found.content).decode()


@pytest.mark.parametrize(
    "header", ["Location", "HX-Redirect", "HX-Location", "HX-Push-Url", "HX-Replace-Url"]
)
def test_no_answer_leads_to_an_address_with_a_number(rf, header):
    response = HttpResponse(status=302, headers={header: "/list/?q=13912345678&sort=name"})
    assert LeavingMiddleware(lambda _request: response)(rf.get("/"))[header] == "/list/?sort=name"


@pytest.mark.django_db
def test_whoever_is_sent_elsewhere_takes_no_number_along(client, cast):
    """A stranger is led to the sign-in, an address without its slash to the one with it, a form to where it came from."""
    number = "13912345678"
    asked = {"q": number, "sort": "name"}
    signed_out = client.get("/customers/", asked)
    client.force_login(cast.li)
    slash = client.get("/customers", asked)
    language = client.post("/language/", {"language": "en", "next": f"/customers/?q={number}&sort=name"})
    ends = ("sort%3Dname", "sort=name", "sort=name")
    found = [answer["Location"] for answer in (signed_out, slash, language)]
    assert not any(number in address for address in found)
    assert [address.endswith(end) for address, end in zip(found, ends, strict=True)] == [True] * 3


@pytest.mark.django_db
def test_nor_does_whoever_signs_in(client, cast):
    cast.li.set_password("a long word for li 9")
    cast.li.save()
    leading = {"next": "/customers/?q=13912345678"}
    asked = {"username": cast.li.username, "password": "a long word for li 9", **leading}
    answer = client.post("/accounts/login/", asked)
    assert (answer.status_code, "13912345678" in answer["Location"]) == (302, False)
