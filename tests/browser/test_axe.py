"""Whoever can't see well, or has no mouse, reads every page: axe finds nothing, in either scheme, size and language.

A page is loaded once in each language: in Chinese wide and light, in English narrow and dark with all that folds open.
What only colours decide is asked once more in the other scheme, without loading again.
"""

from pathlib import Path

import axe_playwright_python
import pytest

from people.enums import Role
from tests.browser.pages import MORE, PAGES
from tests.factories import UserFactory

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
ASK = """async (rules) => {
  const wanted = { resultTypes: ["violations"], preload: false, rules: { "target-size": { enabled: true } } };
  if (rules) { wanted.runOnly = { type: "rule", values: rules }; }
  const found = await window.axe.run(document, wanted);
  return found.violations.map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 140)).slice(0, 3)]);
}"""
OPEN = "() => document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
COLOURS = ["color-contrast"]
OFFICERS = {"sysadmin": Role.SYSADMIN, "secadmin": Role.SECADMIN, "auditor": Role.AUDITOR}
# what stands in an address that isn't one
ABSENT = {"/nowhere/": 404}


def told(wrong):
    """Return every finding on a line of its own."""
    return [
        f"{key} {path}: {rule} {html}"
        for key, paths in wrong.items()
        for path, found in paths.items()
        for rule, html in found
    ]


def looked_at(page, scheme, again):
    """Return what axe finds in the scheme that is set, and of colours in the other one."""
    found = page.evaluate(ASK, None)
    page.emulate_media(color_scheme=again, reduced_motion="reduce")
    found += page.evaluate(ASK, COLOURS)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    return found


def walk(page, paths, ground, *, scheme, again, fold):
    page.add_init_script(AXE)
    # what moves is looked at where it comes to rest
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    wrong = {}
    for path in paths:
        page.expect_trouble("404")
        assert page.goto(path.format(**ground)).status == ABSENT.get(path, 200), path
        if fold:
            page.evaluate(OPEN)
        if found := looked_at(page, scheme, again):
            wrong[path] = found
    return wrong


@pytest.mark.parametrize("names", [("li",), ("chen", "zhao"), tuple(OFFICERS)], ids=" ".join)
def test_axe_finds_nothing_on_any_page(cast, ground, signed_in, names):
    wrong = {}
    for name in names:
        person = UserFactory(role=OFFICERS[name]) if name in OFFICERS else getattr(cast, name)
        paths = list(dict.fromkeys([*PAGES.get(name, []), *MORE[name]]))
        wide = signed_in(person, language="zh-hans")
        wrong[name, "wide"] = walk(wide, paths, ground, scheme="light", again="dark", fold=False)
        narrow = signed_in(person, narrow=True, language="en")
        wrong[name, "narrow"] = walk(narrow, paths, ground, scheme="dark", again="light", fold=True)
    found = told(wrong)
    assert not found, "\n".join(found)


def test_axe_finds_nothing_where_one_signs_in(db, new_page):
    for narrow in (False, True):
        page = new_page(narrow=narrow)
        assert walk(page, ["/accounts/login/"], {}, scheme="light", again="dark", fold=False) == {}
