"""The core system's file of accounts: what was entered is confirmed or refuted by it, and what nobody entered stands."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from audit.verification import verify
from customers import services
from customers.enums import Evidence, Witness
from customers.models import Claim
from exchange import selectors
from exchange.services import rows_take
from grids import closing
from tests.customers.corefiles import numbered, stored
from tests.exchange.files import worked

CLAIMED, CONFIRMED, REFUTED = Evidence.CLAIMED, Evidence.CONFIRMED, Evidence.REFUTED
HEAD = ["身份证号", "客户号", "开户日期"]


def claimed(cast, person, day: date) -> Claim:
    services.customer_account_opened(actor=cast.li, customer=person, day=day)
    return models.QuerySet(Claim).get(customer=person)


def of(person) -> list[tuple[int, str, str]]:
    rows = models.QuerySet(Claim).filter(customer=person).order_by("pk")
    return list(rows.values_list("state", "witness", "reason"))


@pytest.fixture
def person(cast):
    return numbered(cast.grid_li)


def test_an_account_that_was_entered_is_confirmed_by_the_file_of_its_month(cast, person):
    claim = claimed(cast, person, date(2026, 11, 20))
    batch, told = stored(cast.zhao, "accounts", HEAD, [person.id_number, "K1", "2026-11-18"])
    assert told == {"rows": 1, "changed": 1}
    claim.refresh_from_db()
    person.refresh_from_db()
    assert (claim.state, claim.witness, claim.decided_by) == (CONFIRMED, Witness.CORE, cast.zhao)
    # who opened it, and on which day he said, stays
    assert (person.customer_since, person.opened_by, person.account_evidence) == (
        date(2026, 11, 20),
        cast.li,
        CONFIRMED,
    )
    assert stored(cast.zhao, "accounts", HEAD, [person.id_number, "K1", "2026-11-18"])[1] == {
        "rows": 1,
        "unchanged": 1,
    }
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    person.refresh_from_db()
    assert (person.account_evidence, of(person)) == (CLAIMED, [(CLAIMED, "", "")])
    assert verify().breaks == []


def test_whoever_was_a_customer_long_before_is_no_new_one(cast, person):
    claimed(cast, person, date(2026, 11, 20))
    batch, told = stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2019-03-01"])
    assert told == {"rows": 1, "changed": 1}
    person.refresh_from_db()
    assert (person.customer_since, person.opened_by) == (date(2019, 3, 1), None)
    assert of(person) == [(REFUTED, "core", "2019-03-01"), (CONFIRMED, "core", "")]
    assert stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2019-03-01"])[1] == {
        "rows": 1,
        "unchanged": 1,
    }
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    person.refresh_from_db()
    assert (person.customer_since, person.opened_by, person.account_evidence) == (
        date(2026, 11, 20),
        cast.li,
        CLAIMED,
    )
    assert [state for state, *_ in of(person)] == [CLAIMED, Evidence.WITHDRAWN]
    assert verify().breaks == []


def test_an_account_of_a_later_month_waits_for_somebody(cast, person):
    claimed(cast, person, date(2026, 10, 20))
    batch, told = stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2026-11-03"])
    assert told == {"rows": 1, "waiting": 1}
    assert of(person) == [(CLAIMED, "", "")]
    (row,) = selectors.rows_out(batch, selectors.Phase.STORED, "waiting")
    assert rows_take(actor=cast.zhao, batch=batch, keys=[row.key]) == 1
    person.refresh_from_db()
    assert (person.customer_since, person.opened_by) == (date(2026, 11, 3), None)
    assert of(person)[0] == (REFUTED, "core", "2026-11-03")


def test_what_nobody_entered_stands_with_the_file_as_its_witness_and_goes_with_it(cast, person):
    rows = [[person.id_number, "K1", "2026-11-03"], [None, "K1", "2021-05-06"]]
    batch, told = stored(cast.zhao, "accounts", HEAD, *rows)
    assert told == {"rows": 2, "new": 1, "unchanged": 1}
    person.refresh_from_db()
    # of two accounts the first
    assert (person.customer_since, person.opened_by, person.account_evidence) == (
        date(2021, 5, 6),
        None,
        CONFIRMED,
    )
    assert verify().breaks == []
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    person.refresh_from_db()
    assert (person.customer_since, person.account_evidence) == (None, None)
    assert of(person) == [(Evidence.WITHDRAWN, "core", "")]


def test_a_later_file_may_tell_of_an_earlier_account(cast, person):
    stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2026-11-03"])
    batch, told = stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2020-01-02"])
    assert told == {"rows": 1, "changed": 1}
    assert worked(cast.zhao, batch, selectors.UNDO)["undone"] == 1
    person.refresh_from_db()
    assert (person.customer_since, person.account_evidence) == (date(2026, 11, 3), CONFIRMED)
    assert verify().breaks == []


def test_what_a_person_confirmed_no_file_overthrows(cast, person):
    claim = claimed(cast, person, date(2026, 11, 20))
    services.claims_decide(actor=cast.chen, claims=[claim.pk], verdict=CONFIRMED)
    batch, told = stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2019-03-01"])
    assert told == {"rows": 1, "wrong": 1}
    (row,) = selectors.rows_out(batch, selectors.Phase.STORED, "wrong")
    assert row.faults[0].column == "opened_on"
    person.refresh_from_db()
    assert person.customer_since == date(2026, 11, 20)


def test_a_final_month_stays_as_it_is(cast, person, monkeypatch):
    claimed(cast, person, date(2026, 10, 20))
    early = date(2026, 11, 1)
    monkeypatch.setattr(closing, "_judges", [lambda _grid, days: [day for day in days if day < early]])
    batch, told = stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2026-09-03"])
    assert told == {"rows": 1, "changed": 1}
    person.refresh_from_db()
    # refuted, and never new in a later month; the day that a final month may rest on stands
    assert (person.customer_since, person.account_evidence, person.customer_before) == (
        date(2026, 10, 20), REFUTED, date(2026, 9, 3),
    )  # fmt: skip
    assert stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2026-09-03"])[1] == {
        "rows": 1,
        "unchanged": 1,
    }
    assert worked(cast.zhao, batch, selectors.UNDO) == {"rows": 1, "kept": 1, "undone": 0}


def test_what_somebody_worked_on_since_stays(cast, person):
    batch, _told = stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2026-11-03"])
    person.refresh_from_db()
    models.QuerySet(type(person)).filter(pk=person.pk).update(customer_since=date(2026, 11, 4))
    assert worked(cast.zhao, batch, selectors.UNDO) == {"rows": 1, "kept": 1, "undone": 0}


def test_a_restricted_person_is_left_alone(cast, person):
    services.restriction_set(actor=cast.li, customer=person, reason="本人要求")
    assert stored(cast.zhao, "accounts", HEAD, [person.id_number, None, "2026-11-03"])[1] == {
        "rows": 1,
        "wrong": 1,
    }


def test_only_head_office_brings_it_and_each_wrong_row_says_why(cast, person):
    with pytest.raises(PermissionDenied):
        stored(cast.chen, "accounts", HEAD, [person.id_number, None, "2026-11-03"])
    rows = [
        [person.id_number, None, "2026-11-28"],
        [None, "K9", "2026-11-03"],
        ["522727198005171011", None, "2026-11-03"],
    ]
    assert stored(cast.zhao, "accounts", HEAD, *rows)[1] == {"rows": 3, "wrong": 3}


def test_queries_dont_grow_with_the_rows(cast):
    counts = []
    for size, first in ((3, 400), (30, 500)):
        people = [numbered(cast.grid_li, serial=first + at) for at in range(size)]
        for one in people[: size // 3]:
            claimed(cast, one, date(2026, 11, 2))
        rows = [[one.id_number, f"K{first + at}", "2026-11-03"] for at, one in enumerate(people)]
        with CaptureQueriesContext(connection) as asked:
            stored(cast.zhao, "accounts", HEAD, *rows)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 2
