"""What is asked of the list of claims, and what is said of those ticked."""

from datetime import date

import pytest

from customers.enums import Evidence
from customers.forms.claims import ClaimFilterForm, ClaimsDecideForm
from customers.models import Claim
from gridbank.scoping import waive_scope
from tests.factories import CustomerFactory, HouseholdFactory


@pytest.mark.parametrize(
    ("asked", "state", "month"),
    [
        ({}, Evidence.CLAIMED, None),
        ({"state": "2"}, Evidence.CONFIRMED, None),
        ({"month": "2026-10"}, Evidence.CLAIMED, date(2026, 10, 1)),
    ],
)
def test_what_waits_is_shown_unless_something_else_is_asked_for(asked, state, month):
    form = ClaimFilterForm(asked)
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["state"], form.cleaned_data["month"]) == (state, month)


@pytest.mark.parametrize(
    ("name", "wrong"), [("month", "2026-13"), ("month", "x"), ("state", "4"), ("kind", "x")]
)
def test_what_is_no_month_state_or_kind_is_said(name, wrong):
    assert list(ClaimFilterForm({name: wrong}).errors) == [name]


@pytest.fixture
def claims(cast):
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))
    rows = [
        Claim(
            customer=person, kind=kind, source_id=person.pk, day=date(2026, 11, 3), entered_by=who, earner=who
        )
        for kind, who in (("account", cast.li), ("downloaded", cast.chen))
    ]
    with waive_scope("test"):
        return Claim.objects.bulk_create(rows)


def test_only_what_waits_for_ones_own_word_is_taken(cast, claims):
    """The second was entered by the reader himself."""
    keys = [claim.pk for claim in claims]
    mine = ClaimsDecideForm({"claims": keys[:1], "verdict": "2"}, actor=cast.chen)
    assert mine.is_valid(), mine.errors
    assert mine.decision() == {"claims": keys[:1], "verdict": Evidence.CONFIRMED, "reason": ""}
    assert list(ClaimsDecideForm({"claims": keys, "verdict": "2"}, actor=cast.chen).errors) == ["claims"]
    assert list(ClaimsDecideForm({"claims": keys[:1], "verdict": "2"}, actor=cast.li).errors) == ["claims"]


def test_all_of_the_page_are_those_that_were_shown(cast, claims):
    form = ClaimsDecideForm(
        {"shown": [claims[0].pk], "every": "on", "verdict": "3", "reason": "未办"}, actor=cast.chen
    )
    assert form.is_valid(), form.errors
    assert form.decision() == {"claims": [claims[0].pk], "verdict": Evidence.REFUTED, "reason": "未办"}
