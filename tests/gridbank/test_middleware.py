"""HTMX follows a header after a form; everybody else is redirected as ever."""

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from gridbank.middleware import HtmxRedirectMiddleware


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
