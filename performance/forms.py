"""Query strings of the ranking pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.days import MONTH, month_first, month_read
from gridbank.fields import LARGEST_KEY
from grids.enums import PeerGroup
from people.models import User
from performance import targeted
from performance.indicators import INDICATORS


class RankingForm(forms.Form):
    """Which part of a month's ranking to show."""

    branch = forms.TypedChoiceField(label=_("Branch"), required=False, coerce=int, empty_value=None)
    group = forms.ChoiceField(
        label=_("Peer group"), required=False, choices=[("", _("all")), *PeerGroup.choices]
    )

    def __init__(self, *args: Any, branches: list[tuple[int, str]], **kwargs: Any) -> None:
        """Offer the branches that the person sees."""
        super().__init__(*args, **kwargs)
        self.fields["branch"].choices = [("", _("all")), *branches]  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, Any]:
        """Return what the selector takes; everything when something is wrong."""
        data = self.cleaned_data if self.is_valid() else {}
        return {"branch_id": data.get("branch"), "peer_group": data.get("group") or ""}


class FactsForm(forms.Form):
    """Which of the rows behind a number to show."""

    show = forms.ChoiceField(
        label=_("Rows"), required=False, choices=[("", _("counted")), ("left", _("not counted"))]
    )
    grid = forms.IntegerField(
        label=_("Grid"), required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput
    )

    @property
    def asked(self) -> dict[str, Any]:
        """Return what the selector takes; the counted ones of all grids when something is wrong."""
        data = self.cleaned_data if self.is_valid() else {}
        return {"counted": data.get("show") != "left", "grid_id": data.get("grid")}


class PlaceForm(forms.Form):
    """Whose targets, of which month, by which indicator."""

    branch: Any = forms.ModelChoiceField(None, label=_("Branch"), required=False, empty_label=None)
    month = forms.RegexField(MONTH.pattern + r"\Z", label=_("Month"), required=False, max_length=7)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the bank and the branches for which the person may write."""
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        branch.queryset = targeted.places(actor=actor)
        self.fields["indicator"].choices = [(one.key, one.name) for one in INDICATORS.values()]  # type: ignore[attr-defined]

    def place(self) -> tuple[Any, date, str]:
        """Return the grid, the month and the indicator: the first, the running one, the first, unless said."""
        data = self.cleaned_data if self.is_valid() else {}
        month = data.get("month")
        branch: Any = self.fields["branch"]
        return (
            data.get("branch") or branch.queryset.first(),
            month_read(month) if month else month_first(timezone.localdate()),
            data.get("indicator") or next(iter(INDICATORS)),
        )


HUNDRED = Decimal(100)


class SheetForm(forms.Form):
    """The three levels of a branch and of each grid right below it; a rate is written in percent."""

    def __init__(self, *args: Any, sheet: targeted.Sheet, is_rate: bool, **kwargs: Any) -> None:
        """Ask for each, with what will stand filled in."""
        super().__init__(*args, **kwargs)
        self.sheet, self.is_rate = sheet, is_rate
        for row in (sheet.own, *sheet.rows):
            for (name, label), value in zip(targeted.LEVELS, row.levels, strict=True):
                key = f"{name}_{row.grid.pk}"
                self.fields[key] = forms.DecimalField(
                    label=f"{row.grid.name} {label}",
                    required=False,
                    max_digits=12,
                    decimal_places=2,
                    widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8, "autocomplete": "off"}),
                )
                self.initial[key] = self._shown(value)

    def _shown(self, value: Decimal | None) -> str:
        if value is None:
            return ""
        return f"{(value * HUNDRED if self.is_rate else value).normalize():f}"

    def rows(self) -> dict[int, targeted.Levels]:
        """Return the levels by grid."""
        return {row.grid.pk: self._levels(row.grid.pk) for row in (self.sheet.own, *self.sheet.rows)}

    def _levels(self, pk: int) -> targeted.Levels:
        found = [self.cleaned_data.get(f"{name}_{pk}") for name, _label in targeted.LEVELS]
        if self.is_rate:
            found = [None if value is None else value / HUNDRED for value in found]
        return found[0], found[1], found[2]


class SpreadForm(forms.Form):
    """A year's figure, and over what it is spread."""

    total = forms.DecimalField(label=_("Figure for the rest of the year"), max_digits=12, decimal_places=2)
    by = forms.ChoiceField(
        label=_("Spread"),
        choices=[
            ("households", _("over months and grids, by households")),
            ("months", _("over months only")),
        ],
    )
