"""The rules over visits, and that each of them stands once."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import visits
from tests.factories import VisitFactory
from tests.visits.bodies import person_in
from visits import policies

ROOM = Path(visits.__file__).parent
NOW = timezone.now()


@pytest.mark.parametrize(("ahead", "future"), [(-60, False), (0, False), (300, False), (301, True)])
def test_a_clock_may_run_five_minutes_fast(ahead, future):
    assert policies.in_future(NOW + timedelta(seconds=ahead), NOW) is future


def test_the_allowance_is_stated_once():
    found = [
        path.name
        for path in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.keyword) and node.arg in {"minutes", "seconds"}
    ]
    assert found == ["policies.py"]


def test_the_author_and_the_branch_manager_correct(cast):
    visit = VisitFactory(customer=person_in(cast.grid_li), staff=cast.li)
    assert policies.may_correct(cast.li, visit)
    assert policies.may_correct(cast.chen, visit)
    assert not policies.may_correct(cast.wang, visit)
    assert not policies.may_correct(cast.zhao, visit)
