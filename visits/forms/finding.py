"""Forms that find visits and households: what may be asked for."""

from functools import cache
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from customers.forms.finding import NOT_PRIVATE
from customers.searching import Kind, Term, sort_out
from gridbank.fields import LARGEST_KEY, DayField, Pick, key_read
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User
from visits import cadence, selectors
from visits.enums import Mode

ANY = ("", _("Any"))


class HouseholdPickForm(forms.Form):
    """Which household a visit is for: its key, or what was typed to find it."""

    household = forms.IntegerField(label=_("Household"), required=False, min_value=1, max_value=LARGEST_KEY)
    q = forms.CharField(
        label=_("Household"),
        required=False,
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "pattern": NOT_PRIVATE,
                "title": _("Enter the last four digits only, never a whole number."),
                # what is typed is asked for as it is typed
                "hx-validate": "true",
                "autocomplete": "off",
                "autofocus": True,
                "hx-get": reverse_lazy("visits:household-search"),
                "hx-trigger": "input changed delay:200ms",
                "hx-target": "#found",
                "hx-sync": "this:replace",
            }
        ),
    )

    def clean_q(self) -> Term:
        """Sort out the term. A whole ID or phone number is refused: it must not travel in an address."""
        term = sort_out(self.cleaned_data["q"])
        if term.kind == Kind.PRIVATE:
            raise forms.ValidationError(_("Enter the last four digits only, never a whole number."))
        return term


class ListForm(forms.Form):
    """The list's filters."""

    grid = forms.ModelChoiceField(
        label=_("Grid"), required=False, queryset=Grid.objects.none(), empty_label=_("Any")
    )
    staff = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None, widget=Pick)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    mode = forms.ChoiceField(label=_("How"), required=False, choices=[ANY, *Mode.choices])
    met = forms.ChoiceField(
        label=_("Met"),
        required=False,
        choices=[ANY, ("yes", _("Met or reached")), ("no", _("No one met or reached"))],
    )
    late = forms.BooleanField(label=_("Late"), required=False)
    household = forms.IntegerField(
        label=_("Household"), required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the grids and the people that the actor may see; of a large bank, those near what is chosen.

        They are read once, and only when they are shown or something is to be checked against them.
        """
        super().__init__(*args, **kwargs)
        chosen = {name: key_read(self.data.get(name, "")) for name in ("grid", "staff")}
        grid: Any = self.fields["grid"]
        grid.queryset = grid_list(actor=actor)
        grid.choices = cache(lambda: [ANY, *selectors.grid_choices(actor=actor, near=chosen["grid"])])
        staff: Any = self.fields["staff"]
        near = {"grid_id": chosen["grid"], "staff_id": chosen["staff"]}
        staff.choices = cache(lambda: [ANY, *selectors.staff_choices(actor=actor, **near)])

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it starts."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first."))
        return data

    def wanted(self) -> selectors.Wanted:
        """Return what is asked for."""
        given = self.cleaned_data
        return selectors.Wanted(
            grid=given["grid"],
            staff_id=given["staff"],
            household_id=given["household"],
            since=given["since"],
            until=given["until"],
            mode=given["mode"],
            met={"yes": True, "no": False}.get(given["met"]),
            late=given["late"],
        )


class TodayForm(forms.Form):
    """Which reason the day's list is cut down to, and in which order it is gone through."""

    why = forms.ChoiceField(label=_("Why"), required=False, choices=lambda: [("", ""), *cadence.choices()])
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("most pressing first")), ("route", _("along the way"))],
    )


class TimelineForm(forms.Form):
    """How much of a household's history is wanted."""

    all = forms.BooleanField(label=_("Show all"), required=False)
