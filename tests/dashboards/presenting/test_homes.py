"""Each role's home: what it answers, what it never shows, and that it costs the same with more rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.enums import Role
from tests.dashboards.ranked import household, month, today
from tests.factories import AssignmentFactory, GridFactory, UserFactory, VisitFactory
from tests.people import assign

# Of whoever decides on entries one asks which grids he leads or led: what counts for him is none of his to confirm.
# head office hears besides of the files of other systems: which are expected, which came, which were told
QUERIES = {"zhao": 27, "chen": 24, "li": 24}
HOSTILE = '"><script>alert(1)</script>'


def home(client, user, query=""):
    client.force_login(user)
    page = client.get(f"/{query}")
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize("role", [Role.HEAD_OFFICE, Role.BRANCH_MANAGER, Role.ACCOUNT_MANAGER])
def test_somebody_without_assignment_is_told_whom_to_ask(client, bank, role):
    page = home(client, UserFactory(role=role))
    assert "没有负责的网格" in page
    assert "请联系" in page
    for hidden in ("甲村", "东支行", "李家湾的张三", "李娜"):
        assert hidden not in page


def test_an_assignment_that_has_ended_shows_nothing(client, bank):
    until = today() - timedelta(days=1)
    AssignmentFactory(user=bank.sun, grid=bank.grid_li, part="helper", valid_to=until)
    assert "李家湾的张三" not in home(client, bank.sun)


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR])
def test_an_officer_sees_his_work_and_no_customer(client, bank, role):
    page = home(client, UserFactory(role=role))
    assert "三员分立" in page
    for hidden in ("甲村", "东支行", "李家湾的张三", "李娜", "map.js"):
        assert hidden not in page


@pytest.mark.parametrize("name", ["zhao", "chen", "li"])
def test_an_empty_bank_has_a_home_for_everybody(client, cast, name):
    page = home(client, getattr(cast, name))
    assert 'class="empty"' in page


@pytest.mark.parametrize("name", ["zhao", "chen", "li"])
def test_hostile_names_are_text(client, cast, name):
    for grid in (cast.root, cast.east, cast.grid_li):
        grid.name = HOSTILE
        grid.save(update_fields=["name"])
    for user in (cast.zhao, cast.chen, cast.li):
        user.name = HOSTILE
        user.save(update_fields=["name"])
    household(cast.grid_li, HOSTILE, group_name=HOSTILE)
    month(cast, today().replace(day=1), people=[(cast.li, cast.grid_li, cast.east)])
    page = home(client, getattr(cast, name))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("name", list(QUERIES))
def test_no_home_reads_what_only_computations_and_maps_need(client, cast, name):
    month(cast, today().replace(day=1), people=[(cast.li, cast.grid_li, cast.east)])
    client.force_login(getattr(cast, name))
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    heavy = [one["sql"] for one in asked if '."inputs"' in one["sql"] or '."geojson"' in one["sql"]]
    assert heavy == []
    assert any('"performance_score"' in one["sql"] for one in asked)


@pytest.mark.parametrize("name", list(QUERIES))
@pytest.mark.parametrize("count", [1, 3])
def test_a_home_costs_the_same_with_more_rows(client, cast, django_assert_num_queries, name, count):
    people = []
    for number in range(count):
        grid = GridFactory(parent=cast.east, name=f"村{number}")
        GridFactory(parent=cast.east, name=f"空{number}")
        user = UserFactory(role=Role.ACCOUNT_MANAGER)
        assign(user, grid)
        AssignmentFactory(user=cast.li, grid=grid, part="deputy")
        people.append((user, grid, cast.east))
        made = household(grid, f"户{number}")
        VisitFactory(customer=made.head, staff=user)
    people.append((cast.li, cast.grid_li, cast.east))
    # one more: what stands beside it is of the month before
    for number in range(count + 1):
        first = (today().replace(day=1) - timedelta(days=31 * number)).replace(day=1)
        month(cast, first, people=people)
    client.force_login(getattr(cast, name))
    client.get("/")
    with django_assert_num_queries(QUERIES[name]):
        client.get("/")
