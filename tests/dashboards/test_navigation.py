"""The menu: what each role may do, and where one is."""

import re

import pytest

from people.enums import Role
from tests.factories import UserFactory


def menu(page):
    sidebar = page.text.split('<aside class="sidebar"')[1].split("</aside>")[0]
    return re.findall(r'<li>\s*<a href="([^"]+)"', sidebar)


@pytest.mark.parametrize(
    ("role", "seen", "hidden"),
    [
        (Role.SYSADMIN, "/people/", "/customers/"),
        (Role.SECADMIN, "/people/", "/performance/"),
        (Role.AUDITOR, "/audit/", "/people/"),
    ],
)
def test_the_menu_offers_what_the_role_may_do(client, db, role, seen, hidden):
    client.force_login(UserFactory(role=role))
    found = menu(client.get("/"))
    assert seen in found
    assert hidden not in found


def test_the_current_page_is_marked_once_in_each_menu(client, cast):
    client.force_login(cast.zhao)
    page = client.get("/")
    assert page.text.count('href="/" aria-current="page"') == 2
