"""The list of claims: what was entered by whom, and whether the reader may decide."""

from datetime import date

import pytest
from django.db import models
from django.utils import timezone

from customers import selectors, services
from customers.enums import Evidence
from customers.models import Claim
from customers.presenting import claims
from tests.factories import CustomerFactory


@pytest.fixture
def waiting(cast):
    person = CustomerFactory(household__grid=cast.grid_li, name="<曾>", birth_date=date(1980, 1, 1))
    services.customer_account_opened(actor=cast.li, customer=person, day=timezone.localdate())
    return models.QuerySet(Claim).get()


def rows(actor):
    return claims.described(selectors.claim_list(actor=actor), actor=actor)


def drawn(row):
    return {column.key: str(column.draw(row)) for column in claims.CLAIMS.columns}


def test_who_entered_it_may_not_decide_and_his_branch_manager_may(cast, waiting):
    (own,), (his,) = rows(cast.li), rows(cast.chen)
    assert (own.may_decide, his.may_decide) == (False, True)
    assert (own.is_own, his.is_own) == (True, False)
    tick = claims.tick([])
    assert (tick.value(own), tick.value(his)) == ("", str(waiting.pk))
    found = drawn(own)
    assert "&lt;曾&gt;" in found["person"]
    assert (found["by"], found["grid"]) == (cast.li.name, "甲村")
    assert "badge--warn" in found["state"]
    assert found["decided"]


def test_what_was_decided_says_by_whom(cast, waiting):
    services.claims_decide(
        actor=cast.chen, claims=[waiting.pk], verdict=Evidence.REFUTED, reason="没有<开户>"
    )
    (row,) = rows(cast.chen)
    found = drawn(row)
    assert cast.chen.name in found["decided"]
    assert "没有&lt;开户&gt;" in found["decided"]
    assert "badge--bad" in found["state"]


def test_views_say_what_became_of_the_month(cast, waiting):
    month = timezone.localdate().replace(day=1)
    found = claims.views(actor=cast.chen, month=month)
    assert [view.count for view in found] == [None, 1, 0, 0]
    assert found[1].filters == {"state": "1", "month": f"{month:%Y-%m}"}
    source = claims.source(actor=cast.chen, state=1, kind="", month=month)
    assert source.rows.count() == 1
    assert claims.said(1, "1") == "1 条"
