"""What is asked about service points: which of them, how one is to stand, from when on it is closed."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.fields import AskedField, DayField, Pick
from grids.authority import Act, where
from grids.enums import Tier
from grids.models import Grid
from grids.selectors import grid_list, grid_search
from ground.enums import PointState, ServicePointKind
from ground.models import ServicePoint
from ground.services import ServicePointRow
from people.models import User
from people.policies import walks_grids


class PointFilterForm(forms.Form):
    """What the register is narrowed to."""

    q = AskedField(label=_("Name, code or partner"), required=False, max_length=40, strip=True)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *ServicePointKind.choices]
    )
    branch: Any = forms.ModelChoiceField(
        None, label=_("Branch"), required=False, empty_label=_("All branches")
    )
    state = forms.ChoiceField(
        label=_("Open or closed"), required=False, choices=[("", _("Both")), *PointState.choices]
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the branches the person may see; who walks the grids has none to choose."""
        super().__init__(*args, **kwargs)
        branch: Any = self.fields["branch"]
        branch.queryset = grid_search(actor=actor, tier=Tier.BRANCH)
        if walks_grids(actor):
            del self.fields["branch"]
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs["placeholder"] = self.fields["q"].label

    def criteria(self) -> dict[str, Any]:
        """Return the arguments of the selector. Call when valid."""
        data = self.cleaned_data
        return {
            "text": data["q"], "kind": data["kind"], "branch": data.get("branch"), "state": data["state"],
        }  # fmt: skip


def _degrees(label: Any, most: int) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=False, min_value=-most, max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 12, "autocomplete": "off"}),
        help_text=_("In degrees, WGS-84; both or neither."),
    )  # fmt: skip


class PointForm(forms.Form):
    """How a service point is to stand on the register; its code is given once."""

    code = forms.CharField(
        label=_("Code"), max_length=24, help_text=_("Tells a service point from others for good.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=ServicePointKind)
    grid: Any = forms.ModelChoiceField(None, label=_("Grid"), widget=Pick, empty_label=_("Choose a grid"))
    partner = forms.CharField(
        label=_("Partner"), max_length=80, required=False,
        help_text=_("The shop or whoever looks after it; no phone and no ID number."),
    )  # fmt: skip
    opened_on = DayField(label=_("Open since"), required=False)
    longitude = _degrees(_("Longitude"), 180)
    latitude = _degrees(_("Latitude"), 90)

    def __init__(self, *args: Any, actor: User, point: ServicePoint | None = None, **kwargs: Any) -> None:
        """Offer the grids in which the person keeps the register, and the point's own."""
        super().__init__(*args, **kwargs)
        self.point = point
        today, mine = Q(pk__in=grid_search(actor=actor).order_by().values("pk")), where(actor, Act.POINT_ADD)
        grid: Any = self.fields["grid"]
        own = Q(pk=point.grid_id) if point else Q(pk__in=[])
        grid.queryset = grid_list(actor=actor).filter(mine & (today | own)).order_by("path")
        if point is not None:
            del self.fields["code"]

    def row(self, data: dict[str, Any]) -> ServicePointRow:
        """Return the point as it was typed."""
        grid: Grid = data["grid"]
        code = self.point.code if self.point else data["code"]
        return ServicePointRow(
            code, data["name"], data["kind"], grid, longitude=data["longitude"], latitude=data["latitude"],
            opened_on=data["opened_on"], partner=data["partner"],
        )  # fmt: skip


class PointCloseForm(forms.Form):
    """From when on a service point is closed, and why."""

    closed_on = DayField(label=_("Closed from"), help_text=_("The first day on which it is closed."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Propose today."""
        super().__init__(*args, **kwargs)
        self.initial.setdefault("closed_on", timezone.localdate())
