"""On a laptop nothing is wider than what it stands in, in either language: no table, no form, no map, no line of words."""

import pytest

from people.enums import Role
from tests.browser.pages import MORE, PAGES
from tests.factories import UserFactory

LAPTOP = {"width": 1366, "height": 768}
OFFICERS = {"sysadmin": Role.SYSADMIN, "secadmin": Role.SECADMIN, "auditor": Role.AUDITOR}
ABSENT = {"/nowhere/": 404}
WIDER = """() => {
  const found = [];
  const frames = ".card, .panel, .sheet, .alert, main";
  for (const each of document.querySelectorAll("main :is(table, form, ul, dl, p, pre, nav, details, .table-wrap)")) {
    const frame = each.parentElement.closest(frames);
    if (!each.offsetParent || !frame || each.closest(".visually-hidden, .leaflet-container")) continue;
    const over = each.getBoundingClientRect().right - frame.getBoundingClientRect().right;
    if (over > 1) found.push(`${each.tagName}.${each.className} ${Math.round(over)} px`);
  }
  for (const each of document.querySelectorAll("main .table-wrap")) {
    const over = each.scrollWidth - each.clientWidth;
    if (over > 1) found.push(`a scrolling table ${over} px`);
  }
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page ${page.scrollWidth - page.clientWidth} px`);
  return found;
}"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", [*PAGES, *OFFICERS])
def test_nothing_is_wider_than_what_it_stands_in(cast, ground, signed_in, name, language):
    person = UserFactory(role=OFFICERS[name]) if name in OFFICERS else getattr(cast, name)
    page = signed_in(person, language=language, viewport=LAPTOP)
    page.expect_trouble("404")
    wider = {}
    for path in dict.fromkeys([*PAGES.get(name, []), *MORE[name]]):
        assert page.goto(path.format(**ground)).status == ABSENT.get(path, 200), path
        if found := page.evaluate(WIDER):
            wider[path] = found
    assert wider == {}


def test_what_is_wider_is_found(cast, signed_in):
    page = signed_in(cast.li, viewport=LAPTOP)
    page.goto("/accounts/password/")
    assert page.evaluate(WIDER) == []
    page.evaluate("() => { document.querySelector('main form').style.width = '3000px'; }")
    assert page.evaluate(WIDER)
