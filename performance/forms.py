"""Query strings of the ranking pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gridbank.fields import LARGEST_KEY
from grids.enums import PeerGroup


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
