"""Every action that the code records has a name on the auditor's page, and no name is left over."""

import ast

from django.apps import apps

from audit.labels import ACTIONS, SUBJECTS, label, subject_name
from tests.i18n.messages import ROOMS, ROOT


def recorded() -> set[str]:
    """Return the literals that are given as an action, or look like one next to a call of record()."""
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            if "migrations" in path.parts or "record(" not in text or path.name == "labels.py":
                continue
            for node in ast.walk(ast.parse(text)):
                if (
                    isinstance(node, ast.keyword)
                    and node.arg == "action"
                    and isinstance(node.value, ast.Constant)
                ):
                    found.add(node.value.value)
    return found


def test_every_action_has_a_name():
    assert len(recorded()) > 30
    assert recorded() - ACTIONS.keys() == set()


def test_every_name_belongs_to_an_action():
    code = "".join(
        path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "labels.py"
    )
    assert {
        action for action in ACTIONS if f'"{action}"' not in code and action.split(".")[1] not in code
    } == set()


def test_an_unknown_action_shows_its_code():
    assert label("made.up") == "made.up"


def test_every_subject_with_a_name_is_a_kind_of_row():
    assert {kind: apps.get_model(kind)._meta.label_lower for kind in SUBJECTS} == {
        kind: kind for kind in SUBJECTS
    }
    assert subject_name("people.user") == "账号"
    assert subject_name("made.up") == "made.up"
