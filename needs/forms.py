"""Forms of needs: raised, closed, found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.conditions import is_served, served_q
from customers.models import Customer, Household
from customers.selectors import customer_list
from gridbank.fields import DayField, TickedField
from grids.models import Grid
from grids.selectors import grid_list
from needs.enums import NEED_LENGTH, OUTCOME_LENGTH, NeedStatus
from needs.models import Need
from needs.selectors import needs_to_close
from people.models import User


class NeedForm(forms.Form):
    """A need of a household."""

    text = forms.CharField(label=_("Need"), max_length=NEED_LENGTH)
    due_on = DayField(label=_("Due on"), required=False)
    customer = forms.ModelChoiceField(label=_("Person"), required=False, queryset=Customer.objects.none())

    def __init__(self, *args: Any, actor: User, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["customer"]
        field.queryset = customer_list(actor=actor).filter(served_q(), household=household)
        field.empty_label = _("The whole household")

    def offer(self, people: list[Customer]) -> None:
        """Take the choices from people who are read already."""
        field: Any = self.fields["customer"]
        field.choices = [
            ("", field.empty_label),
            *((person.pk, person.name) for person in people if is_served(person)),
        ]


class NeedCloseForm(forms.Form):
    """How a need ended."""

    status = forms.ChoiceField(
        label=_("Result"),
        choices=[
            (NeedStatus.DONE, pgettext_lazy("need", "Done")),
            (NeedStatus.DROPPED, pgettext_lazy("need", "Dropped")),
        ],
    )
    outcome = forms.CharField(label=_("What came of it"), max_length=OUTCOME_LENGTH)


class NeedsCloseForm(NeedCloseForm):
    """How several needs ended: those that were ticked, open still and the reader's to close."""

    needs = TickedField(label=_("Needs"), queryset=Need.objects.none())

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Take only what the reader may close."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["needs"]
        field.queryset = needs_to_close(actor=actor)
        field.error_messages["invalid_choice"] = _("One of these is closed already. Look at the list again.")
        field.error_messages["required"] = _("Tick at least one need.")


class NeedFilterForm(forms.Form):
    """Filters of the open needs."""

    grid = forms.ModelChoiceField(label=_("Grid"), required=False, queryset=Grid.objects.none())
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[
            ("", _("Any")),
            ("overdue", pgettext_lazy("need", "Overdue")),
            ("week", _("Within a week")),
            ("none", _("No day set")),
        ],
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the grids that the actor may see."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grid"]
        field.queryset = grid_list(actor=actor)
        field.empty_label = _("Any")
