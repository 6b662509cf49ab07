"""Lists by key: every row once, whatever the order, from the front and from the back."""

import uuid
from datetime import date

import pytest
from django.db.models import F

from gridbank.keyset import Order, behind, cut, key_of
from needs.models import Need
from tests.factories import HouseholdFactory, NeedFactory
from visits.models import Visit

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


ORDERS = [
    Order(),
    Order(falling=True),
    Order("due_on", empty="last"),
    Order("due_on", empty="first"),
    Order("due_on", falling=True, empty="last"),
    Order("raised_on"),
    Order("due_on", empty="first", few=True),
]


def pages(rows, order, **ends):
    return cut(rows, order=order, read=list, size=2, **ends)


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_there_and_back_again_every_row_is_met_once(needs, order):
    page, there = pages(needs, order), []
    assert page.before is None
    while True:
        there += page.rows
        if page.after is None:
            break
        page = pages(needs, order, after=page.after)
    assert {row.pk for row in there} == {row.pk for row in needs}
    assert len(there) == len(DAYS)
    back = [page.rows]
    while page.before is not None:
        page = pages(needs, order, before=page.before)
        back.insert(0, page.rows)
    assert [row for rows in back for row in rows] == there
    assert page.after is not None


def test_the_empty_stand_where_the_order_says(needs):
    first, last = (
        [row.due_on for row in cut(needs, order=Order("due_on", empty=end), read=list, size=9).rows]
        for end in ("first", "last")
    )
    known = sorted(day for day in DAYS if day)
    assert (first, last) == ([None, None, *known], [*known, None, None])
    turned = Order("due_on", empty="first").turned()
    assert [row.due_on for row in cut(needs, order=turned, read=list, size=9).rows] == first[::-1]


def test_behind_the_last_there_is_nothing_and_nowhere_to_go(needs):
    for order in ORDERS:
        page = pages(needs, order, after=2**62 if not order.falling else 0)
        assert (page.rows, page.after, page.before) == ([], None, None)


def test_a_row_that_left_the_list_still_says_where_it_stood(needs):
    order, everybody = (
        Order("due_on", empty="last"),
        list(needs.order_by(F("due_on").asc(nulls_last=True), "pk")),
    )
    gone = everybody[2].pk
    left = needs.exclude(pk=gone)
    assert pages(left, order, after=gone).rows == []
    assert pages(left, order, after=gone, among=needs).rows == everybody[3:5]


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "１", "9" * 19, "1_0", " 1", "", "9" * 99])
def test_what_is_no_key_is_refused(needs, text):
    with pytest.raises(ValueError):
        key_of(needs, text)


def test_keys_are_read_as_the_table_has_them(needs, db):
    assert key_of(needs, "12") == 12
    key = uuid.uuid4()
    assert key_of(Visit._base_manager.all(), str(key)) == key
    with pytest.raises(ValueError):
        key_of(Visit._base_manager.all(), "12")
