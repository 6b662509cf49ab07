"""Every action that the code records is declared by its room with words, and no word is left over."""

import ast
import re

import pytest
from django.apps import apps

from audit.labels import actions, label, subject_name, subjects
from tests.i18n.messages import ROOMS, ROOT

pytestmark = pytest.mark.once


def trees():
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "migrations" not in path.parts and path.name != "actions.py":
                yield room, path, ast.parse(path.read_text())


def test_no_action_is_a_bare_string():
    found = [
        f"{path.relative_to(ROOT)}:{node.value.lineno}"
        for _room, path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword)
        and node.arg == "action"
        and isinstance(node.value, ast.Constant)
        and str(node.value.value) in actions()
    ]
    assert found == []


def test_a_room_records_its_own_actions_only():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.module}"
        for room, path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        # forms have a module of that name as well
        and (node.module or "").count(".") == 1
        and (node.module or "").endswith(".actions")
        and node.module != f"{room}.actions"
        and "record(" in path.read_text()
    ]
    assert found == []


def test_every_declared_action_is_recorded_somewhere():
    code = "".join(path.read_text() for _room, path, _tree in trees())
    left_over = {
        action
        for action in actions()
        if not re.search(rf"Action\.{action.upper().replace('.', '_')}\b", code)
        # made of the step
        and not action.startswith("customer.app_")
    }
    assert len(actions()) > 60
    assert left_over == set()


def test_no_two_rooms_declare_the_same_action():
    declared = [
        node.targets[0].id
        for room in ROOMS
        for path in (ROOT / room).glob("actions.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign) and node.targets[0].id.isupper() and node.targets[0].id != "SUBJECTS"
    ]
    assert len(declared) == len(set(declared)) == len(actions())


def test_an_unknown_action_shows_its_code():
    assert label("made.up") == "made.up"


def test_every_subject_with_a_name_is_a_kind_of_row():
    assert {kind: apps.get_model(kind)._meta.label_lower for kind in subjects()} == {
        kind: kind for kind in subjects()
    }
    assert subject_name("people.user") == "账号"
    assert subject_name("made.up") == "made.up"
