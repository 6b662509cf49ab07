"""Forms that find people and households: what may be asked for, and what must not travel in an address."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers import selectors
from customers.conditions import Wanted
from customers.enums import AgeBand, AppState, Archive, Met, PolicyTag
from customers.searching import Kind, Term, sort_out
from gridbank.fields import key_read
from grids.authority import Act, may
from grids.enums import Tier
from grids.models import Grid, branch_in
from grids.selectors import grid_list
from people.models import User

TO_THE_CLOSED_FIELD = _("Search for a whole ID or phone number in the field made for it.")
# The browser itself holds back a whole ID or phone number: it must not travel in an address.
NOT_PRIVATE = r"(?!.*(?:[0-9０-９][\s\-]*){11,}).*"


def clean_term(form: forms.Form) -> Term:
    """Sort out the search term. A whole ID or phone number is refused: it must not travel in an address."""
    term = sort_out(form.cleaned_data["q"])
    if term.kind == Kind.PRIVATE:
        raise forms.ValidationError(TO_THE_CLOSED_FIELD, code="private")
    if term.kind == Kind.NUMBER:
        raise forms.ValidationError(_("Enter the last four digits of the phone number."))
    return term


class ListForm(forms.Form):
    """The list's search box and filters."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "pattern": NOT_PRIVATE,
                "title": TO_THE_CLOSED_FIELD,
                "placeholder": _("Name, pinyin, initials, or the last four digits of a phone"),
                "autocomplete": "off",
            }
        ),
    )
    branch = forms.ModelChoiceField(label=_("Branch"), required=False, queryset=Grid.objects.none())
    grid = forms.ModelChoiceField(label=_("Grid"), required=False, queryset=Grid.objects.none())
    archive = forms.ChoiceField(
        label=_("Archive"), required=False, choices=[("", _("Any")), *Archive.choices]
    )
    met = forms.ChoiceField(label=_("Last met"), required=False, choices=[("", _("Any")), *Met.choices])
    app = forms.ChoiceField(label=_("App"), required=False, choices=[("", _("Any")), *AppState.choices])
    age = forms.ChoiceField(label=_("Age"), required=False, choices=[("", _("Any")), *AgeBand.choices])
    tag = forms.ChoiceField(
        label=_("Policy group"), required=False, choices=[("", _("Any")), *PolicyTag.choices]
    )
    migrant = forms.BooleanField(label=_("Works away"), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the grids that the actor may see; all of a bank's villages only once a branch is chosen."""
        super().__init__(*args, **kwargs)
        chosen, wide = self.data.get("branch", ""), may(actor, Act.BANK_READ)
        seen = selectors.grid_choices(actor=actor, near=self._near(chosen) if wide else Q())
        branches = [grid for grid in seen if grid.tier == "branch"]
        ground = [grid for grid in seen if grid.tier == "manager"]
        several = len(branches) > 1 or wide
        if chosen:
            ground = [grid for grid in ground if str(branch_in(grid.path)) == chosen]
        elif several:
            ground = [grid for grid in ground if str(grid.pk) == self.data.get("grid", "")]
        self._offer(actor, branch=branches if several else [], grid=ground)

    def _near(self, branch: str) -> Q:
        """Leave out what a whole bank's form does not offer: the grids of branches that weren't chosen."""
        grid = self.data.get("grid", "")
        return Q(tier=Tier.BRANCH) | Q(parent_id=key_read(branch)) | Q(pk=key_read(grid))

    def _offer(self, actor: User, **menus: list[Any]) -> None:
        """Fill the menus; an empty one is hidden. What may be chosen is any grid that the actor sees."""
        for name, offered in menus.items():
            field: Any = self.fields[name]
            if self.data.get(name):
                field.queryset = grid_list(actor=actor)
            field.widget.choices = [("", _("Any")), *((grid.pk, grid.name) for grid in offered)]
            if not offered:
                field.widget = forms.HiddenInput()

    clean_q = clean_term

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        given = self.cleaned_data
        names = ("archive", "met", "app", "age", "tag", "migrant")
        return Wanted(
            term=given["q"], grid=given["grid"] or given["branch"], **{name: given[name] for name in names}
        )


class NumberForm(forms.Form):
    """Exact search by ID number or phone; always sent by POST, never shown again."""

    number = forms.CharField(
        label=_("ID number or phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
    )
