"""What a map may be asked for."""

import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.days import month_before, month_first, month_last, month_read, month_write, months_before
from gridbank.fields import DayField, Pick
from grids import measures
from grids.authority import Act, where
from grids.enums import GridKind, GridNature, Tier
from grids.models import Grid
from grids.selectors import grid_list, grid_search
from ground.covered import Asked
from ground.covers import Window
from ground.cutting import Cell, Place, read_place
from ground.drafts import grids_to_cut
from ground.enums import Datum, Strangers
from ground.geometry import Box
from ground.outlines import MOST_BYTES
from ground.presenting import MapView, orders
from ground.presenting.layouts import first_day
from ground.selectors import official_counts_on
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

    rough = forms.BooleanField(label=_("Beside other things"), required=False, widget=forms.HiddenInput)
    packed = forms.BooleanField(label=_("Shapes as steps"), required=False, widget=forms.HiddenInput)

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
            chosen,
            data["level"] or Tier.MANAGER,
            data["grid"],
            data["bbox"],
            day=self._day(),
            is_packed=data["packed"],
            is_rough=data["rough"],
        )

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


class BringForm(ChangeForm):
    """A file of boundaries, in which coordinates it is, and what becomes of those whose grid isn't in the draft."""

    file = forms.FileField(
        label=_("File"), help_text=_("GeoJSON, or a zipped Shapefile, up to 4 MB."), allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,.zip"}),
    )  # fmt: skip
    datum = forms.ChoiceField(label=_("Coordinates"), choices=Datum, initial=Datum.WGS_84)
    strangers = forms.ChoiceField(
        label=_("Boundaries whose grid isn't in the draft"), choices=Strangers, initial=Strangers.REFUSED
    )

    def clean_file(self) -> bytes:
        """Return the file's bytes, and one too many of a file that is too large."""
        file: Any = self.cleaned_data["file"]
        return bytes(file.read(MOST_BYTES + 1))


class GroundField(forms.CharField):
    """What was drawn, as GeoJSON: the map writes it, and without scripts it is typed or pasted."""

    widget = forms.Textarea(
        attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off", "data-ground": True}
    )
    default_error_messages: ClassVar = {
        "required": _("Draw on the map first, or write the coordinates."),
        "invalid": _("This is no GeoJSON."),
    }

    def clean(self, value: Any) -> Any:
        """Read it. Raises ValidationError."""
        text = super().clean(value)
        try:
            # a whole number has no end, a float has
            return json.loads(text, parse_int=float)
        except (ValueError, RecursionError):
            raise ValidationError(self.error_messages["invalid"]) from None


FOLLOW: dict[str, Any] = {
    "label": _("Neighbours follow"),
    "help_text": _(
        "They give what it covers and take what it leaves, so that nothing overlaps; who all lives there goes with it."
    ),
    "required": False,
}


class DrawNewForm(ChangeForm):
    """A new grid and the ground drawn for it."""

    name = forms.CharField(label=_("Name of the new grid"), max_length=80)
    shape = GroundField(label=_("Drawn ground"))
    follow = forms.BooleanField(initial=True, **FOLLOW)


class DrawForm(ChangeForm):
    """A grid and the ground drawn for it on the map."""

    cell = forms.ChoiceField(label=_("Grid"), widget=Pick)
    shape = GroundField(label=_("Drawn ground"))
    follow = forms.BooleanField(initial=True, **FOLLOW)


class CutForm(ChangeForm):
    """A grid, the line along which it is cut, and what the part that is cut off is called."""

    cell = forms.ChoiceField(label=_("Grid"), widget=Pick)
    line = GroundField(label=_("Drawn line"))
    name = forms.CharField(label=_("Name of the new grid"), max_length=80)


class SubmitForm(forms.Form):
    """From when on it is to hold, and which version was looked at."""

    version = forms.IntegerField(
        min_value=1, label=_("Version of the draft"), widget=forms.HiddenInput(attrs={"id": "submit_version"})
    )
    first_day = DayField(label=_("Takes effect on"))


SPANS = ((1, _("the month")), (3, _("3 months")), (6, _("6 months")), (12, _("12 months")))
BACK = 24
REGISTER, HERE = "register", "here"


def _months() -> list[tuple[str, str]]:
    today = timezone.localdate()
    return [(month_write(one), month_write(one)) for one in (month_before(today, n) for n in range(BACK))]


def _against() -> list[tuple[str, Any]]:
    return [("", _("nothing")), *_months()]


class CoverageForm(forms.Form):
    """Below which grid, up to when and how long back, against which month, and what the whole is."""

    grid: Any = forms.ModelChoiceField(None, label=_("Grid"), required=False, widget=forms.HiddenInput)
    month = forms.ChoiceField(label=_("Month"), choices=_months, required=False)
    months = forms.TypedChoiceField(
        label=_("Met and served within"), choices=SPANS, coerce=int, required=False
    )
    against = forms.ChoiceField(label=_("Compare with"), choices=_against, required=False)
    of = forms.ChoiceField(
        label=_("In per cent of"),
        choices=[(REGISTER, _("the official register")), (HERE, _("the households kept here"))],
        required=False,
    )
    sort = forms.CharField(label=_("Sorted by"), required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Keep to the branches and the bank, as far as the person may see them."""
        super().__init__(*args, **kwargs)
        self.actor = actor
        grid: Any = self.fields["grid"]
        grid.queryset = grid_search(actor=actor).filter(nature=GridNature.BASE)

    def order(self) -> str:
        """Return by what the lines are sorted; what nobody offered is passed over."""
        wanted = self.cleaned_data.get("sort", "") if self.is_valid() else ""
        return wanted if wanted in orders() else ""

    def shown(self, around: Grid) -> "CoverageForm":
        """Return the form with what is shown chosen in it, whatever the address left out."""
        data = self.cleaned_data if self.is_valid() else {}
        initial = {name: data.get(name) for name in ("month", "months", "against", "of", "sort")}
        initial["grid"] = around
        return CoverageForm(initial=initial, actor=self.actor)

    def top(self) -> Grid | None:
        """Return the grid that was chosen, else the highest that the person sees."""
        data = self.cleaned_data if self.is_valid() else {}
        grid: Any = self.fields["grid"]
        found: Grid | None = data.get("grid") or grid.queryset.order_by("path").first()
        return found

    def asked(self, around: Grid) -> Asked:
        """Return what is asked; of the running month the part that is over, beside the same part of another."""
        data = self.cleaned_data if self.is_valid() else {}
        today, months = timezone.localdate(), data.get("months") or 1
        month = month_read(data.get("month") or month_write(today))
        last = min(today, month_last(month))
        against = None
        if data.get("against"):
            other = month_last(month_read(data["against"]))
            then = (
                min(other, other.replace(day=min(today.day, other.day)))
                if month == month_first(today)
                else other
            )
            against = _window(min(then, today), months)
        return Asked(around, _window(last, months), against, (data.get("of") or REGISTER) == REGISTER)


def _window(last: date, months: int) -> Window:
    """Return so many months up to a day: of a month that goes on, its first day is the start."""
    return Window(month_first(months_before(last, months - 1)), last)


class RegisterForm(forms.Form):
    """What the official register counts in each grid of a branch, as of a day."""

    as_of = DayField(label=_("As of"))
    source = forms.CharField(
        label=_("Source"),
        max_length=80,
        help_text=_("Which list of whom: the village committee's, the statistics office's."),
    )

    def __init__(self, *args: Any, actor: User, grids: Sequence[Grid], **kwargs: Any) -> None:
        """Ask for each grid, with what holds today filled in."""
        super().__init__(*args, **kwargs)
        self.grids, today = grids, timezone.localdate()
        self.initial.setdefault("as_of", today)
        counts = official_counts_on(actor=actor, day=today)
        for grid in grids:
            self.fields[f"grid_{grid.pk}"] = forms.IntegerField(
                label=grid.name, min_value=0, required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8, "autocomplete": "off"}),
            )  # fmt: skip
            self.initial[f"grid_{grid.pk}"] = counts.get(grid.pk, "")

    def rows(self) -> dict[int, int]:
        """Return the number of each grid for which one was given."""
        found = {grid.pk: self.cleaned_data.get(f"grid_{grid.pk}") for grid in self.grids}
        return {pk: count for pk, count in found.items() if count is not None}


class PlaceForm(forms.Form):
    """Of which branch."""

    branch: Any = forms.ModelChoiceField(None, label=_("Branch"), required=False, empty_label=None)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the branches in whose grids the person may write figures down."""
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        below = grid_list(actor=actor).filter(where(actor, Act.REGISTER_KEEP), tier=Tier.MANAGER).order_by()
        branch.queryset = grid_search(actor=actor, tier=Tier.BRANCH).filter(pk__in=below.values("parent_id"))

    def place(self) -> Grid | None:
        """Return the branch, the first unless one is named."""
        data = self.cleaned_data if self.is_valid() else {}
        branch: Any = self.fields["branch"]
        found: Grid | None = data.get("branch") or branch.queryset.first()
        return found
