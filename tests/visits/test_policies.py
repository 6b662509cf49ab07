"""The rules over visits, and that each of them stands once."""

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import visits
from tests.factories import AssignmentFactory, UserFactory, VisitFactory
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


def test_who_helps_in_a_branch_or_leads_another_corrects_nobodys_visit(cast):
    visit = VisitFactory(customer=person_in(cast.grid_li), staff=cast.li)
    aide, head, ended = (
        UserFactory(role=role) for role in ("branch_manager", "head_office", "branch_manager")
    )
    AssignmentFactory(user=aide, grid=cast.east, part="helper")
    AssignmentFactory(user=head, grid=cast.east, part="deputy")
    AssignmentFactory(user=ended, grid=cast.east, part="deputy", valid_to=date(2021, 1, 1))
    AssignmentFactory(user=cast.zhou, grid=cast.grid_li, part="helper")
    assert policies.may_correct(head, visit)
    for actor in (aide, cast.zhou, ended):
        assert not policies.may_correct(actor, visit)


def test_the_page_of_a_visit_says_who_corrects_it(cast, client):
    visit = VisitFactory(customer=person_in(cast.grid_li), staff=cast.li)
    client.force_login(cast.zhao)
    assert "更正他人的走访由支行的主责或协办办理，本处是：陈刚。" in client.get(visit.get_absolute_url()).text
    client.force_login(cast.li)
    assert "更正他人的走访" not in client.get(visit.get_absolute_url()).text
