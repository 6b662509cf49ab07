"""Small forms: a reveal, a step, a consent, a need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers import selectors
from customers.enums import ConsentChannel, NeedStatus, Purpose
from customers.models import Customer, Household
from customers.services.milestones import STEPS
from gridbank.fields import DayField
from people.models import User

STEP_LABELS = {
    "informed": _("Told about it"),
    "downloaded": _("Downloaded"),
    "verified": _("Identity verified"),
}


class RevealForm(forms.Form):
    """Which number, and why."""

    field = forms.ChoiceField(choices=[("id_number", _("ID number")), ("phone", _("Phone"))])
    reason = forms.CharField(label=_("Reason"), max_length=100)


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


class NeedForm(forms.Form):
    """A need of a household."""

    text = forms.CharField(label=_("Need"), max_length=300)
    due_on = DayField(label=_("Due on"), required=False)
    customer = forms.ModelChoiceField(label=_("Person"), required=False, queryset=Customer.objects.none())

    def __init__(self, *args: Any, actor: User, household: Household, **kwargs: Any) -> None:
        """Offer the household's people."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["customer"]
        field.queryset = selectors.customer_list(actor=actor).filter(household=household)
        field.empty_label = _("The whole household")

    def offer(self, people: list[Customer]) -> None:
        """Take the choices from people who are read already."""
        field: Any = self.fields["customer"]
        field.choices = [("", field.empty_label), *((person.pk, person.name) for person in people)]


class NeedCloseForm(forms.Form):
    """How a need ended."""

    status = forms.ChoiceField(
        label=_("Result"),
        choices=[
            (NeedStatus.DONE, pgettext_lazy("need", "Done")),
            (NeedStatus.DROPPED, pgettext_lazy("need", "Dropped")),
        ],
    )
    outcome = forms.CharField(label=_("What came of it"), max_length=300)
