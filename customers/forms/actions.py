"""Small forms: a reveal, a step, a consent."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.enums import ConsentChannel, Purpose
from customers.models import Customer
from customers.personal import revealable
from customers.services.milestones import STEPS
from customers.services.reveal import REASON_LEAST, REASON_MOST
from gridbank.fields import DayField

STEP_LABELS = {
    "informed": _("Told about it"),
    "downloaded": _("Downloaded"),
    "verified": _("Identity verified"),
}


class RevealForm(forms.Form):
    """Which number, and why."""

    field = forms.ChoiceField(
        label=_("Which number"), choices=[(field.name, field.verbose_name) for field in revealable(Customer)]
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_MOST,
        # what is too short the service says, which counts no blanks
        widget=forms.TextInput(attrs={"minlength": REASON_LEAST}),
    )


class MilestoneForm(forms.Form):
    """A step of the app and its day."""

    step = forms.ChoiceField(label=_("Step"), choices=[(name, STEP_LABELS[name]) for name in STEPS])
    day = DayField(label=_("Day"))


class AccountForm(forms.Form):
    """The day on which a person became a customer."""

    day = DayField(label=_("Day"))


class ConsentForm(forms.Form):
    """What a person agreed to, and how."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Purpose.choices)
    channel = forms.ChoiceField(label=_("Given"), choices=ConsentChannel.choices)


def reveal_limits() -> dict[str, Any]:
    """Return how long a reason may be, as attributes of its input."""
    return dict(RevealForm.base_fields["reason"].widget.attrs)


def progress_forms() -> dict[str, dict[str, str]]:
    """Write the inputs of these forms once; everybody of a household is offered the same."""
    today = {"day": timezone.localdate()}
    found: dict[str, forms.Form] = {
        "milestone_form": MilestoneForm(initial=today, auto_id=False),
        "account_form": AccountForm(initial=today, auto_id=False),
        "consent_form": ConsentForm(auto_id=False),
    }
    return {key: {name: str(form[name]) for name in form.fields} for key, form in found.items()}
