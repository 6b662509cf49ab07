"""What is asked of two archives, and what the answer says to the service."""

import pytest
from django.utils import timezone

from customers.forms.duplicates import DuplicateFilterForm, MergeForm
from customers.models import Likeness
from tests.factories import CustomerFactory


@pytest.fixture
def pair(cast):
    now = timezone.now()
    one, other = (
        CustomerFactory(household__grid=grid, name="曾小明", occupation=what, relation="head")
        for grid, what in ((cast.grid_li, "木匠"), (cast.grid_wang, "瓦匠"))
    )
    Likeness(one=one, other=other, score=60, found_at=now, seen_at=now).save()
    return Likeness.objects.visible_to(cast.chen).get()


def test_the_decision_is_what_the_service_takes(cast, pair):
    heir = CustomerFactory(household=pair.one.household)
    sent = {
        "keep": "other",
        "one_version": 3,
        "other_version": 4,
        "take_work": "one",
        "reason": "核对",
        "successor": heir.pk,
    }
    form = MergeForm(sent, actor=cast.chen, pair=pair)
    assert form.is_valid(), form.errors
    assert form.decision() == {
        "customer": pair.other, "merged": pair.one, "versions": (4, 3), "taken": ["work"], "reason": "核对",
        "successor": heir,
    }  # fmt: skip
    again = MergeForm({**sent, "keep": "one"}, actor=cast.chen, pair=pair)
    assert again.is_valid()
    assert again.decision()["taken"] == []


def test_a_head_is_asked_for_only_where_one_may_be_left_without(cast, pair):
    assert "successor" in MergeForm(actor=cast.chen, pair=pair).fields
    pair.other.household = pair.one.household
    pair.other.household_id = pair.one.household_id
    assert "successor" not in MergeForm(actor=cast.chen, pair=pair).fields


def test_the_filter_offers_the_readers_grids(cast):
    assert cast.grid_wu not in DuplicateFilterForm({}, actor=cast.chen).fields["grid"].queryset
    assert not DuplicateFilterForm({"state": "nothing"}, actor=cast.chen).is_valid()
