"""What a map may be asked for."""

import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grids import measures
from grids.enums import Tier
from grids.selectors import grid_list
from ground.geometry import Box
from ground.presenting import MapView
from people.models import User


def _map_measures() -> list[tuple[str, Any]]:
    return [(one.key, one.label) for one in measures.registered() if one.on_map]


class MapForm(forms.Form):
    """What a map is asked for."""

    measure = forms.ChoiceField(label=_("Colour by"), choices=_map_measures, required=False)
    level = forms.ChoiceField(
        label=_("Level shown"),
        choices=[(Tier.MANAGER, _("Grids")), (Tier.BRANCH, _("Branches"))],
        required=False,
    )
    grid: Any = forms.ModelChoiceField(None, label=_("Grid"), required=False, widget=forms.HiddenInput)
    bbox = forms.CharField(
        label=_("Section of the map"), required=False, max_length=120, widget=forms.HiddenInput
    )

    rough = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Keep to the grids the person may see."""
        super().__init__(*args, **kwargs)
        grid: Any = self.fields["grid"]
        grid.queryset = grid_list(actor=actor)

    def clean_bbox(self) -> Box | None:
        """Read `west,south,east,north` in degrees."""
        text: str = self.cleaned_data["bbox"]
        if not text:
            return None
        try:
            west, south, east, north = (float(word) for word in text.split(","))
        except ValueError:
            raise ValidationError(_("Give west,south,east,north in degrees.")) from None
        numbers = (west, south, east, north)
        if not all(math.isfinite(number) and abs(number) <= 360 for number in numbers):  # noqa: PLR2004
            raise ValidationError(_("Give west,south,east,north in degrees."))
        if west > east or south > north:
            raise ValidationError(_("West must lie west of east, south south of north."))
        return numbers

    def view(self) -> MapView:
        """Return what is asked for; the first measure when none is named. Call when valid."""
        data = self.cleaned_data
        key = data["measure"] or next(iter(_map_measures()))[0]
        chosen = measures.find(key)
        assert chosen is not None
        return MapView(
            chosen, data["level"] or Tier.MANAGER, data["grid"], data["bbox"], is_rough=data["rough"]
        )
