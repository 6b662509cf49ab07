"""Forms of the list of possible duplicates, and of two people side by side."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers import joining, selectors
from customers.enums import Relation
from customers.models import Customer, Likeness
from customers.models.twins import REASON_LENGTH
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User


class DuplicateFilterForm(forms.Form):
    """Which pairs: to decide, of the same document, or said to be two; of a grid."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("To decide")),
            ("exact", _("The same document")),
            ("denied", _("Not the same person")),
        ],
    )
    grid = forms.ModelChoiceField(label=_("Grid"), required=False, queryset=Grid.objects.none())

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the grids that the actor may see."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grid"]
        field.queryset = grid_list(actor=actor)


class DenyForm(forms.Form):
    """Why two are not one person."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)


class UnmergeForm(forms.Form):
    """Why two archives are two again."""

    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)


ONE, OTHER = "one", "other"
TAKE = "take_"


class MergeForm(forms.Form):
    """Which of two archives stays, what the other brings along, and who follows it as head."""

    keep = forms.ChoiceField(label=_("This archive stays"), widget=forms.RadioSelect)
    one_version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    other_version = forms.IntegerField(label=_("Version"), widget=forms.HiddenInput)
    successor: Any = forms.ModelChoiceField(
        None,
        label=_("Head of the household that is left"),
        required=False,
        empty_label=_("not chosen"),
        help_text=_("Needed when the archive that goes is the head of other adults."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, help_text=_("How do you know that they are one person?")
    )

    def __init__(self, *args: Any, actor: User, pair: Likeness, **kwargs: Any) -> None:
        """Offer a choice for what both archives say, and differently."""
        super().__init__(*args, **kwargs)
        self.pair = pair
        people = {ONE: pair.one, OTHER: pair.other}
        choices = [(key, person.name) for key, person in people.items()]
        keep: Any = self.fields["keep"]
        keep.choices = choices
        stands = {"keep": ONE, "one_version": pair.one.version, "other_version": pair.other.version}
        self.initial = {**stands, **self.initial}
        for group in joining.open_groups(pair.one, pair.other):
            name = f"{TAKE}{group.name}"
            # of what is masked no sign may say whether it is the same: without a word, what stays says it
            self.fields[name] = forms.ChoiceField(
                label=str(group.label), choices=choices, widget=forms.RadioSelect, initial=ONE, required=not group.is_masked,
            )  # fmt: skip
        self._offer_successors(actor)

    def _offer_successors(self, actor: User) -> None:
        one, other = self.pair.one, self.pair.other
        heads = [person for person in (one, other) if person.relation == Relation.HEAD]
        if one.household_id == other.household_id or not heads:
            del self.fields["successor"]
            return
        field: Any = self.fields["successor"]
        homes = Q(household__in=[person.household_id for person in heads])
        field.queryset = (
            selectors.customer_list(actor=actor)
            .filter(homes, died_on=None)
            .exclude(pk__in=[one.pk, other.pk])
        )
        field.label_from_instance = lambda person: f"{person.name} · {person.household}"

    def decision(self) -> dict[str, Any]:
        """Return what the service takes."""
        data, pair = self.cleaned_data, self.pair
        people: dict[str, Customer] = {ONE: pair.one, OTHER: pair.other}
        versions = {ONE: data["one_version"], OTHER: data["other_version"]}
        keep = data["keep"]
        gone = OTHER if keep == ONE else ONE
        return {
            "customer": people[keep],
            "merged": people[gone],
            "versions": (versions[keep], versions[gone]),
            "taken": [
                name.removeprefix(TAKE)
                for name, side in data.items()
                if name.startswith(TAKE) and side == gone
            ],
            "reason": data["reason"],
            "successor": data.get("successor"),
        }
