"""What the API may be asked."""

from typing import Any

from django import forms

from gridbank.fields import LARGEST_KEY
from grids.models import Grid
from grids.selectors import grid_list
from people.models import User
from visits.enums import Mode


class ApiVisitForm(forms.Form):
    """What the API may be asked about visits."""

    grid = forms.ModelChoiceField(required=False, queryset=Grid.objects.none())
    staff = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    household = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    customer = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    mode = forms.ChoiceField(required=False, choices=[("", ""), *Mode.choices])
    met = forms.ChoiceField(required=False, choices=[("", ""), ("true", ""), ("false", "")])

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Know the grids that the caller may see."""
        super().__init__(*args, **kwargs)
        grid: Any = self.fields["grid"]
        grid.queryset = grid_list(actor=actor)
