"""Forms by which a household parts into two, or two become one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import selectors
from customers.enums import Relation
from customers.models import Household
from customers.models.twins import REASON_LENGTH
from people.models import User


class SplitForm(forms.Form):
    """Who goes, who is head there, who follows a head that goes, and why."""

    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    people: Any = forms.ModelMultipleChoiceField(
        None, label=_("Who goes"), widget=forms.CheckboxSelectMultiple
    )
    head: Any = forms.ModelChoiceField(
        None,
        label=_("Head of the new household"),
        empty_label=_("not chosen"),
        help_text=_("One of those who go."),
    )
    successor: Any = forms.ModelChoiceField(
        None,
        label=_("Head of the household that is left"),
        required=False,
        empty_label=_("not chosen"),
        help_text=_("Needed when the head goes and adults stay."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)

    def __init__(self, *args: Any, actor: User, household: Household, **kwargs: Any) -> None:
        """Offer who lives there."""
        super().__init__(*args, **kwargs)
        self.initial = {"version": household.version, **self.initial}
        people = selectors.customer_list(actor=actor).filter(household=household, died_on=None).order_by("pk")
        for name in ("people", "head", "successor"):
            field: Any = self.fields[name]
            field.queryset = people if name != "successor" else people.exclude(relation=Relation.HEAD)
            field.label_from_instance = lambda one: f"{one.name} · {one.get_relation_display()}"


class JoinForm(forms.Form):
    """Which household goes into this one, and why."""

    version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Number of the household that goes into this one"),
        max_length=24,
        help_text=_("It stands on the household's page."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)

    def __init__(self, *args: Any, actor: User, household: Household, **kwargs: Any) -> None:
        """Keep who asks."""
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.initial = {"version": household.version, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Find the household by its number, among those that the actor may know of."""
        data = super().clean() or self.cleaned_data
        code = data.pop("code", "").strip().upper()
        if code:
            data["joined"] = selectors.household_list(actor=self.actor).filter(code=code).first()
            if data["joined"] is None:
                self.add_error("code", _("There is no household of yours with this number."))
        return data
