"""Who may go, and which household may be joined."""

import pytest

from customers.forms.parting import JoinForm, SplitForm
from tests.factories import CustomerFactory, HouseholdFactory


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li)


def test_only_who_lives_there_may_go_and_a_head_follows_no_head(cast, home):
    head, son = (CustomerFactory(household=home, relation=relation) for relation in ("head", "child"))
    stranger = CustomerFactory(household__grid=cast.grid_li)
    form = SplitForm(actor=cast.li, household=home)
    assert list(form.fields["people"].queryset) == [head, son]
    assert list(form.fields["successor"].queryset) == [son]
    sent = {"version": 1, "people": [stranger.pk], "head": stranger.pk, "reason": "分户"}
    assert set(SplitForm(sent, actor=cast.li, household=home).errors) == {"people", "head"}


def test_a_household_is_found_by_its_number_among_those_in_sight(cast, home):
    hidden = HouseholdFactory(grid=cast.grid_wu)
    sent = {"version": 1, "reason": "实为一户"}
    assert "code" in JoinForm({**sent, "code": hidden.code}, actor=cast.li, household=home).errors
    form = JoinForm({**sent, "code": home.code.lower()}, actor=cast.li, household=home)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["joined"] == home
