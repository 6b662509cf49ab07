"""What the API may be asked."""

from typing import Any

from django import forms

from customers.enums import AgeBand, AppState
from customers.forms.finding import clean_term
from gridbank.fields import LARGEST_KEY
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User


class _OfGrid(forms.Form):
    grid = forms.ModelChoiceField(required=False, queryset=Grid.objects.none())

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Know only the grids that the actor may see."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grid"]
        field.queryset = grid_list(actor=actor)


class ApiHouseholdForm(_OfGrid):
    """What the API may be asked about households."""


class ApiPeopleForm(_OfGrid):
    """What the API may be asked about people."""

    q = forms.CharField(required=False, max_length=60)
    household = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    app = forms.ChoiceField(required=False, choices=[("", ""), *AppState.choices])
    age = forms.ChoiceField(required=False, choices=[("", ""), *AgeBand.choices])
    clean_q = clean_term
