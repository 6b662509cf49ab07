"""Everything the site says is said in Chinese as well, and nothing is said in Chinese only."""

import ast
import re
from collections import defaultdict

import pytest

from tests.i18n.messages import ROOMS, ROOT, catalogue, missing, used

pytestmark = pytest.mark.once

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Chinese in code is data there, not something the site says.
DATA = {
    "ground/outlines.py": "what maps call their columns",
    "gridbank/numbers.py": "the words beside which a password stands",
    "people/passwords.py": "words that nobody may build a password on",
    "grids/naming.py": "the words that official names of places end with",
    "customers/corefiles.py": "what files call their columns",
    "customers/completeness.py": "words that stand for nothing",
    "customers/naming.py": "radicals that files write for the characters they look like",
    "exchange/cleaning.py": "signs and blanks as files write them",
    "exchange/matching.py": "the words with which a table ends",
    "exchange/staff.py": "what files call their columns",
    "grids/sheets.py": "what files call their columns",
    "ground/sheets.py": "what files call their columns",
    "performance/sheets.py": "what files call their columns",
    "products/sheets.py": "what files call their columns",
    "customers/pinyin.py": "surnames and words with a reading of their own",
    "customers/matching.py": "characters that are taken for one another",
    "customers/sheets.py": "what lists of the field call their columns, and how they say who somebody is",
}


def test_the_extraction_finds_what_is_said():
    found = {message.ids[0] for message in used()}
    assert {
        "Sign in",
        "Head office",
        "Your password was changed. All your other sessions and your tokens have ended.",
    } <= found
    assert len(found) > 200


@pytest.mark.parametrize("room", ROOMS)
def test_everything_is_translated(room):
    lacking = sorted({(message.ids[0], message.place) for message in missing() if message.room == room})
    assert lacking == []


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_fuzzy_empty_or_out_of_balance(room):
    wrong = []
    for (_context, identifier), (ids, strings, fuzzy) in catalogue(room).items():
        wanted = sorted(set(PLACEHOLDER.findall(ids[-1])))
        for text in strings:
            found = sorted(set(PLACEHOLDER.findall(text or "")))
            if fuzzy or not text or (found != wanted and set(found) != set(wanted)):
                wrong.append((identifier, text))
            elif text.strip() != text or (identifier.endswith("\n") != text.endswith("\n")):
                wrong.append((identifier, "spaces around"))
    assert wrong == []


def test_a_message_has_one_translation_in_the_whole_house():
    """Django merges the catalogues: of two answers one would win by chance. Tell them apart with a context."""
    answers = defaultdict(dict)
    for room in ROOMS:
        for key, (_ids, strings, _fuzzy) in catalogue(room).items():
            answers[key].setdefault(strings, room)
    assert {key: found for key, found in answers.items() if len(found) > 1} == {}


def test_no_catalogue_answers_what_nobody_says():
    said = {message.key for message in used()}
    left = {room: sorted(key[1] for key in catalogue(room) if key not in said) for room in ROOMS}
    assert {room: keys for room, keys in left.items() if keys} == {}


def literals(path):
    tree = ast.parse(path.read_text())
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def test_no_code_speaks_chinese_past_the_catalogues():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value[:40]}"
        for room in ROOMS
        if room != "demo"
        for path in (ROOT / room).rglob("*.py")
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in DATA
        for node in literals(path)
        if CHINESE.search(node.value)
    ]
    assert found == []


def test_no_template_and_no_script_speaks_chinese_past_the_catalogues():
    places = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.js")]
    assert len(places) > 20
    assert [str(path.relative_to(ROOT)) for path in places if CHINESE.search(path.read_text())] == []


def test_the_exceptions_are_still_needed():
    for name in DATA:
        assert CHINESE.search((ROOT / name).read_text()), name
