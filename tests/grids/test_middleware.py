"""Whoever enters something for a month that is published is told so, by page and by API; and it is listed there."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import transaction

from customers.services import HouseholdRow, PersonRow, households_bulk_create
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids import closing
from grids.models import Assignment
from grids.services import (
    AssignmentRow,
    assignments_bulk_create,
    backdating_ask,
    backdating_sign,
)
from performance import services
from performance.models import LateChange
from tests.factories import GridFactory
from tests.performance.world import LONG_AGO, MONTH, fill
from tests.visits.bodies import visit_json
from tests.visits.test_views import form_data
from visits.models import Visit

DAY = date(2026, 9, 20)
SAID = "2026-09的排名已公布：本次登记已保存并列在该月页面，不改变该月排名。"


@pytest.fixture
def published(cast):
    fill(cast)
    period = services.run_compute(bank=cast.root, month=MONTH).period
    services.period_publish(actor=cast.zhao, period=period)


def person_of(cast):
    with waive_scope("test"):
        return Visit.objects.filter(staff=cast.li, met=True).order_by("day").first().customer


def entered(cast):
    """Return, for each page on which something is entered for a day, its address and what is sent."""
    person = person_of(cast)
    day = {"day": DAY.isoformat()}
    visit = form_data(person, started_at="2026-09-20T10:00")
    return {
        "account": (f"/customers/{person.pk}/account/", day),
        "app": (f"/customers/{person.pk}/app/", {"step": "informed", **day}),
        "visit": (f"/visits/new/?household={person.household_id}", visit),
    }


@pytest.mark.parametrize("name", ["account", "app", "visit"])
@pytest.mark.parametrize("is_final", [True, False])
def test_the_page_tells_who_enters_it(client, cast, request, name, is_final):
    if is_final:
        request.getfixturevalue("published")
    else:
        fill(cast)
    address, body = entered(cast)[name]
    client.force_login(cast.li)
    answer = client.post(address, body, follow=True)
    assert answer.redirect_chain
    assert (SAID in unescape(answer.text)) == is_final


def test_what_is_refused_tells_nothing(client, cast, published):
    person = person_of(cast)
    client.force_login(cast.li)
    answer = client.post(f"/customers/{person.pk}/app/", {"step": "verified", "day": "2019-01-01"})
    assert answer.status_code == 422
    assert SAID not in client.get("/visits/").text


def test_the_api_says_which_came_late(client, cast, published):
    person = person_of(cast)
    now = visit_json(person)
    late = visit_json(person, started_at="2026-09-20T10:00:00+08:00")
    client.force_login(cast.li)
    answer = client.post("/api/v1/visits/sync/", {"visits": [now, late]}, content_type="application/json")
    results = answer.json()["results"]
    assert [(one["status"], one["late"]) for one in results] == [("created", False), ("created", True)]
    assert SAID not in client.get("/visits/").text


def listed():
    with waive_scope("test"):
        return [(row.grid.name, row.changes) for row in LateChange.objects.order_by("pk")]


def test_people_assigned_in_bulk_by_the_installation_are_listed(cast, published):
    grid = GridFactory(parent=cast.east, name="戊村")
    late = AssignmentRow(grid, cast.wang, DAY, DAY + timedelta(days=3))
    later = AssignmentRow(grid, cast.li, date(2026, 11, 1))
    assert assignments_bulk_create(actor=None, rows=[late, later]) == 2
    assert listed() == [("戊村", {"person": [None, "王磊"], "valid_from": [None, "2026-09-20"]})]


def end_of(cast, day):
    return {
        "kind": "end", "user": cast.li, "since": day, "assignment": Assignment.everywhere().get(user=cast.li),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["transfer", "end"])
def test_responsibility_never_reaches_into_a_published_month(client, cast, published, kind):
    wanted = {"actor": cast.chen, "grid": cast.grid_li, "part": "lead", "reason": "补录"}
    for day in (date(2026, 9, 30), date(2026, 10, 1)):
        more = {"kind": kind, "user": cast.wang, "since": day} if kind == "transfer" else end_of(cast, day)
        if day.month == MONTH.month:
            with (
                pytest.raises(Refused, match="2026-09的排名已公布，该月的定员不能再改。"),
                transaction.atomic(),
            ):
                backdating_ask(**wanted, **more)
        else:
            backdating_sign(actor=cast.zhao, backdating=backdating_ask(**wanted, **more))
    assert listed() == []


def test_nor_in_bulk(cast, published):
    rows = [AssignmentRow(GridFactory(parent=cast.east), cast.li, date(2026, 9, 30))]
    with pytest.raises(Refused, match="2026-09的排名已公布"), transaction.atomic():
        assignments_bulk_create(actor=cast.zhao, rows=rows)


def test_the_form_says_why_not(client, cast, published):
    client.force_login(cast.zhao)
    row = Assignment.everywhere().get(user=cast.li)
    answer = client.post(f"/grids/assignments/{row.pk}/end/", {"last_day": "2026-09-29", "reason": "补录"})
    assert answer.status_code == 422
    assert "该月的定员不能再改" in answer.text


def test_households_stored_with_days_of_a_published_month_are_listed(cast, published):
    people = [
        PersonRow(
            "赵一", "head", birth_date=date(1980, 1, 1), customer_since=DAY, app_informed_on=DAY,
            app_downloaded_on=date(2026, 11, 1),
        ),
        PersonRow("赵二", birth_date=date(1982, 1, 1), customer_since=date(2026, 8, 31)),
    ]  # fmt: skip
    row = HouseholdRow(grid_id=cast.grid_li.pk, members=people, created_at=LONG_AGO)
    with closing.listening() as days:
        households_bulk_create(actor=cast.li, rows=[row])
    day = [None, DAY.isoformat()]
    assert listed() == [("甲村", {"customer_since": day, "app_informed_on": day})]
    assert days == {DAY}
