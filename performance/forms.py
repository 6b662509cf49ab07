"""Query strings of the ranking pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
