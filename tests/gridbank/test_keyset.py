"""Lists by key: every row once, whatever the order, from the front and from the back."""

from datetime import date

import pytest
from django.db.models import F

from gridbank.keyset import behind, cut
from needs.models import Need
from tests.factories import HouseholdFactory, NeedFactory

DAYS = [None, date(2026, 3, 1), date(2026, 3, 2), None, date(2026, 3, 1), date(2026, 2, 28)]


@pytest.fixture
def needs(db):
    home = HouseholdFactory()
    for day in DAYS:
        NeedFactory(household=home, due_on=day)
    return Need._base_manager.all()


@pytest.mark.parametrize(
    ("order", "by"),
    [
        (("due_on?", "pk"), (F("due_on").asc(nulls_last=True), "pk")),
        (("due_on?", "-pk"), (F("due_on").asc(nulls_last=True), "-pk")),
        (("-raised_on", "-pk"), ("-raised_on", "-pk")),
        (("pk",), ("pk",)),
    ],
)
def test_what_is_behind_each_row_is_the_rest_of_the_list(needs, order, by):
    rows = list(needs.order_by(*by))
    for place, row in enumerate(rows):
        assert list(needs.filter(behind(row, *order)).order_by(*by)) == rows[place + 1 :]


def pages(rows, **key):
    return cut(rows, by=F("pk"), read=list, size=2, **{"after": None, "before": None} | key)


def test_there_and_back_again_every_row_is_met_once(needs):
    everybody = list(needs.order_by("pk"))
    page, there = pages(needs), []
    assert page.before is None
    while True:
        there += page.rows
        if page.after is None:
            break
        page = pages(needs, after=page.after)
    assert there == everybody
    back = [page.rows]
    while page.before is not None:
        page = pages(needs, before=page.before)
        back.insert(0, page.rows)
    assert [row for rows in back for row in rows] == everybody
    assert page.after is not None


def test_behind_the_last_there_is_nothing_and_nowhere_to_go(needs):
    assert pages(needs, after=2**62).rows == []
    assert (pages(needs, after=2**62).after, pages(needs, after=2**62).before) == (None, None)
