"""A template can be reviewed: short lines (as of scripts and sheets), one block element on each, parts in one way."""

import re

import pytest

from tests.gridbank.test_walls import ROOT, STATIC, TEMPLATES

pytestmark = pytest.mark.once

WIDTH = 120
BLOCK = (
    "article|aside|dd|div|dl|dt|fieldset|figure|footer|form|h1|h2|h3|header|li|main|nav|ol|p|section|table|tbody|td"
    "|th|thead|tr|ul"
)
OPENED = re.compile(rf"<({BLOCK})[\s>]")
# what packages bring stands in folders of their own
OWN = [path for path in STATIC if path.parent in {ROOT / "static/js", ROOT / "static/css"}]
EXTENDED = re.compile(r'{% extends "([^"]+)"')
# what opens or shuts a block, or gives a name a value
NAMING = re.compile(r"{% (?:(block|endblock)\b.*?|keep (\w+)|\w+ .*?\bas (\w+)) %}")
NOW = re.compile(r'<time class="now">{% now "[^"]*" %}</time>')
LOADED = re.compile(r"css/[a-z-]+\.css")


def name(path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", [*TEMPLATES, *OWN], ids=lambda path: str(path.relative_to(ROOT)))
def test_lines_are_short(path):
    long = [number for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > WIDTH]
    assert not long


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_one_block_element_stands_on_a_line(path):
    crowded = [line for line in path.read_text().splitlines() if len(OPENED.findall(line)) > 1]
    assert not crowded


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_part_is_named_and_placed_in_one_way(path):
    """What is included or extended beside `base.html` is `_name.html`, directly in the folder of its app."""
    assert path.relative_to(ROOT / "templates").parts[1:] in {(path.name,), ()}
    for asked in re.findall(r'{% include "([^"#]+)"', path.read_text()):
        assert asked.rpartition("/")[2].startswith("_"), asked
        assert (ROOT / "templates" / asked).is_file(), asked


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_the_minute_of_an_answer_says_that_it_is_one(path):
    """Else two equal answers differ where the minute turns between them, for whoever compares them."""
    bare = NOW.sub("", path.read_text())
    assert not re.findall(r'{% now "[^"]*[His][^"]*" %}', bare)


def test_every_stylesheet_is_loaded_once():
    """Those of every page in one list, so that their order is told once; those of one page by that page."""
    loaded = [sheet for path in TEMPLATES for sheet in LOADED.findall(path.read_text())]
    shared = LOADED.findall((ROOT / "templates/components/_styles.html").read_text())
    there = {f"css/{path.name}" for path in (ROOT / "static/css").glob("*.css")}
    assert set(loaded) == there
    assert all(loaded.count(sheet) == 1 for sheet in shared)
    assert shared[0] == "css/tokens.css"
    assert shared[-1] == "css/print.css"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_form_that_is_included_alone_is_given_its_token(path):
    """`only` shuts the token out: such a form would work with HTMX alone, which sends it in a header."""
    for asked, told in re.findall(r'{% include "([^"#]+)"([^%]*)%}', path.read_text()):
        if "{% csrf_token %}" in (ROOT / "templates" / asked).read_text() and told.rstrip().endswith(" only"):
            assert "csrf_token=csrf_token" in told, asked


def test_a_frame_names_nothing_that_a_page_could_have_named():
    """What it sets outside its blocks stands before the page is drawn: another name of a page's would be lost."""
    frames = {found for path in TEMPLATES for found in EXTENDED.findall(path.read_text())}
    assert "base.html" in frames
    for frame in sorted(frames):
        depth = 0
        for block, kept, named in NAMING.findall((ROOT / "templates" / frame).read_text()):
            depth += {"block": 1, "endblock": -1}.get(block, 0)
            assert block or depth or (kept or named).startswith("frame_"), f"{frame}: {kept or named}"
