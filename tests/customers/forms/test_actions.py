"""The small forms of a person's page: what each takes, and that everybody of a household is offered the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.enums import ConsentChannel, Purpose
from customers.forms.actions import (
    STEP_LABELS,
    AccountForm,
    ConsentForm,
    MilestoneForm,
    RevealForm,
    progress_forms,
)
from customers.services.milestones import STEPS

DAY = "2026-03-04"


def test_every_step_has_its_words():
    assert set(STEP_LABELS) == set(STEPS)
    assert [key for key, _label in MilestoneForm.base_fields["step"].choices] == list(STEPS)


@pytest.mark.parametrize("step", [*STEPS, "installed", ""])
def test_a_step_is_one_of_the_app(step):
    assert MilestoneForm({"step": step, "day": DAY}).is_valid() is (step in STEPS)


@pytest.mark.parametrize("form", [MilestoneForm, AccountForm])
@pytest.mark.parametrize("day", ["", "2026-02-30", "yesterday"])
def test_a_day_is_one_of_the_calendar(form, day):
    assert "day" in form({"step": "informed", "day": day}).errors


@pytest.mark.parametrize("missing", ["purpose", "channel"])
def test_a_consent_says_to_what_and_how(missing):
    given = {"purpose": Purpose.values[0], "channel": ConsentChannel.values[0]}
    assert ConsentForm(given).is_valid()
    assert list(ConsentForm(given | {missing: "other"}).errors) == [missing]
    assert list(ConsentForm(given | {missing: ""}).errors) == [missing]


def test_a_reveal_wants_one_of_the_numbers_and_a_reason_of_a_line():
    field = RevealForm.base_fields["field"].choices[0][0]
    assert RevealForm({"field": field, "reason": "核对身份"}).is_valid()
    for wrong in ({"field": "name"}, {"reason": ""}, {"reason": "字" * 101}):
        assert list(RevealForm({"field": field, "reason": "核对身份"} | wrong).errors) == list(wrong)


def test_the_inputs_are_written_once_for_everybody_of_a_household():
    """No ids, so that they may stand on a page several times; a day is today's until somebody says otherwise."""
    written = progress_forms()
    assert set(written) == {"milestone_form", "account_form", "consent_form"}
    assert [set(inputs) for inputs in written.values()] == [{"step", "day"}, {"day"}, {"purpose", "channel"}]
    markup = "".join(text for inputs in written.values() for text in inputs.values())
    assert " id=" not in markup
    today = timezone.localdate()
    assert markup.count(f'value="{today.isoformat()}"') == 2
    assert f'value="{today - timedelta(days=1)}"' not in markup
