"""Small forms: a reveal, a step, a consent."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import policies, selectors
from customers.enums import ConsentChannel, Purpose, Relation
from customers.models import Customer, Household
from customers.personal import revealable
from customers.services.milestones import STEP_DAYS, STEPS
from customers.services.reveal import REASON_LEAST, REASON_MOST
from gridbank.fields import DayField
from people.models import User

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


class ResettleForm(forms.Form):
    """Which household a person lives in from today on, what he is there, and who follows him as head."""

    code = forms.CharField(
        label=_("Number of the new household"),
        max_length=24,
        help_text=_("It stands on the household's page."),
    )
    relation = forms.ChoiceField(label=_("Relation to the head there"), choices=Relation.choices)
    successor: Any = forms.ModelChoiceField(
        None, label=_("Head of the household that is left"), required=False, empty_label=_("not chosen")
    )

    def __init__(self, *args: Any, actor: User, person: Customer, **kwargs: Any) -> None:
        """Offer who may follow a head that leaves."""
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.initial["relation"] = Relation.OTHER
        offer_successors(self, actor, person)

    def clean(self) -> dict[str, Any]:
        """Find the household by its number, among those that the actor may know of."""
        data = super().clean() or self.cleaned_data
        code = data.pop("code", "").strip().upper()
        if code:
            data["household"] = selectors.household_list(actor=self.actor).filter(code=code).first()
            if data["household"] is None:
                self.add_error("code", _("There is no household of yours with this number."))
        return data


def offer_successors(form: forms.Form, actor: User, person: Customer) -> None:
    """Offer the living adults of a household when its head leaves it; somebody must be chosen if there is anybody."""
    people = selectors.customer_list(actor=actor).filter(household=person.household)
    may_be = selectors.successors(person, people) if person.relation == Relation.HEAD else []
    successor: Any = form.fields["successor"]
    successor.queryset = people.filter(pk__in=[one.pk for one in may_be])
    successor.required = bool(may_be)
    successor.label_from_instance = lambda one: f"{one.name} · {one.get_relation_display()}"
    if not may_be:
        del form.fields["successor"]


class MoveForm(forms.Form):
    """Where a household belongs, from which day on; for a day before today, why."""

    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, required=False)
    grid: Any = forms.ModelChoiceField(None, label=_("Grid"), empty_label=_("not chosen"))
    first_day = DayField(label=_("First day there"))
    reason = forms.CharField(
        label=_("Reason, for a day before today"), required=False, max_length=REASON_MOST,
        help_text=_("It holds only once a second person, of head office, has signed it."),
    )  # fmt: skip

    def __init__(self, *args: Any, actor: User, household: Household, **kwargs: Any) -> None:
        """Offer the actor's other grids that go on."""
        super().__init__(*args, **kwargs)
        grid: Any = self.fields["grid"]
        grid.queryset = (
            policies.grids_to_write(actor=actor).filter(valid_to=None).exclude(pk=household.grid_id)
        )
        self.fields["first_day"].initial = timezone.localdate()
        self.initial["version"] = household.version

    def clean_first_day(self) -> Any:
        """Refuse what is still to come."""
        day = self.cleaned_data["first_day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return day


class DeathForm(forms.Form):
    """The day of a death, and who is head from now on when it was the head's."""

    day = DayField(label=_("Day of death"))
    successor: Any = forms.ModelChoiceField(
        None, label=_("Head of the household from now on"), required=False, empty_label=_("not chosen")
    )

    def __init__(self, *args: Any, actor: User, person: Customer, **kwargs: Any) -> None:
        """Offer the living adults of the household, when a head is missing."""
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
        offer_successors(self, actor, person)


class RestrictForm(forms.Form):
    """Why what is known of a person is only kept from now on."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_MOST)


class UndoForm(forms.Form):
    """Why something wrongly told is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_MOST)


class StepDayForm(forms.Form):
    """The right day of an account or app step, or that it never happened, and why."""

    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput, required=False)
    step = forms.ChoiceField(label=_("Which day"))
    day = DayField(label=_("Right day"), required=False)
    undone = forms.BooleanField(label=_("It did not happen: take the day out"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=REASON_MOST)

    def __init__(self, *args: Any, actor: User, person: Customer, **kwargs: Any) -> None:
        """Offer what is recorded and the actor may correct."""
        super().__init__(*args, **kwargs)
        step: Any = self.fields["step"]
        step.choices = [
            (name, f"{Customer._meta.get_field(name).verbose_name} · {getattr(person, name):%Y-%m-%d}")  # type: ignore[union-attr]
            for name in STEP_DAYS
            if getattr(person, name) and policies.may_correct_step(actor=actor, person=person, step=name)
        ]
        self.initial["version"] = person.version

    def clean(self) -> dict[str, Any]:
        """Ask for the day or the box, not for both."""
        data = super().clean() or self.cleaned_data
        if bool(data.get("day")) == bool(data.pop("undone", False)) and not self.errors:
            self.add_error("day", _("Give the right day, or tick that it did not happen."))
        data["version"] = data.get("version") or 0
        return data


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
