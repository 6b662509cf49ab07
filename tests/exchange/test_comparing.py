"""A stored file held against what stands here."""

from datetime import date

import pytest
from django.db import models

from exchange.comparing import report
from products.models import Holding
from tests.customers.corefiles import compared, five, stored
from tests.factories import ProductFactory

ACCOUNTS = ["身份证号", "产品代码", "账号", "开户日期", "余额"]


@pytest.fixture
def people(cast):
    return five(cast)


@pytest.fixture
def batch(cast, people):
    return compared(cast, people)


def test_a_report_says_what_differs_each_way_and_which_entries_it_decided(cast, people, batch):
    made = report(batch, actor=cast.zhao, most=10)
    assert made.counts == {
        "changed": 2, "confirmed": 1, "refuted": 1, "new": 1, "unknown": 1, "waiting": 1, "absent": 2,
    }  # fmt: skip
    assert [line.apart.who for line in made.new] == ["甲3"]
    assert [line.where.split()[-1] for line in made.unknown] == ["6"]
    by_name = {line.apart.who: line.differs for line in made.different}
    assert ("2026-11-21", "2019-05-01") in [(was, now) for _label, was, now in by_name["甲2"]]
    # what waits for a word as well as what no file names
    assert {one.who for one in made.absent} == {"甲4", "甲5"}
    assert report(batch, actor=cast.zhao, most=1).counts == made.counts


def test_accounts_that_a_later_file_no_longer_tells_of_are_named(cast, people):
    ProductFactory(code="D01", name="活期", category="deposit")
    rows = [[one.id_number, "D01", f"A{at}", "2026-01-02", "500"] for at, one in enumerate(people[:2])]
    first, _told = stored(cast.zhao, "holdings", ACCOUNTS, *rows)
    first.as_of = date(2026, 11, 26)
    first.save()
    models.QuerySet(Holding).update(told_on=date(2026, 11, 26))
    batch, _told = stored(cast.zhao, "holdings", ACCOUNTS, [*rows[0][:4], "80000"])
    made = report(batch, actor=cast.zhao, most=10)
    assert made.counts == {"changed": 1, "absent": 1}
    assert [one.who for one in made.absent] == ["甲2"]
    ((_label, was, now),) = made.different[0].differs
    assert (was, now) != ("500", "80000") and "8" not in now
