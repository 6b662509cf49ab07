"""What the API may be asked."""

from typing import Any

from django import forms

from grids.models import Grid
from grids.selectors import grid_list
from people.models import User
from visits.enums import Mode
from visits.forms.finding import LARGEST


class ApiVisitForm(forms.Form):
    """What the API may be asked about visits."""

    grid = forms.ModelChoiceField(required=False, queryset=Grid.objects.none())
    staff = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    household = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    customer = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    mode = forms.ChoiceField(required=False, choices=[("", ""), *Mode.choices])
    met = forms.ChoiceField(required=False, choices=[("", ""), ("true", ""), ("false", "")])

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Know the grids that the caller may see."""
        super().__init__(*args, **kwargs)
        grid: Any = self.fields["grid"]
        grid.queryset = grid_list(actor=actor)
