"""The frame of every page: menu by role, language, sign-out, errors that say what to do next."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import RequestFactory

from gridbank.errors import Refused, page_for
from people.enums import Role
from tests.factories import UserFactory

HOSTILE = '"><script>alert(1)</script>'


def test_a_hostile_name_is_text(client, db):
    client.force_login(UserFactory(name=HOSTILE, role=Role.AUDITOR))
    page = client.get("/")
    assert HOSTILE not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


def test_the_token_goes_with_htmx_only_when_signed_in(client, cast):
    assert "hx-headers" not in client.get("/accounts/login/").text
    client.force_login(cast.li)
    page = client.get("/").text
    assert re.search(r"""<body[^>]*\shx-headers='\{"X-CSRFToken": "[A-Za-z0-9]{64}"\}'\s*>""", page)
    assert '"allowEval": false' in page
    assert '"historyCacheSize": 0' in page


def test_no_page_carries_inline_style_or_script(client, cast):
    client.force_login(cast.zhao)
    page = client.get("/").text
    assert not re.search(r"\sstyle=|<style|\son\w+=", page)
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize(("code", "said"), [("zh-hans", "退出"), ("en", "Sign out")])
def test_the_frame_speaks_both_languages(client, cast, code, said):
    client.force_login(cast.li)
    client.post("/language/", {"language": code, "next": "/"})
    assert said in client.get("/").text


def test_an_address_that_does_not_exist_says_where_to_go(client, cast):
    client.force_login(cast.li)
    page = client.get("/nothing/here/")
    assert page.status_code == 404
    assert 'href="/">返回首页' in page.text


def test_who_has_no_grid_yet_reads_why_nothing_is_found_and_whom_to_ask(client, cast):
    said = {}
    for name in ("sun", "li", "auditor"):
        client.force_login(UserFactory(role="auditor") if name == "auditor" else getattr(cast, name))
        said[name] = "您尚未定员" in client.get("/grids/987654/").text
    assert said == {"sun": True, "li": False, "auditor": False}


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Refused(HOSTILE), 409, "&lt;script&gt;"),
        (PermissionDenied(), 403, "您的角色不能执行此操作"),
    ],
)
def test_a_refusal_is_a_page_with_a_next_step(cast, error, status, said):
    request = RequestFactory().get("/")
    request.user, request.session, request._messages = cast.li, {}, []
    page = page_for(request, error)
    assert page.status_code == status
    assert said in page.content.decode()
    assert 'href="/"' in page.content.decode()
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("code", [400, 403, 413, 500, 503])
def test_plain_error_pages_ask_the_database_nothing(code):
    page = render_to_string(f"errors/{code}.html", {"message": HOSTILE})
    assert f'<p class="stop__code">{code}</p>' in page
    assert HOSTILE not in page
