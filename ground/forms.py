"""What a map may be asked for."""

import math
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.fields import DayField, Pick
from grids import measures
from grids.enums import GridKind, Tier
from grids.selectors import grid_list
from ground.cutting import Cell, Place, read_place
from ground.drafts import grids_to_cut
from ground.geometry import Box
from ground.presenting.layouts import first_day
from ground.presenting.map import MapView
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
    on = DayField(label=_("As of"), required=False)
    bbox = forms.CharField(
        label=_("Section of the map"), required=False, max_length=120, widget=forms.HiddenInput
    )

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
        return MapView(chosen, data["level"] or Tier.MANAGER, data["grid"], data["bbox"], day=self._day())

    def _day(self) -> date | None:
        """Return the day that is asked for; None is today, of which everything is measured."""
        day: date | None = self.cleaned_data["on"]
        return None if day == timezone.localdate() else day


class LayoutForm(forms.Form):
    """Which grid is to be cut anew, what the draft is called and from when it is to hold."""

    grid: Any = forms.ModelChoiceField(None, label=_("What is cut"), empty_label=None, widget=Pick)
    name = forms.CharField(label=_("Name of the draft"), max_length=80)
    first_day = DayField(label=_("Takes effect on"))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the grids in which the person may draft a cut."""
        super().__init__(*args, **kwargs)
        grid: Any = self.fields["grid"]
        grid.queryset = grids_to_cut(actor=actor)
        self.fields["first_day"].initial = first_day()


class PlacesField(forms.Field):
    """Ticked villages and groups, as the page wrote them."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[Place]:
        """Read each. Raises ValidationError."""
        try:
            found = [read_place(str(text)) for text in value or ()]
        except (ValueError, OverflowError):
            raise ValidationError(_("Tick villages or groups first.")) from None
        if self.required and not found:
            raise ValidationError(_("Tick villages or groups first."))
        return found


class ChangeForm(forms.Form):
    """What every change of a draft carries: the version that its page has shown."""

    # two forms are one on the page, each with a button of its own
    use_required_attribute = False
    version = forms.IntegerField(min_value=1, label=_("Version of the draft"), widget=forms.HiddenInput)

    def __init__(self, *args: Any, cells: dict[str, Cell], **kwargs: Any) -> None:
        """Offer the grids of the draft where one is chosen."""
        super().__init__(*args, **kwargs)
        self.fields["version"].widget.attrs["id"] = f"{type(self).__name__.lower()}_version"
        for name in ("cell", "into"):
            if name in self.fields:
                choices = [(cell.key, cell.name) for cell in cells.values() if self.offers(cell)]
                self.fields[name].choices = [("", _("Choose a grid")), *choices]  # type: ignore[attr-defined]
                self.fields[name].widget.attrs["id"] = f"{type(self).__name__.lower()}_{name}"

    def offers(self, cell: Cell) -> bool:
        """Say whether a grid is offered."""
        return not cell.closed


class MoveForm(ChangeForm):
    """Ticked villages and groups, and where they go."""

    cell = forms.ChoiceField(label=_("Put into"), widget=Pick)
    places = PlacesField(label=_("Villages and groups"))


class FoundForm(ChangeForm):
    """A new grid, with what is ticked."""

    name = forms.CharField(label=_("Name of the new grid"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=GridKind, required=False)
    places = PlacesField(label=_("Villages and groups"), required=False)


class CellRenameForm(ChangeForm):
    """A grid and what it is to be called."""

    cell = forms.ChoiceField(label=_("Grid"), widget=Pick)
    name = forms.CharField(label=_("New name"), max_length=80)


class MergeForm(ChangeForm):
    """A grid that is closed, and the one that takes all of it."""

    cell = forms.ChoiceField(label=_("Grid that goes"), widget=Pick)
    into = forms.ChoiceField(label=_("Grid that takes it in"), widget=Pick)


class CellForm(ChangeForm):
    """One grid of the draft."""

    cell = forms.ChoiceField(label=_("Grid"), widget=Pick)


class KeepForm(CellForm):
    """One grid that the draft closes."""

    def offers(self, cell: Cell) -> bool:
        """Offer what is closed."""
        return cell.closed


class SubmitForm(forms.Form):
    """From when on it is to hold, and which version was looked at."""

    version = forms.IntegerField(
        min_value=1, label=_("Version of the draft"), widget=forms.HiddenInput(attrs={"id": "submit_version"})
    )
    first_day = DayField(label=_("Takes effect on"))
