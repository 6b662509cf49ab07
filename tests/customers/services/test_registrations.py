"""The app's own file: who registered, with which status, and when it was used last."""

from datetime import date

import pytest
from django.db import models

from customers import services
from customers.enums import Evidence
from customers.models import AppRegistration, Claim
from exchange import selectors
from exchange.services import batch_bring
from tests.customers.corefiles import numbered, stored
from tests.exchange.files import worked, xlsx

HEAD = ["身份证号", "注册日期", "状态", "最后登录日期"]


@pytest.fixture
def person(cast):
    return numbered(cast.grid_li)


def stands(person):
    person.refresh_from_db()
    found = (
        models.QuerySet(AppRegistration)
        .filter(customer=person)
        .values_list("registered_on", "status", "last_used_on")
    )
    return person.app_verified_on, person.app_evidence, next(iter(found), None)


def test_registrations_come_change_and_go_back(cast, person):
    row = [person.id_number, "2026-10-05", "正常", "2026-11-01"]
    batch, told = stored(cast.zhao, "apps", HEAD, row)
    first = (date(2026, 10, 5), Evidence.CONFIRMED, (date(2026, 10, 5), "open", date(2026, 11, 1)))
    assert (told, stands(person)) == ({"rows": 1, "new": 1}, first)
    assert stored(cast.zhao, "apps", HEAD, row)[1] == {"rows": 1, "unchanged": 1}
    later, told = stored(cast.zhao, "apps", HEAD, [person.id_number, None, "注销", "2026-11-20"])
    assert told == {"rows": 1, "changed": 1}
    # that he had it stays so
    assert stands(person) == (*first[:2], (date(2026, 10, 5), "closed", date(2026, 11, 20)))
    assert worked(cast.zhao, later, selectors.UNDO)["undone"] == 1
    assert stands(person) == first
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    assert stands(person) == (None, None, None)


def test_what_was_claimed_is_confirmed_and_waits_again_when_the_file_is_taken_back(cast, person):
    for step in ("downloaded", "verified"):
        services.app_milestone_set(actor=cast.li, customer=person, step=step, day=date(2026, 11, 10))
    batch, told = stored(cast.zhao, "apps", HEAD, [person.id_number, "2026-11-09", "正常", None])
    assert told == {"rows": 1, "new": 1}
    states = models.QuerySet(Claim).filter(customer=person).values_list("state", "witness")
    assert list(states) == [(Evidence.CONFIRMED, "core")] * 2
    assert stands(person)[:2] == (date(2026, 11, 10), Evidence.CONFIRMED)
    assert person.app_activated_by == cast.li
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    assert (list(states.all()), stands(person)[1]) == ([(Evidence.CLAIMED, "")] * 2, Evidence.CLAIMED)


def test_a_file_that_is_older_than_what_stands_waits(cast, person):
    stored(cast.zhao, "apps", HEAD, [person.id_number, "2026-10-05", "正常", "2026-11-20"])
    content = xlsx(HEAD, [person.id_number, "2026-10-05", "正常", "2026-10-20"])
    older = batch_bring(actor=cast.zhao, kind="apps", name="a.xlsx", content=content, as_of=date(2026, 11, 1))
    assert worked(cast.zhao, older, selectors.STORE) == {"rows": 1, "waiting": 1}


@pytest.mark.parametrize(
    ("cells", "column"),
    [([None, "正常", None], "registered_on"), (["2026-10-05", "正常", "2026-10-01"], "last_used_on"),
     (["2026-12-05", "正常", None], "registered_on")],
)  # fmt: skip
def test_a_wrong_row_says_which_column(cast, person, cells, column):
    batch, told = stored(cast.zhao, "apps", HEAD, [person.id_number, *cells])
    (out,) = selectors.rows_out(batch, selectors.Phase.STORED, "wrong")
    assert (told, [fault.column for fault in out.faults]) == ({"rows": 1, "wrong": 1}, [column])
